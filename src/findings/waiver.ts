/** Waivers: where they are written, and which finding each of them silences. */
import type { History } from '../history/history.ts';
import type { SqlFile } from '../history/migration.ts';
import { sqlComments } from '../history/statements.ts';
import type { ConfigFile } from '../inputs/config-file.ts';
import type { Finding, RuleMeta } from '../rules/rule.ts';
import { readDirectives } from './directive.ts';

/** The lines of one statement, both included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

export interface Waiver {
  readonly source: 'sql' | 'config';
  readonly rule: string;
  readonly object: string;
  readonly reason: string | null;
  readonly until: string | null;
  readonly file: string;
  readonly line: number | null;
  /** SQL: the statement right below; null where there is none. Always null in the config file. */
  readonly statement: Span | null;
  /** The base has it too: its faults are not this pull request's. */
  readonly standing: boolean;
}

/** A comment that was meant as a waiver and cannot be read. */
export interface MisreadWaiver {
  readonly why: string;
  readonly file: string;
  readonly line: number;
  readonly standing: boolean;
}

export interface Waivers {
  readonly read: readonly Waiver[];
  readonly misread: readonly MisreadWaiver[];
}

/**
 * SQL comments of new migrations and head's `rls.sql`, which are reviewed with the SQL, and the config file,
 * which the caller reads from the base commit: a pull request cannot waive its own findings there.
 */
export async function readWaivers({
  history,
  config,
}: {
  readonly history: Pick<History, 'new' | 'rls'>;
  readonly config: Pick<ConfigFile, 'file' | 'waivers'> | null;
}): Promise<Waivers> {
  const read: Waiver[] = [];
  const misread: MisreadWaiver[] = [];
  const old = new Set<string>();
  for (const { text } of history.rls.base)
    for (const comment of await sqlComments(text)) old.add(comment.text);
  for (const file of new Set([...history.new, ...history.rls.head])) {
    const isRls = history.rls.head.includes(file);
    for (const comment of await sqlComments(file.text)) {
      const standing = isRls && old.has(comment.text);
      const place = { file: file.file, line: comment.line, standing };
      for (const directive of readDirectives(comment.text)) {
        if ('misread' in directive) misread.push({ why: directive.misread, ...place });
        else
          read.push({ source: 'sql', ...directive, ...place, statement: statementBelow(file, comment.line) });
      }
    }
  }
  // What is in the base commit's config was not introduced by this pull request, whatever is wrong with it.
  for (const waiver of config?.waivers ?? []) {
    read.push({ source: 'config', ...waiver, file: config?.file ?? '', statement: null, standing: true });
  }
  return { read, misread };
}

/** null: nothing follows, or the comment stands inside or beside a statement, not above one. */
function statementBelow(file: SqlFile, line: number): Span | null {
  let below: Span | null = null;
  for (const { line: first, sql } of file.statements) {
    const last = first + sql.split('\n').length - 1;
    if (first <= line && line <= last) return null;
    if (first > line && (below === null || first < below.first)) below = { first, last };
  }
  return below;
}

/** Rule and object as the finding has them; for SQL also the statement. */
export function silences(waiver: Waiver, rule: RuleMeta, finding: Finding, object: string): boolean {
  if (waiver.rule !== rule.id || !namesObject(waiver, object)) return false;
  if (waiver.source === 'config' || standsAbove(waiver, finding)) return true;
  // Of many statements that make one finding only the first has its line there.
  return object !== finding.object && waiver.file === finding.file && waiver.statement !== null;
}

/** What a finding of one cause is about: each of them has to be named to be waived. */
export function objectsOf({ object, evidence }: Finding): readonly string[] {
  const listed: readonly unknown[] = Array.isArray(evidence.objects) ? evidence.objects : [];
  return [...new Set([object, ...listed.filter((one) => typeof one === 'string')])];
}

export function standsAbove({ file, statement }: Waiver, finding: Finding): boolean {
  if (finding.file !== file || finding.line === null || statement === null) return false;
  return statement.first <= finding.line && finding.line <= statement.last;
}

/** In the config file a trailing `*` stands for any ending; in SQL the object is right there to be named. */
export function namesObject({ source, object }: Waiver, name: string): boolean {
  if (source === 'config' && object.endsWith('*'))
    return unquoted(name).startsWith(unquoted(object.slice(0, -1)));
  return unquoted(object) === unquoted(name);
}

/**
 * `"public"."todo"` as Drizzle writes it and `public.todo` are one name. Parts are joined by NUL, which no name
 * can hold, so that a dot inside quotes is not taken for a separator. Case is kept: it distinguishes names.
 */
function unquoted(name: string): string {
  const parts = name.match(/"(?:[^"]|"")*"|\.|\s+|[^".\s]+/g) ?? [];
  return parts
    .map((part) => {
      if (part === '.') return '\0';
      if (part.startsWith('"') && part.endsWith('"') && part.length > 1) {
        return part.slice(1, -1).replaceAll('""', '"');
      }
      // `f(integer,text)` and `f(integer, text)`
      return /^\s/.test(part) ? '' : part;
    })
    .join('');
}
