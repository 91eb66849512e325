/** Reads the snapshots that drizzle-kit 0.x keeps in `meta/`: as few as tell whether new ones follow the old. */
import { posix } from 'node:path';
import { readJson } from '../../inputs/json.ts';
import type { Folder } from '../folder.ts';
import type { ModelledKind, Snapshotted } from '../modelled.ts';
import { child } from '../parse-tree.ts';
import type { Tree, TreeEntry } from '../tree.ts';

export interface Snapshot {
  readonly id: string;
  readonly parent: string;
  /** Line of `prevId`. */
  readonly parentLine: number;
  /** As written: `7`. */
  readonly version: string;
  readonly known: Snapshotted;
}

export interface UnreadableSnapshot {
  readonly unreadable: string;
  readonly line: number | null;
}

/** The parent of a first snapshot. */
export const origin = '00000000-0000-0000-0000-000000000000';

/** Beyond that a snapshot is not looked into: a project with 500 of them has half a gigabyte. */
const readingLimit = 32 * 2 ** 20;

/** What drizzle-kit takes for snapshots, in its order: every file of `meta/` without a leading `_`, sorted by name. */
export function snapshotFiles({ meta = [] }: Folder): readonly TreeEntry[] {
  return meta
    .filter(({ path, kind }) => kind === 'file' && !posix.basename(path).startsWith('_'))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

export function isNamedAsSnapshot(path: string): boolean {
  return path.endsWith('_snapshot.json');
}

/** Reads what is asked for, once, and never more than a bounded number of bytes in all. */
export class SnapshotReader {
  readonly #tree: Tree;
  readonly #read = new Map<string, Snapshot | UnreadableSnapshot>();
  #bytesLeft = readingLimit;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Those that could be read within the limit, the first ones first. */
  async read(files: readonly TreeEntry[]): Promise<ReadonlyMap<string, Snapshot | UnreadableSnapshot>> {
    const wanted = [...new Set(files)].filter(({ path, size }) => {
      if (this.#read.has(path) || (size ?? 0) > this.#bytesLeft) return false;
      this.#bytesLeft -= size ?? 0;
      return true;
    });
    const contents = await this.#tree.read(wanted.map(({ path }) => path));
    for (const [path, bytes] of contents) this.#read.set(path, parseSnapshot(bytes.toString('utf8')));
    return new Map(files.flatMap(({ path }) => this.#entry(path)));
  }

  #entry(path: string): [string, Snapshot | UnreadableSnapshot][] {
    const read = this.#read.get(path);
    return read === undefined ? [] : [[path, read]];
  }
}

export function parseSnapshot(text: string): Snapshot | UnreadableSnapshot {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const json = readJson(text);
    return 'mistake' in json
      ? { unreadable: json.mistake, line: json.line }
      : { unreadable: 'it is not valid JSON', line: null };
  }
  const { id, prevId, version, ...content } = child(value);
  if (typeof id !== 'string' || typeof prevId !== 'string') {
    return { unreadable: 'it has no "id" and "prevId"', line: null };
  }
  return {
    id,
    parent: prevId,
    parentLine: text.slice(0, text.indexOf('"prevId"')).split('\n').length,
    version: String(version ?? '?'),
    known: knownIn(content),
  };
}

function knownIn(content: Readonly<Record<string, unknown>>): Snapshotted {
  const tables = Object.values(child(content.tables)).map(child);
  const objects = [...tables, ...Object.values(child(content.enums)).map(child)];
  const has = (value: unknown) => Object.keys(child(value)).length > 0;
  const kinds: readonly (readonly [ModelledKind, boolean])[] = [
    ['schema', has(content.schemas)],
    ['sequence', has(content.sequences)],
    ['view', has(content.views)],
    ['role', has(content.roles)],
    [
      'policy',
      has(content.policies) || tables.some((table) => has(table.policies) || table.isRLSEnabled === true),
    ],
    ['index', tables.some(({ indexes }) => has(indexes))],
  ];
  return {
    // The version 5 has no schema for enums, and an empty one for tables of `public`.
    names: new Set(
      objects.map(({ schema, name }) => `${schema ? String(schema) : 'public'}.${String(name)}`),
    ),
    kinds: new Set(kinds.flatMap(([kind, isThere]) => (isThere ? kind : []))),
  };
}
