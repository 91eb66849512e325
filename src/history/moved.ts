/** A migrations folder that has another place than at base: whether it came along whole, and where it was. */
import { posix } from 'node:path';
import type { History } from './history.ts';
import { byTag, type Folders } from './journal/removed.ts';
import type { Tree } from './tree.ts';

/** null: it stands where it stood, or something of it was lost on the way and is told as that. */
export function movedFolder({ mergeBase, base, head }: Folders): History['moved'] {
  const came = byTag(head);
  const isWhole = mergeBase.migrations.every(({ tag, sha256, entry }) => {
    const now = came.get(tag);
    return now?.sha256 === sha256 && now.entry?.when === entry?.when;
  });
  if (head.directory === base.directory || base.migrations.length === 0 || !isWhole) return null;
  return { from: base.directory, to: head.directory, migrations: base.migrations.length };
}

/** The one folder with a journal that is there before and not at head; null where there is none, or several. */
export async function folderBefore(before: Tree, head: Tree, atHead: string): Promise<string | null> {
  const journal = 'meta/_journal.json';
  const now = posix.join(atHead, journal);
  if (!(await head.look([now])).has(now)) return null;
  const journals = (await before.list('.'))
    .map(({ path }) => path)
    .filter((path) => path === journal || path.endsWith(`/${journal}`));
  const stayed = await head.look(journals);
  const gone = journals.filter((path) => !stayed.has(path));
  const [only] = gone;
  return only === undefined || gone.length > 1 ? null : posix.dirname(posix.dirname(only));
}
