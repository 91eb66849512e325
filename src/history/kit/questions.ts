/** What drizzle-kit would generate where it asks whether something was renamed: read as dropped and made anew. */
import { posix } from 'node:path';
import { parseSql } from '../statements.ts';
import { droppedBy } from './dropped.ts';
import {
  type Generated,
  type GenerateOptions,
  generate,
  type Hint,
  type InSync,
  type MissingHint,
  type NewMigration,
  wholeSchema,
} from './generate.ts';
import type { RenameQuestion, Unreadable } from './look.ts';
import { type Change, compareSnapshots, lastSnapshot, type Snapshot, toFiles } from './snapshot-change.ts';
import type { Refused } from './trouble.ts';
import type { Workspace } from './workspace.ts';

export type GeneratedApart =
  | InSync
  | Refused
  | Unreadable
  | (Omit<NewMigration, 'files'> & {
      /** What was asked; `sql` then drops and makes anew. `atBase` is false throughout: nobody has looked. */
      readonly questions: readonly RenameQuestion[];
      /** The folder afterwards; null where the answer was put together from several runs. */
      readonly files: ReadonlyMap<string, Buffer> | null;
    });

/** An answer brings up questions about what hangs on it; each round answers all that are open. */
const mostRounds = 12;

/** `generate`, with every question answered by "it is new". */
export async function generateApart(
  workspace: Workspace,
  out: ReadonlyMap<string, Buffer> | 'empty',
  options: GenerateOptions,
): Promise<GeneratedApart> {
  const asked = await generate(workspace, out, options);
  if (asked.state === 'generated') return { ...asked, questions: [] };
  if (asked.state !== 'questions') return asked;
  return workspace.kit.major === 1
    ? await answerAll(workspace, out, { ...options, unresolved: asked.unresolved ?? [] })
    : await inSteps(workspace, out, options);
}

/** 1.0 takes the answers beforehand. */
async function answerAll(
  workspace: Workspace,
  out: ReadonlyMap<string, Buffer> | 'empty',
  { unresolved, ...options }: GenerateOptions & { readonly unresolved: readonly MissingHint[] },
): Promise<GeneratedApart> {
  const asked: MissingHint[] = [];
  let open = unresolved;
  for (let round = 0; round < mostRounds && open.length > 0; round += 1) {
    asked.push(...open);
    const hints = asked.map(({ kind, entity }): Hint => ({ type: 'create', kind, entity }));
    const generated = await generate(workspace, out, { ...options, hints });
    if (generated.state === 'generated') {
      return { ...generated, questions: await questionsOf(asked, generated.sql) };
    }
    if (generated.state !== 'questions') return generated;
    open = (generated.unresolved ?? []).filter(
      (one) => !asked.some(({ kind, entity }) => kind === one.kind && sameNames(entity, one.entity)),
    );
  }
  return noAnswer(workspace);
}

/** 1.0 says what appeared; what vanished is what the answer drops. */
async function questionsOf(asked: readonly MissingHint[], sql: string): Promise<RenameQuestion[]> {
  const parsed = await parseSql(sql);
  const dropped = 'statements' in parsed ? droppedBy(parsed.statements.map(({ tree }) => tree)) : [];
  return asked.flatMap(({ kind: asked, entity }) => {
    const kind = kindOf(asked);
    // An index or a constraint made anew loses nothing: 0.x does not even ask.
    if (kind === 'other') return [];
    const owner = kind === 'column' || kind === 'policy' ? entity.slice(0, -1) : null;
    const from = dropped.filter(
      (one) => one.kind === kind && (owner === null || sameNames(one.owner, owner)),
    );
    return [{ kind, from: from.map(({ name }) => name), to: entity.join('.'), atBase: false }];
  });
}

/**
 * 0.x only says that it would ask. It asks where something vanished and something appeared, so it is given states of
 * the schema between which only one of the two happens: first what is dropped, then what is made and altered.
 */
async function inSteps(
  workspace: Workspace,
  out: ReadonlyMap<string, Buffer> | 'empty',
  options: GenerateOptions,
): Promise<GeneratedApart> {
  const whole = await wholeSchema(workspace, options);
  if (whole.state === 'unreadable' || whole.state === 'refused') return whole;
  const before = out === 'empty' ? null : lastSnapshot(out);
  const after = whole.state === 'generated' ? lastSnapshot(whole.files) : null;
  if (before === null || after === null) return noAnswer(workspace);
  const change = compareSnapshots(before, after);
  const parts: string[] = [];
  for (const state of stepsOf(change)) {
    const generated: Generated = await generate(workspace, toFiles(state), options);
    if (generated.state === 'generated') parts.push(generated.sql.trim());
    else if (generated.state === 'questions') return noAnswer(workspace);
    else if (generated.state !== 'in-sync') return generated;
  }
  const sql = parts.join('\n--> statement-breakpoint\n');
  return { state: 'generated', sql, files: null, questions: change.questions };
}

/** Types and schemas are dropped last, when nothing uses them any more. */
function stepsOf({ withRelations, without, withTypes }: Change): Snapshot[] {
  return [withRelations, without, withTypes].filter((state) => state !== null);
}

function noAnswer({ kit, config }: Workspace): Unreadable {
  return {
    state: 'unreadable',
    kit: kit.name,
    file: posix.normalize(config),
    line: null,
    what: `${kit.name} asks whether something was renamed, and does not say what.`,
    remedy: 'Run `drizzle-kit generate` in a terminal, answer its questions, and commit what it writes.',
    atBase: false,
  };
}

function kindOf(kind: string): RenameQuestion['kind'] {
  switch (kind) {
    case 'table':
    case 'column':
    case 'enum':
    case 'schema':
    case 'sequence':
    case 'view':
    case 'policy':
    case 'role':
      return kind;
    default:
      return 'other';
  }
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index]);
}
