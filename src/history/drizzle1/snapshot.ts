/** Reads a `snapshot.json` of Drizzle 1.0 by its shape: release candidates have changed the version, and will again. */
import { readJson } from '../../inputs/json.ts';
import type { ModelledKind } from '../modelled.ts';
import { child, list } from '../parse-tree.ts';

/** What one statement of a migration writes and reads, by drizzle-kit's own account. */
export interface Footprint {
  /** `alter_column` */
  readonly type: string;
  /** `['column', 'public', 'todo', 'title']` */
  readonly target: readonly string[];
  readonly writes: readonly string[];
  /** Writes that do not keep others from writing the same. */
  readonly sharedWrites: readonly string[];
  readonly reads: readonly string[];
  /** The same change made twice is no conflict. */
  readonly sqlHash: string | null;
}

/**
 * `tables`: 0.x's, a map of tables (7). `whole`: everything there is, as a list (8, up to 1.0.0-rc.4). `base` and
 * `diff`: the first one whole, each other what it changes (9, from 1.0.0-rc.5 on). `other`: none of them.
 */
export type SnapshotShape = 'tables' | 'whole' | 'base' | 'diff' | 'other';

export interface Snapshot {
  readonly id: string;
  /** Empty for a first migration. */
  readonly parents: readonly string[];
  readonly shape: SnapshotShape;
  /** As written, for people. */
  readonly version: string;
  readonly footprints: readonly Footprint[];
  /** Every entity of a `whole` one by its key; it is large, so it is read anew each time. */
  readonly entities: () => ReadonlyMap<string, string>;
  /** Tables and enums that it brings, and the kinds of what else it brings. */
  readonly names: readonly string[];
  readonly kinds: readonly ModelledKind[];
}

export interface UnreadableSnapshot {
  readonly unreadable: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** drizzle-kit's parent of a first migration. */
const origin = '00000000-0000-0000-0000-000000000000';

/** What several commits have in common is one buffer, and parsed once: whole snapshots of a long history are large. */
const parsed = new WeakMap<Buffer, Snapshot | UnreadableSnapshot>();

export function readSnapshot(bytes: Buffer): Snapshot | UnreadableSnapshot {
  const before = parsed.get(bytes);
  if (before !== undefined) return before;
  const snapshot = parseSnapshot(bytes);
  parsed.set(bytes, snapshot);
  return snapshot;
}

function parseSnapshot(bytes: Buffer): Snapshot | UnreadableSnapshot {
  const text = bytes.toString('utf8');
  const whole = parse(text);
  if (whole === null) {
    const json = readJson(text);
    if ('mistake' in json) return { unreadable: json.mistake, line: json.line, column: json.column };
  }
  const { id, prevId, prevIds, version, footprints } = child(whole);
  const parents = Array.isArray(prevIds) ? prevIds : [prevId];
  if (typeof id !== 'string' || !parents.every((parent) => typeof parent === 'string')) {
    return { unreadable: 'it has no "id" and "prevIds"', line: null, column: null };
  }
  const shape = shapeOf(child(whole));
  const rows = rowsOf(child(whole));
  return {
    id,
    parents: parents.filter((parent) => parent !== origin && parent !== ''),
    shape,
    version: String(version ?? '?'),
    footprints: list(footprints).map(footprintOf),
    entities: () => entitiesOf(bytes.toString('utf8')),
    names: rows.flatMap(({ kind, name }) => (kind === 'table' || kind === 'enum' ? name : [])),
    kinds: [...new Set(rows.map(({ kind }) => kind))],
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

type Json = Readonly<Record<string, unknown>>;

function shapeOf({ ddl, deltas, footprints, tables }: Json): SnapshotShape {
  if (Array.isArray(deltas)) return 'diff';
  if (Array.isArray(ddl)) return Array.isArray(footprints) ? 'base' : 'whole';
  return typeof tables === 'object' && tables !== null ? 'tables' : 'other';
}

function footprintOf(value: unknown): Footprint {
  const { statementType, statementTarget, writes, sharedWrites, reads, sqlHash } = child(value);
  const texts = (items: unknown) => list(items).filter((item) => typeof item === 'string');
  return {
    type: typeof statementType === 'string' ? statementType : '',
    target: texts(statementTarget),
    writes: texts(writes),
    sharedWrites: texts(sharedWrites),
    reads: texts(reads),
    sqlHash: typeof sqlHash === 'string' ? sqlHash : null,
  };
}

const kinds: Readonly<Record<string, ModelledKind>> = {
  tables: 'table',
  enums: 'enum',
  schemas: 'schema',
  indexes: 'index',
  sequences: 'sequence',
  views: 'view',
  policies: 'policy',
  roles: 'role',
};

/** What it brings: the rows of a list, those that a change creates, and new names. */
function rowsOf({ ddl, deltas }: Json): readonly { kind: ModelledKind; name: string }[] {
  return [...list(ddl), ...list(deltas)].flatMap((item) => {
    const { op, row, set, key, ...own } = child(item);
    if (op === undefined) return rowOf(own);
    if (op === 'create') return rowOf(child(row));
    const [entityType, names] = keyOf(key);
    if (child(set).isRlsEnabled === true) return { kind: 'policy' as const, name: '' };
    const { schema = names[0], name } = child(set);
    return op === 'rename' ? rowOf({ entityType, schema, name: name ?? names.at(-1) }) : [];
  });
}

function rowOf({ entityType, schema, name, isRlsEnabled }: Json): { kind: ModelledKind; name: string }[] {
  const kind = typeof entityType === 'string' ? kinds[entityType] : undefined;
  const found = kind === undefined ? [] : [{ kind, name: `${String(schema ?? 'public')}.${String(name)}` }];
  return isRlsEnabled === true ? [...found, { kind: 'policy', name: '' }] : found;
}

/** `tables`, a NUL and the JSON of its names. */
function keyOf(key: unknown): [string, readonly string[]] {
  if (typeof key !== 'string') return ['', []];
  const [entityType = '', names = ''] = key.split('\0');
  return [entityType, list(parse(names)).filter((name) => typeof name === 'string')];
}

function entitiesOf(text: string): ReadonlyMap<string, string> {
  const entities = new Map<string, string>();
  for (const item of list(child(parse(text)).ddl)) {
    const { entityType, schema, table, name } = child(item);
    const key = [schema, table, name].filter((part) => typeof part === 'string');
    const sorted = Object.entries(child(item)).sort(([one], [other]) => (one < other ? -1 : 1));
    entities.set(`${String(entityType)} ${key.join('.')}`, JSON.stringify(sorted));
  }
  return entities;
}
