/** Small Drizzle projects for the tests of this room: migrations by tag, with the journal that belongs to them. */
import { openRepository } from '../../src/history/git.ts';
import type { History } from '../../src/history/history.ts';
import { type HistoryRequest, readHistory } from '../../src/history/read-history.ts';
import { type Files, journal } from '../repository.ts';

export const config = `import { defineConfig } from 'drizzle-kit';
export default defineConfig({ schema: './src/schema.ts', out: './drizzle', dialect: 'postgresql' });
`;

/** Tag → [when, SQL]; with the config and the journal. */
export function drizzle(
  migrations: Readonly<Record<string, readonly [number, string]>>,
): Record<string, string> {
  const entries = Object.entries(migrations);
  return {
    'drizzle.config.ts': config,
    'drizzle/meta/_journal.json': journal(Object.fromEntries(entries.map(([tag, [when]]) => [tag, when]))),
    ...Object.fromEntries(entries.map(([tag, [, sql]]) => [`drizzle/${tag}.sql`, sql])),
  };
}

export const a = [100, 'create table a (id int);\n'] as const;
export const b = [200, 'create table b (id int);\n'] as const;
export const c = [300, 'create table c (id int);\n'] as const;

type Options = Partial<Omit<HistoryRequest, 'trees'>>;

/** The history between a base and HEAD of a repository. */
export async function historyOf(
  directory: string,
  base: string,
  options: Options & { readonly worktree?: boolean } = {},
): Promise<History> {
  const { repository, history } = await readAt(directory, base, options);
  await repository.close();
  return history;
}

/** The same with all that it was read from; the repository stays open. */
export async function readAt(
  directory: string,
  base: string,
  { worktree = false, ...options }: Options & { readonly worktree?: boolean },
) {
  const repository = await openRepository(directory);
  const commits = await repository.resolveCommits({ base });
  const trees = {
    mergeBase: repository.tree(commits.mergeBase),
    base: repository.tree(commits.base),
    head: worktree ? repository.worktree() : repository.tree(commits.head),
  };
  const history = await readHistory({
    workingDirectory: '.',
    migrationsFrom: 'auto',
    rlsFile: undefined,
    seedFile: undefined,
    bootstrapFile: null,
    baselineFile: null,
    ...options,
    trees,
  });
  return { repository, trees, history };
}

/** `kind object file:line` of every problem, with `(base)` for standing ones. */
export function told(history: History): string[] {
  return history.problems.map(
    ({ kind, object, file, line, atBase }) => `${kind} ${object} ${file}:${line}${atBase ? ' (base)' : ''}`,
  );
}

export type { Files };
