/** Snapshots of several formats in one history: each drizzle-kit refuses those of another. */
import type { Mistake } from './chain.ts';
import type { Node } from './fork.ts';
import type { SnapshotShape } from './snapshot.ts';

/** Which drizzle-kit wrote it: 7 is 0.x's, 8 the release candidates' up to rc.4, 9 is rc.5's. */
const families: Readonly<Record<SnapshotShape, number | null>> = {
  tables: 7,
  whole: 8,
  base: 9,
  diff: 9,
  other: null,
};

/** `isNew`: the pull request adds the folder of that name. */
export function mixedMistakes(nodes: readonly Node[], isNew: (name: string) => boolean): readonly Mistake[] {
  const known = nodes.filter(({ snapshot }) => families[snapshot.shape] !== null);
  const newest = Math.max(...known.map(({ snapshot }) => families[snapshot.shape] ?? 0));
  const older = known.filter(({ snapshot }) => families[snapshot.shape] !== newest);
  const sample = known.find(({ snapshot }) => families[snapshot.shape] === newest);
  const [first] = older;
  if (first === undefined || sample === undefined) return [];
  // Either the old ones were left behind, or somebody's older drizzle-kit has written the new one.
  const newOnes = older.filter(({ folder }) => isNew(folder.name));
  const shown = newOnes[0] ?? [...known].reverse().find(({ folder }) => isNew(folder.name)) ?? first;
  const isOlder = older.includes(shown);
  const other = isOlder ? sample : first;
  return [
    {
      key: 'mixed',
      problem: {
        kind: 'snapshot-chain-broken',
        title: `${shown.folder.name} and ${other.folder.name} are of two formats`,
        object: shown.folder.name,
        file: shown.folder.snapshotFile,
        line: null,
        what: `the snapshot of ${shown.folder.name} has the format ${shown.snapshot.version} and that of ${other.folder.name} the format ${other.snapshot.version}, as different versions of drizzle-kit write them; none of them generates, checks or migrates in such a folder`,
        remedy:
          newOnes.length > 0
            ? `Generate ${shown.folder.name} again with the drizzle-kit that wrote the newest snapshots: install what the lockfile of the base branch names.`
            : 'Run `drizzle-kit up` with the newer drizzle-kit and commit the snapshots that it rewrites; it leaves the SQL as it is.',
        evidence: { older: older.length, of: known.length },
      },
    },
  ];
}
