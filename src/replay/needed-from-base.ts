/** Whether a statement failed only because the base history did not replay: never the pull request's fault. */
import { treesOf } from '../history/statements.ts';
import type { BaseGap, FileRecord, Replay, StatementFailure, StatementRecord } from './record.ts';
import { extensionOf, gapsByLeavingOut, type Lacking, lackingExtension } from './stand-ins/left-out.ts';

/** SQLSTATEs by which Postgres says that something does not exist. */
const absent = new Set(['42P01', '42703', '42704', '42883', '3F000']);

/** And by which it says that two types do not fit: as a key, as an operator's sides, as a cast. */
const mismatched = new Set(['42804', '42846', '42883']);

/** What base should have and could not make, in words for a message; null when the failure has another cause. */
export function neededFromBase(failed: StatementRecord | null, gaps: readonly BaseGap[]): string | null {
  const error = failed?.error ?? null;
  if (failed === null || error === null) return null;
  const brings = error.beyondStandIn ?? unavailableExtension(failed);
  if (brings !== null) return `extension ${brings}`;
  const lacking = absent.has(error.sqlstate) ? lackingExtension(error, gaps) : null;
  if (lacking?.isKnown === true) return extensionsIn(lacking);
  const missing = absent.has(error.sqlstate) ? missingFromBase(error, gaps) : null;
  if (missing === null && lacking !== null) return extensionsIn(lacking);
  if (missing !== null || !mismatched.has(error.sqlstate)) return missing;
  const columns = gaps.flatMap(({ oldType }) => oldType ?? []);
  const column = columns.length === 0 ? undefined : columns.find(mentionedIn(failed.sql));
  return column === undefined ? null : `the new type of ${column}`;
}

/** The same for an extension that was left out; null when the failure has another cause, or none. */
export function neededExtension(failed: StatementRecord | null, gaps: readonly BaseGap[]): Lacking | null {
  const error = failed?.error ?? null;
  if (failed === null || error === null) return null;
  if (error.beyondStandIn !== undefined)
    return { extensions: [error.beyondStandIn], isKnown: true, isStandIn: true };
  const unavailable = unavailableExtension(failed);
  if (unavailable !== null) return { extensions: [unavailable], isKnown: true };
  if (!absent.has(error.sqlstate)) return null;
  const lacking = lackingExtension(error, gaps);
  return lacking?.isKnown === true || missingFromBase(error, gaps) === null ? lacking : null;
}

function extensionsIn({ extensions }: Lacking): string {
  return `extension ${extensions.join(' or ')}`;
}

function missingFromBase(error: StatementFailure, gaps: readonly BaseGap[]): string | null {
  const named = namesIn(error.message);
  for (const { missing } of gaps) {
    for (const object of missing) if (means(named, object)) return object;
  }
  // Base itself had missed it: an extension's type, or what was made outside the repository.
  const isMissedByBase = gaps.some(
    (gap) =>
      gap.error.sqlstate === error.sqlstate &&
      kindIn(gap.error.message) === kindIn(error.message) &&
      isSame(namesIn(gap.error.message)[0], named[0]),
  );
  return isMissedByBase ? error.message.replace(/ does not exist.*$/s, '') : null;
}

/** What a message is about: a type and a role may share a name. */
function kindIn(message: string): string | undefined {
  const kind = /^\w+/.exec(message)?.[0];
  return kind === 'table' ? 'relation' : kind;
}

function isSame(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return endsWith(one, other) || endsWith(other, one);
}

/** Whether the statement names both the column and its table, wherever they stand in it. */
function mentionedIn(sql: string): (column: string) => boolean {
  const relations: Name[] = [];
  const words = new Set<unknown>();
  collect(treesOf(sql), relations, words);
  return (column) => {
    const [schema, table, name] = partsOf(column);
    return (
      words.has(name) &&
      relations.some(
        ({ relname, schemaname }) => relname === table && (schemaname === undefined || schemaname === schema),
      )
    );
  };
}

