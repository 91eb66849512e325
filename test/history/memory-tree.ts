/** A commit without git: for the many small histories of this room; that git gives the same is shown in trees.test.ts. */
import type { History } from '../../src/history/history.ts';
import { type HistoryRequest, readHistory } from '../../src/history/read-history.ts';
import type { Tree, TreeNode } from '../../src/history/tree.ts';

type Texts = Readonly<Record<string, string>>;

export function treeOf(texts: Texts, id = 'head'): Tree {
  const bytes = new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]));
  const paths = [...bytes.keys()].sort();
  const nodeAt = (path: string): TreeNode | null => {
    const content = bytes.get(path);
    if (content !== undefined) return { kind: 'file', size: content.length };
    return paths.some((each) => each.startsWith(`${path}/`)) ? { kind: 'directory', size: null } : null;
  };
  return {
    id,
    list: async (directory) =>
      paths
        .filter((path) => directory === '.' || path === directory || path.startsWith(`${directory}/`))
        .map((path) => ({ path, kind: 'file', size: bytes.get(path)?.length ?? 0 })),
    look: async (wanted) =>
      new Map(
        wanted.flatMap((path) => {
          const node = nodeAt(path);
          return node === null ? [] : [[path, node] as const];
        }),
      ),
    read: async (wanted) =>
      new Map(
        wanted.flatMap((path) => {
          const content = bytes.get(path);
          return content === undefined ? [] : [[path, content] as const];
        }),
      ),
  };
}

type Options = Partial<Omit<HistoryRequest, 'trees'>>;

/** `mergeBase` where the base branch has gone on since: base is what it is now. */
export async function historyBetween(
  base: Texts,
  head: Texts,
  { mergeBase, ...options }: Options & { readonly mergeBase?: Texts } = {},
): Promise<History> {
  const atBase = treeOf(base, 'base');
  return await readHistory({
    workingDirectory: '.',
    migrationsFrom: 'drizzle',
    rlsFile: undefined,
    seedFile: undefined,
    bootstrapFile: null,
    baselineFile: null,
    headTime: Date.parse('2026-06-15T00:00:00Z'),
    ...options,
    trees: {
      mergeBase: mergeBase === undefined ? atBase : treeOf(mergeBase, 'mergeBase'),
      base: atBase,
      head: treeOf(head),
    },
  });
}

/** `kind severity object:line` of what the pull request brings, with `standing` for what base has too. */
export function found(history: History): string[] {
  return history.problems.map(({ kind, severity, object, line, atBase }) =>
    [kind, severity ?? [], `${object}:${line ?? '-'}`, atBase ? 'standing' : []].flat().join(' '),
  );
}

export function what(history: History): string {
  return history.problems.map((problem) => problem.what).join('\n');
}

export function remedies(history: History): string {
  return history.problems.map(({ remedy }) => remedy).join('\n');
}
