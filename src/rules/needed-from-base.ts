/** Whether a statement failed only because the base history did not replay: never the pull request's fault. */
import type { BaseGap, StatementRecord } from '../replay/record.ts';

/** SQLSTATEs by which Postgres says that something does not exist. */
const absent = new Set(['42P01', '42703', '42704', '42883', '3F000']);

/** The object that base should have and could not make, as the gap names it; null when the failure has another cause. */
export function neededFromBase(failed: StatementRecord | null, gaps: readonly BaseGap[]): string | null {
  const error = failed?.error ?? null;
  if (error === null || !absent.has(error.sqlstate)) return null;
  const named = namesIn(error.message);
  for (const { missing } of gaps) {
    for (const object of missing) if (means(named, object)) return object;
  }
  return null;
}

/** The extension is not on this server: feature_not_supported since 15, undefined_file without its control file. */
export function needsExtension({ node, error }: StatementRecord): boolean {
  return node === 'CreateExtensionStmt' && (error?.sqlstate === '0A000' || error?.sqlstate === '58P01');
}

/** What a message of Postgres names, outermost first: `column "x" of relation "todo"` is todo, x. */
function namesIn(message: string): readonly (readonly string[])[] {
  const call = /function (.+?)\(/.exec(message)?.[1];
  if (call !== undefined) return [partsOf(call)];
  // `column todo.title does not exist` comes without quotes.
  const bare = /column ([^\s"]+\.[^\s"]+) does not exist/.exec(message)?.[1];
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
