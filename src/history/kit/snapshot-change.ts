/** The arithmetic of drizzle-kit 0.x snapshots: what vanished, what appeared, and states in between. */
import type { RenameQuestion } from './look.ts';

type Members = Readonly<Record<string, unknown>>;

/** A snapshot of version 7, as far as it is looked at. */
export type Snapshot = Members;

export interface Change {
  readonly questions: readonly RenameQuestion[];
  /** The new state with what vanished beside it; null when nothing of that kind did. */
  readonly withRelations: Snapshot | null;
  readonly withTypes: Snapshot | null;
  /** The old state without what vanished. */
  readonly without: Snapshot;
}

const groups = [
  { member: 'schemas', kind: 'schema', isType: true },
  { member: 'enums', kind: 'enum', isType: true },
  { member: 'sequences', kind: 'sequence', isType: true },
  { member: 'roles', kind: 'role', isType: true },
  { member: 'tables', kind: 'table', isType: false },
  { member: 'views', kind: 'view', isType: false },
  { member: 'policies', kind: 'policy', isType: false },
] as const;

const perTable = [
  { member: 'columns', kind: 'column' },
  { member: 'policies', kind: 'policy' },
] as const;

/** The newest by drizzle-kit's own order, which is by name. */
export function lastSnapshot(files: ReadonlyMap<string, Buffer>): Snapshot | null {
  const name = lastSnapshotName(files.keys());
  const content = name === null ? undefined : files.get(name);
  if (content === undefined) return null;
  try {
    const read: unknown = JSON.parse(content.toString('utf8'));
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? membersOf(read) : null;
  } catch {
    return null;
  }
}

/** `prefix: 'none'` writes `_snapshot.json`, which drizzle-kit itself passes over. */
export function lastSnapshotName(names: Iterable<string>): string | null {
  const all = [...names].filter((name) => /^meta\/[^/]*_snapshot\.json$/.test(name)).sort();
  return all.filter((name) => name !== 'meta/_snapshot.json').at(-1) ?? all.at(-1) ?? null;
}

/** A migrations folder whose only state is this one. */
export function toFiles(snapshot: Snapshot): Map<string, Buffer> {
  const entry = { idx: 0, version: '7', when: 0, tag: '0000_gate', breakpoints: true };
  const journal = { version: '7', dialect: 'postgresql', entries: [entry] };
  return new Map([
    ['meta/_journal.json', Buffer.from(JSON.stringify(journal))],
    ['meta/0000_snapshot.json', Buffer.from(JSON.stringify(snapshot))],
  ]);
}

/** Both describe the same schema: drizzle-kit would find nothing to generate. */
export function sameSchema(before: Snapshot, after: Snapshot): boolean {
  const members = ['version', 'dialect', ...groups.map(({ member }) => member)];
  return members.every((member) => canonical(before[member] ?? {}) === canonical(after[member] ?? {}));
}

/** Names asked about, in drizzle-kit's order; only where something vanished *and* appeared does it ask. */
export function compareSnapshots(before: Snapshot, after: Snapshot): Change {
  const questions: RenameQuestion[] = [];
  const withRelations: Record<string, unknown> = { ...after };
  const withTypes: Record<string, unknown> = { ...after };
  const without: Record<string, unknown> = { ...before };
  let relations = false;
  let types = false;
  for (const { member, kind, isType } of groups) {
    const [old, now] = [membersOf(before[member]), membersOf(after[member])];
    const { vanished, appeared } = difference(old, now);
    if (vanished.length === 0 || appeared.length === 0) continue;
    questions.push(...ask(kind, { vanished, appeared, prefix: '' }));
    const target = isType ? withTypes : withRelations;
    if (isType) types = true;
    else relations = true;
    target[member] = { ...now, ...pick(old, vanished) };
    without[member] = omit(old, vanished);
  }
  const tables = membersOf(without.tables);
  const gone = new Set(Object.keys(membersOf(before.tables)).filter((key) => !(key in tables)));
  const nextWithout: Record<string, unknown> = {};
  const nextWith: Record<string, unknown> = { ...membersOf(withRelations.tables) };
  for (const [key, table] of Object.entries(tables)) {
    const old = membersOf(table);
    const now = membersOf(membersOf(after.tables)[key]);
    let kept: Record<string, unknown> = { ...old };
    for (const { member, kind } of Object.keys(now).length === 0 ? [] : perTable) {
      const [oldMembers, newMembers] = [membersOf(old[member]), membersOf(now[member])];
      const { vanished, appeared } = difference(oldMembers, newMembers);
      if (vanished.length === 0 || appeared.length === 0) continue;
      questions.push(...ask(kind, { vanished, appeared, prefix: `${key}.` }));
      relations = true;
      const put = membersOf(nextWith[key]);
      nextWith[key] = { ...put, [member]: { ...newMembers, ...pick(oldMembers, vanished) } };
      kept[member] = omit(oldMembers, vanished);
      if (member === 'columns') kept = withoutDependents(kept, vanished);
    }
    nextWithout[key] = withoutKeysTo(kept, gone);
  }
  without.tables = nextWithout;
  withRelations.tables = nextWith;
  return {
    questions,
    withRelations: relations ? withRelations : null,
    withTypes: types ? withTypes : null,
    without,
  };
}

