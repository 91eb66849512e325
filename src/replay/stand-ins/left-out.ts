/** Extensions whose CREATE EXTENSION was left out, and what fails only for want of them. */
import { fieldsOf, list, textOf } from '../../history/parse-tree.ts';
import { treesOf } from '../../history/statements.ts';
import type { BaseGap, StatementFailure, StatementRecord } from '../record.ts';
import { broughtBy } from './brought-by.ts';

/** A statement that was neither sent nor refused: what it would have done is unknown. */
export function isLeftOut({ outcome, because }: Pick<StatementRecord, 'outcome' | 'because'>): boolean {
  return outcome === 'not-executed' && because !== null;
}

/** The extension that a statement creates, alters, drops or comments on; null for every other statement. */
export function extensionOf({ sql, node }: Pick<StatementRecord, 'sql' | 'node'>): string | null {
  if (node === null || !aboutExtensions.has(node)) return null;
  const [tree] = treesOf(sql) ?? [];
  const { extname, objtype, object, removeType, objects } = fieldsOf(tree, node);
  if (typeof extname === 'string') return extname;
  if (objtype === 'OBJECT_EXTENSION') return textOf(object);
  return removeType === 'OBJECT_EXTENSION' ? textOf(list(objects)[0]) : null;
}

const aboutExtensions = new Set([
  'AlterExtensionContentsStmt',
  'AlterExtensionStmt',
  'CommentStmt',
  'CreateExtensionStmt',
  'DropStmt',
]);

/** What a left-out statement keeps from those that come after it. */
export function gapsByLeavingOut(statements: readonly StatementRecord[]): readonly BaseGap[] {
  return statements.filter(isLeftOut).map((statement) => {
    const extension = extensionOf(statement);
    const { file, line } = statement;
    const missing = extension === null ? [] : [`extension ${extension}`];
    return { place: { file, line }, error: asFailure(statement), missing };
  });
}

/** feature_not_supported: what Postgres says itself of an extension that it has not. */
export function asFailure({ because }: Pick<StatementRecord, 'because'>): StatementFailure {
  return { sqlstate: '0A000', message: because ?? '', hint: null, deadline: false };
}

/** `isKnown`: the extension is known to bring the name; else it is the only explanation at hand. */
export interface Lacking {
  readonly extensions: readonly string[];
  readonly isKnown: boolean;
  /** There is a stand-in, and what is missed is more than it has. */
  readonly isStandIn?: boolean;
}

/** The extensions for want of which a statement failed; null when it failed of something else. */
export function lackingExtension(
  { message }: Pick<StatementFailure, 'message'>,
  gaps: readonly BaseGap[],
): Lacking | null {
  const leftOut = [...new Set(gaps.flatMap(({ missing }) => missing.flatMap(extensionIn)))].sort();
  const required = /^required extension "(.+)" is not installed/.exec(message)?.[1];
  const own = /^extension "(.+)" does not exist/.exec(message)?.[1] ?? required;
  if (own !== undefined) return leftOut.includes(own) ? { extensions: [own], isKnown: true } : null;
  const answers = leftOut.map((name) => ({ name, brings: broughtBy(name, message) }));
  const sure = answers.filter(({ brings }) => brings === 'yes').map(({ name }) => name);
  if (sure.length > 0) return { extensions: sure, isKnown: true };
  const possible = answers.filter(({ brings }) => brings === 'perhaps').map(({ name }) => name);
  return possible.length > 0 ? { extensions: possible, isKnown: false } : null;
}

/** As `nameOf` of made.ts writes it. */
function extensionIn(missing: string): readonly string[] {
  const [, quoted, bare] = /^extension (?:"(.*)"|(.*))$/s.exec(missing) ?? [];
  const name = quoted?.replaceAll('""', '"') ?? bare;
  return name === undefined ? [] : [name];
}
