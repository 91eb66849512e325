/** Whether drizzle-kit 0.x's snapshots still follow the migrations: what the next `drizzle-kit generate` starts from. */
import type { HistoryProblem } from '../history.ts';
import { modelledChange } from '../modelled.ts';
import type { TreeEntry } from '../tree.ts';
import { prefixOf } from './numbers.ts';
import type { Folders } from './removed.ts';
import { type Chain, type ChainRequest, gapProblem, isSnapshot, nameOf } from './snapshot-gap.ts';
import { parentProblems } from './snapshot-parents.ts';
import { isNamedAsSnapshot, SnapshotReader, snapshotFiles } from './snapshots.ts';

export async function snapshotProblems(request: ChainRequest): Promise<HistoryProblem[]> {
  const { trees, folders } = request;
  const files = snapshotFiles(folders.head);
  const before = snapshotFiles(folders.base);
  const nameless = namelessProblem(folders);
  // Written by hand throughout: there is nothing that drizzle-kit would go on from.
  if (files.length === 0) {
    // A folder that was thrown away as a whole is told as that.
    const isGone = before.length > 0 && folders.head.migrations.length > 0;
    return isGone ? [...nameless, goneProblem(folders, before)] : nameless;
  }
  const known = new Map([...snapshotFiles(folders.mergeBase), ...before].map((file) => [nameOf(file), file]));
  const newFiles = files.filter((file) => !known.has(nameOf(file)));
  const changed = files.filter((file) => isChanged(file, folders));
  const first = files.findIndex((file) => newFiles.includes(file));
  const reader = new SnapshotReader(trees.head);
  const read = await reader.read([
    ...files.slice(-1),
    ...newFiles,
    ...changed,
    ...files.slice(Math.max(first - 1, 0), Math.max(first, 0)),
  ]);
  const chain = { ...request, files, newFiles, read, reader };
  return [
    ...nameless,
    ...strayProblems(chain),
    ...unreadableProblems(chain),
    ...missingProblems(chain),
    ...(await parentProblems(chain)),
    ...lastProblem(chain),
    ...versionProblems(chain),
  ];
}

/** By size: git would have to read every snapshot to tell more. */
function isChanged(file: TreeEntry, { mergeBase, base }: Folders): boolean {
  const sizes = [mergeBase, base].flatMap(({ meta = [] }) =>
    meta.flatMap((each) => (nameOf(each) === nameOf(file) ? each.size : [])),
  );
  return sizes.length > 0 && !sizes.includes(file.size);
}

/** `prefix: none` names the snapshot `_snapshot.json`, and what begins with `_` is passed over. */
function namelessProblem({ base, head }: Folders): HistoryProblem[] {
  const file = `${head.directory}/meta/_snapshot.json`;
  const isThere = (meta: readonly TreeEntry[] = []) => meta.some((each) => nameOf(each) === '_snapshot.json');
  if (!isThere(head.meta)) return [];
  const what = `with \`prefix: 'none'\` drizzle-kit names the snapshot _snapshot.json and does not find it again; each \`drizzle-kit generate\` writes the whole schema once more, on which the deploy stops`;
  const remedy = `Take another \`prefix\` in the Drizzle config, and rename ${file} to one that it finds: 0000_snapshot.json.`;
  return [
    {
      ...gapProblem('nameless', { object: file, file, line: null }, what, remedy),
      severity: 'warning',
      atBase: isThere(base.meta),
    },
  ];
}

function goneProblem({ head }: Folders, before: readonly TreeEntry[]): HistoryProblem {
  const place = `${head.directory}/meta`;
  const file = head.journalFile;
  return gapProblem(
    'gone',
    { object: place, file, line: null },
    `the ${before.length} snapshots of the base branch are gone from ${place}; the next \`drizzle-kit generate\` writes the whole schema once more, on which the deploy stops`,
    `Put ${place} back as it is on the base branch.`,
  );
}

/** drizzle-kit reads every file there as a snapshot. */
function strayProblems({ newFiles, folders }: Chain): HistoryProblem[] {
  return newFiles
    .filter(({ path }) => !isNamedAsSnapshot(path))
    .map(({ path }) =>
      gapProblem(
        'stray',
        { object: path, file: path, line: null },
        `${path} is no snapshot, and drizzle-kit takes every file in ${folders.head.directory}/meta for one: \`drizzle-kit generate\` stops at it`,
        `Move it out of ${folders.head.directory}/meta.`,
      ),
    );
}