function ask(
  kind: RenameQuestion['kind'],
  {
    vanished,
    appeared,
    prefix,
  }: { vanished: readonly string[]; appeared: readonly string[]; prefix: string },
): RenameQuestion[] {
  const from = vanished.map((name) => prefix + name);
  return appeared.map((name) => ({ kind, from, to: prefix + name, atBase: false }));
}

/** Postgres drops them with the column, and a second DROP would fail. */
function withoutDependents(table: Members, columns: readonly string[]): Record<string, unknown> {
  const gone = new Set(columns);
  const names = (value: unknown): readonly string[] =>
    (Array.isArray(value) ? value : []).map((one) =>
      typeof one === 'string' ? one : String(membersOf(one).expression),
    );
  const mentions = (field: string) => (one: unknown) =>
    names(membersOf(one)[field]).some((name) => gone.has(name));
  return withoutMembers(table, {
    indexes: mentions('columns'),
    foreignKeys: mentions('columnsFrom'),
    compositePrimaryKeys: mentions('columns'),
    uniqueConstraints: mentions('columns'),
    checkConstraints: (one) => columns.some((column) => String(membersOf(one).value).includes(column)),
  });
}

/** DROP TABLE … CASCADE takes the foreign keys to it along. */
function withoutKeysTo(table: Members, gone: ReadonlySet<string>): Record<string, unknown> {
  const isGone = (one: unknown): boolean => {
    const { schemaTo, tableTo } = membersOf(one);
    return gone.has(
      `${typeof schemaTo === 'string' && schemaTo !== '' ? schemaTo : 'public'}.${String(tableTo)}`,
    );
  };
  return withoutMembers(table, { foreignKeys: isGone });
}

/** Older kits have fewer members and refuse a snapshot with one that they do not know. */
function withoutMembers(
  table: Members,
  unwanted: Readonly<Record<string, (value: unknown) => boolean>>,
): Record<string, unknown> {
  const changed = Object.entries(unwanted)
    .filter(([member]) => Object.hasOwn(table, member))
    .map(([member, isGone]) => [member, keep(membersOf(table[member]), (one) => !isGone(one))]);
  return { ...table, ...Object.fromEntries(changed) };
}

function difference(old: Members, now: Members) {
  return {
    vanished: Object.keys(old).filter((key) => !Object.hasOwn(now, key)),
    appeared: Object.keys(now).filter((key) => !Object.hasOwn(old, key)),
  };
}

function pick(members: Members, names: readonly string[]): Members {
  return keep(members, (_, name) => names.includes(name));
}

function omit(members: Members, names: readonly string[]): Members {
  return keep(members, (_, name) => !names.includes(name));
}

function keep(members: Members, wanted: (value: unknown, name: string) => boolean): Members {
  return Object.fromEntries(Object.entries(members).filter(([name, value]) => wanted(value, name)));
}

function membersOf(value: unknown): Members {
  // What JSON.parse gave is an object of unknown members.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

/** Equal for equal values, whatever the order of the members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