interface Name {
  readonly relname: unknown;
  readonly schemaname: unknown;
}

function collect(value: unknown, relations: Name[], words: Set<unknown>): void {
  if (typeof value !== 'object' || value === null) return;
  if ('relname' in value) {
    relations.push({
      relname: value.relname,
      schemaname: 'schemaname' in value ? value.schemaname : undefined,
    });
  }
  for (const inner of Object.values(value)) {
    if (typeof inner === 'string') words.add(inner);
    else collect(inner, relations, words);
  }
}

interface Applied extends Pick<Replay, 'gaps' | 'baseRls'> {
  readonly new?: readonly FileRecord[];
  readonly headRls?: Replay['headRls'];
}

/**
 * All that kept the base state from being complete: migrations, and statements of base's `rls.sql`. And what was left
 * out since, because this server has not got it: no more the fault of what comes after it.
 */
export function gapsAtBase({
  gaps,
  baseRls,
  new: migrations = [],
  headRls = null,
}: Applied): readonly BaseGap[] {
  const ofRls = statementsOf(baseRls?.files);
  return [
    ...gaps,
    ...ofRls.flatMap(({ file, line, error }): readonly BaseGap[] =>
      error === null ? [] : [{ place: { file, line }, error, missing: [] }],
    ),
    ...gapsByLeavingOut([...ofRls, ...statementsOf(migrations), ...statementsOf(headRls?.files)]),
  ];
}

function statementsOf(files: readonly FileRecord[] = []): readonly StatementRecord[] {
  return files.flatMap(({ statements }) => statements);
}

/** The extension is not on this server: feature_not_supported since 15, undefined_file without its control file. */
export function needsExtension(failed: StatementRecord): boolean {
  return unavailableExtension(failed) !== null;
}

/** In a DO block only the message tells that it was CREATE EXTENSION which failed. */
function unavailableExtension(failed: StatementRecord): string | null {
  const { sqlstate, message } = failed.error ?? { sqlstate: '', message: '' };
  if (sqlstate !== '0A000' && sqlstate !== '58P01') return null;
  const said = /^extension "(.+)" is not available/.exec(message)?.[1];
  return said ?? (failed.node === 'CreateExtensionStmt' ? extensionOf(failed) : null);
}

/** What a message of Postgres names, outermost first: `column "x" of relation "todo"` is todo, x. */
function namesIn(message: string): readonly (readonly string[])[] {
  const call = /function (.+?)\(/.exec(message)?.[1];
  if (call !== undefined) return [partsOf(call)];
  // `column todo.title does not exist` comes without quotes, and so does a type of a signature or a cast.
  const bare = /(?:column ([^\s"]+\.[^\s"]+)|type ([^\s"]+)) does not exist/
    .exec(message)
    ?.slice(1)
    .find(Boolean);
  if (bare !== undefined) return [partsOf(bare)];
  const inQuotes = [...message.matchAll(/"((?:[^"]|"")*)"/g)].map(([, name = '']) => partsOf(name));
  const [inner, outer] = inQuotes;
  const nested = /" (?:of|for) (?:relation|table) "/.test(message);
  if (nested && inner !== undefined && outer !== undefined) return [[...outer, ...inner], outer];
  return inQuotes;
}

function means(named: readonly (readonly string[])[], object: string): boolean {
  const [kind, ...rest] = object.split(' ');
  const alone = kind === 'schema' || kind === 'extension';
  const parts = partsOf(alone ? rest.join(' ') : object);
  // The message leaves out what the search path supplied.
  return named.some((name) => name.length > 0 && endsWith(parts, name));
}

function endsWith(parts: readonly string[], end: readonly string[]): boolean {
  return (
    end.length <= parts.length &&
    end.every((part, index) => parts[parts.length - end.length + index] === part)
  );
}

/** `public."My table"` as its names. */
function partsOf(name: string): readonly string[] {
  const parts = name.match(/"(?:[^"]|"")*"|[^."]+/g) ?? [];
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));
}