function unreadableProblems({ files, newFiles, read, folders }: Chain): HistoryProblem[] {
  return files.flatMap((file): readonly HistoryProblem[] => {
    const { path } = file;
    const snapshot = read.get(path);
    if (snapshot === undefined || isSnapshot(snapshot) || !isNamedAsSnapshot(path)) return [];
    const { unreadable: why, line } = snapshot;
    const atBase = !newFiles.includes(file) && !isChanged(file, folders);
    return [
      {
        kind: 'journal-broken',
        object: path,
        file: path,
        line,
        atBase,
        what: `${path} cannot be read: ${why}${line === null ? '' : ` (line ${line})`}`,
        remedy: `Take the base branch's ${path} if it is there, else delete it with its migration, and run \`drizzle-kit generate\` again.`,
        evidence: { line },
      },
    ];
  });
}

function missingProblems({ fresh, files, read, folders }: Chain): HistoryProblem[] {
  const names = new Set(files.map(nameOf));
  const last = files.findLast(({ path }) => isSnapshot(read.get(path)));
  const snapshot = last === undefined ? undefined : read.get(last.path);
  if (last === undefined || !isSnapshot(snapshot)) return [];
  return fresh.flatMap((migration) => {
    const name = `${prefixOf(migration.tag)}_snapshot.json`;
    if (names.has(name) || name === '_snapshot.json') return [];
    const change = modelledChange(migration, snapshot.known);
    if (change === null) return [];
    const { tag, file } = migration;
    return [
      gapProblem(
        'missing',
        { object: tag, file, line: change.statement.line },
        `${tag} changes ${change.object} and has no snapshot: ${folders.head.directory}/meta/${name} is not there. drizzle-kit goes on from ${nameOf(last)}, which knows nothing of it; once the Drizzle schema has it, \`drizzle-kit generate\` writes it again, and the deploy stops at what exists already`,
        `Make the change in the Drizzle schema, delete ${file} and its journal entry, run \`drizzle-kit generate\`, and put your SQL in the place of what it writes.`,
      ),
    ];
  });
}

/** drizzle-kit goes on from the last file name, and not from the last entry. */
function lastProblem({ files, newFiles, folders, skipped }: Chain): HistoryProblem[] {
  const { head, base } = folders;
  const last = files.at(-1);
  const names = new Set(files.map(nameOf));
  const expected = head.migrations.findLast(({ tag }) => names.has(`${prefixOf(tag)}_snapshot.json`));
  if (last === undefined || expected === undefined || !isNamedAsSnapshot(last.path)) return [];
  if (skipped.has(expected.tag)) return [];
  if (prefixOf(nameOf(last)) === prefixOf(expected.tag)) return [];
  const owner = head.migrations.find(({ tag }) => prefixOf(tag) === prefixOf(nameOf(last)));
  const belongs = owner === undefined ? 'belongs to no entry of the journal' : `is that of ${owner.tag}`;
  const before = snapshotFiles(base).at(-1);
  const found = gapProblem(
    'last',
    { object: last.path, file: head.journalFile, line: expected.entry?.line ?? null },
    `drizzle-kit goes on from ${nameOf(last)}, the last file name in ${head.directory}/meta, which ${belongs}; the last entry with a snapshot is ${expected.tag}. The next \`drizzle-kit generate\` writes again what ${expected.tag} has done`,
    owner === undefined
      ? `Delete ${last.path}, or put its entry back.`
      : `Regenerate ${expected.tag}, so that its number is above that of ${owner.tag}.`,
  );
  const isStanding = newFiles.length === 0 && before !== undefined && nameOf(before) === nameOf(last);
  return [{ ...found, atBase: isStanding && hasLastProblem(folders) }];
}

function hasLastProblem({ base }: Folders): boolean {
  const files = snapshotFiles(base);
  const names = new Set(files.map(nameOf));
  const expected = base.migrations.findLast(({ tag }) => names.has(`${prefixOf(tag)}_snapshot.json`));
  const last = files.at(-1);
  return expected !== undefined && last !== undefined && prefixOf(nameOf(last)) !== prefixOf(expected.tag);
}

/** Each kit reads one version: beside newer ones an old one keeps it from generating anything. */
function versionProblems({ files, newFiles, read }: Chain): HistoryProblem[] {
  const newest = files.findLast((file) => !newFiles.includes(file) && isSnapshot(read.get(file.path)));
  const known = newest === undefined ? undefined : read.get(newest.path);
  if (newest === undefined || !isSnapshot(known)) return [];
  return newFiles.flatMap((file) => {
    const own = read.get(file.path);
    if (!isSnapshot(own) || !(Number(own.version) < Number(known.version))) return [];
    return [
      gapProblem(
        'version',
        { object: file.path, file: file.path, line: null },
        `${file.path} is of version ${own.version}, and those before it of version ${known.version}: an older drizzle-kit wrote it, and the project's own stops at it ("not of the latest version")`,
        `Run \`drizzle-kit up\` with the project's drizzle-kit, or generate the migration again with it.`,
      ),
    ];
  });
}
