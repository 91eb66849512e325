/** SQL on disk that is not what the judged commit holds: whoever forgot to commit would trust a verdict about something else. */
import { openRepository } from './git.ts';
import type { History } from './history.ts';
import type { Tree } from './tree.ts';

/** Paths of migrations, journal and `rls.sql` that differ between the commit and the disk, sorted. */
export async function uncommittedSql(directory: string, head: string, history: History): Promise<string[]> {
  const repository = await openRepository(directory);
  try {
    const [committed, disk] = [repository.tree(head), repository.worktree()];
    const places = [history.directory, ...history.rls.head.map(({ file }) => file)];
    const paths = new Set([...(await sqlIn(committed, places)), ...(await sqlIn(disk, places))]);
    const [before, now] = [await committed.read([...paths]), await disk.read([...paths])];
    return [...paths].filter((path) => textOf(before.get(path)) !== textOf(now.get(path))).sort();
  } finally {
    await repository.close();
  }
}

async function sqlIn(tree: Tree, places: readonly string[]): Promise<string[]> {
  const entries = await Promise.all(places.map((place) => tree.list(place)));
  return entries
    .flat()
    .filter(({ path, kind }) => kind === 'file' && /\.sql$|\/_journal\.json$/.test(path))
    .map(({ path }) => path);
}

/** git may have written other line ends to the disk than it holds. */
function textOf(bytes: Buffer | undefined): string | null {
  return bytes === undefined ? null : bytes.toString('latin1').replaceAll('\r\n', '\n');
}
