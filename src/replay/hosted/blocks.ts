/** What has to be done for a DO block: on a hosted project the statements inside it are helped one by one. */
import { type BlockPart, readBlock } from '../../history/block.ts';
import { nodeOf, type Tree } from '../../history/parse-tree.ts';
import { treesOf } from '../../history/statements.ts';
import { shapeOf, unknownName } from './dynamic-sql.ts';
import type { Ground, Handling } from './handling.ts';
import { isHarmlessExpression, isHarmlessStatement, isHarmlessType } from './harmless.ts';
import { isServiceSchema, policyTable } from './managed-tables.ts';

const plain: Handling = { how: 'plain' };

/** Says what one statement of the block needs. */
export type Classifier = (node: string, fields: Tree, ground: Ground) => Handling | Kept;

/** Refused by Postgres itself, so that it may be left to it. */
export interface Kept {
  readonly how: 'left to Postgres';
}

/** One statement of the body with what it needs. */
interface Step {
  readonly part: BlockPart;
  readonly tag: string;
  readonly fields: Tree;
  readonly handling: Handling | Kept;
  /** Its text is all there, but for names and values. */
  readonly exact: boolean;
}

/**
 * As it is where nothing in it needs help, or nothing that can be read. With help for the whole block only where all
 * that it can run is known and stays within what each of its statements would be allowed on a hosted project.
 */
export function blockHandling(sql: string, ground: Ground, classifier: Classifier): Handling {
  const parts = readBlock(sql);
  if (parts === null) return plain;
  const steps: Step[] = [];
  let hasUnread = false;
  for (const part of parts) {
    const read = readPart(part, ground, classifier);
    if (read === null) hasUnread = true;
    else steps.push(...read);
  }
  const helped = steps.filter(
    ({ handling }) => handling.how !== 'plain' && handling.how !== 'left to Postgres',
  );
  const [first] = helped;
  if (first === undefined) return hasUnread && mentionsServices(parts) ? unread : plain;
  const refused = helped.find(({ part, handling }) => part.always && handling.how === 'refused');
  if (refused?.exact === true && refused.handling.how === 'refused') return refused.handling;
  const whole = forAll(helped);
  if (whole === null || hasUnread) return unproved(first);
  const others = steps.filter((step) => !helped.includes(step));
  const isProved =
    helped.every(({ exact }) => exact) &&
    others.every(({ tag, fields, exact }) => exact && isHarmlessStatement(tag, fields)) &&
    parts.every((part) => isHarmlessPart(part));
  return isProved ? whole : unproved(first);
}

/** null: what it runs cannot be read. Expressions have no statements. */
function readPart(part: BlockPart, ground: Ground, classifier: Classifier): readonly Step[] | null {
  if (part.kind !== 'statement' && part.kind !== 'dynamic') return [];
  const read = part.kind === 'dynamic' ? shapeOf(part.sql) : { trees: treesOf(part.sql), exact: true };
  if (read === null || read.trees === null) return null;
  const { trees, exact } = read;
  const steps: Step[] = [];
  for (const tree of trees) {
    const { tag, fields } = nodeOf(tree) ?? { tag: '', fields: {} };
    const path = policyTable(tag, fields) ?? [];
    const isOpen = part.kind === 'dynamic' && path.includes(unknownName);
    if (isOpen && !path.some((name) => typeof name === 'string' && isServiceSchema(name))) return null;
    steps.push({ part, tag, fields, handling: isOpen ? unread : classifier(tag, fields, ground), exact });
  }
  return steps;
}

/** One help that serves all: of one owner, whose tables share a schema, or of who makes roles. */
function forAll(helped: readonly Step[]): Handling | null {
  const [first] = helped;
  const handling = first?.handling;
  if (handling?.how === 'as-owner') {
    const alike = helped.every(
      (step) => step.handling.how === 'as-owner' && step.handling.table.schema === handling.table.schema,
    );
    return alike ? handling : null;
  }
  if (handling?.how === 'as-role-maker')
    return helped.every((step) => step.handling.how === 'as-role-maker') ? handling : null;
  return null;
}

/**
 * Whether a block that was left out could do no more than hosted helps with: nothing of the project's is lost, opened or
 * changed by it, whatever branch it takes.
 */
export function losesNothing(sql: string): boolean {
  const parts = readBlock(sql);
  return parts?.every(partLosesNothing) === true;
}

function partLosesNothing(part: BlockPart): boolean {
  if (part.kind === 'type' || part.kind === 'expression') return isHarmlessPart(part);
  const isDynamic = part.kind === 'dynamic';
  if (isDynamic && !isHarmlessExpression(part.sql)) return false;
  const { trees, exact } = (isDynamic ? shapeOf(part.sql) : null) ?? {
    trees: treesOf(part.sql),
    exact: !isDynamic,
  };
  if (trees === null || !exact) return false;
  return trees.every((tree) => {
    const { tag, fields } = nodeOf(tree) ?? { tag: '', fields: {} };
    const schema = policyTable(tag, fields)?.[0];
    return (
      withoutLoss.has(tag) ||
      (typeof schema === 'string' && isServiceSchema(schema)) ||
      (tag === 'SelectStmt' && isHarmlessStatement(tag, fields))
    );
  });
}

/** They only make or say something, and run nothing of the project's. */
const withoutLoss = new Set([
  'AlterPublicationStmt',
  'CommentStmt',
  'CreateEventTrigStmt',
  'CreateExtensionStmt',
  'CreateFdwStmt',
  'CreatePublicationStmt',
]);

function isHarmlessPart({ kind, sql }: BlockPart): boolean {
  switch (kind) {
    case 'type':
      return isHarmlessType(sql);
    case 'expression':
    case 'dynamic':
      return isHarmlessExpression(sql);
    case 'statement':
      // Looked at as a statement.
      return true;
  }
}

/** Some constant names a service's schema, or a table in one: `'storage'`, `'storage.objects'`. */
function mentionsServices(parts: readonly BlockPart[]): boolean {
  const texts: string[] = [];
  for (const { kind, sql } of parts) {
    if (kind !== 'type') collectConstants(treesOf(kind === 'statement' ? sql : `select ${sql}`), texts);
  }
  return texts.some((text) => isServiceSchema(text.split('.')[0] ?? ''));
}

function collectConstants(value: unknown, texts: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  if ('sval' in value && typeof value.sval === 'string') texts.push(value.sval);
  for (const inner of Object.values(value)) collectConstants(inner, texts);
}

const unread: Handling = {
  how: 'unproved',
  why: 'the block builds its SQL while it runs, on tables of auth, storage or realtime, so it cannot be read beforehand',
};

function unproved({ handling }: Step): Handling {
  if (handling.how === 'unproved') return handling;
  const what =
    handling.how === 'as-owner'
      ? `a statement on ${handling.table.schema}.${handling.table.name}`
      : handling.how === 'extension'
        ? `a statement on the extension ${handling.name}`
        : handling.how === 'refused'
          ? `a statement that a hosted project refuses (${handling.why})`
          : 'a statement that a hosted project runs with more rights';
  return { how: 'unproved', why: `the block holds ${what}, which cannot be tried apart from the rest of it` };
}
