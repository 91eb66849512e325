/** The history between two plain folders: quicker than commits, where git itself has nothing to say. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { History } from '../../src/history/history.ts';
import { type HistoryRequest, readHistory } from '../../src/history/read-history.ts';
import type { Tree } from '../../src/history/tree.ts';
import { worktreeAt } from '../../src/history/worktree.ts';

/** Path → text; null: not there. */
export type Texts = Readonly<Record<string, string | null>>;

type Options = Partial<Omit<HistoryRequest, 'trees'>>;

export interface Commits {
  readonly mergeBase?: Texts;
  readonly base: Texts;
  /** On top of `mergeBase`, or of `base`. */
  readonly head: Texts;
}

export async function historyOfFolders(
  { mergeBase, base, head }: Commits,
  options: Options = {},
): Promise<History> {
  const directory = mkdtempSync(join(tmpdir(), 'gatekeeper-folders-'));
  try {
    const at = (name: string, texts: Texts) => tree(join(directory, name), texts);
    const before = at('base', base);
    return await readHistory({
      workingDirectory: '.',
      migrationsFrom: 'auto',
      rlsFile: undefined,
      seedFile: undefined,
      bootstrapFile: null,
      baselineFile: null,
      ...options,
      trees: {
        base: before,
        mergeBase: mergeBase === undefined ? before : at('merge-base', mergeBase),
        head: at('head', { ...(mergeBase ?? base), ...head }),
      },
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function tree(root: string, texts: Texts): Tree {
  mkdirSync(root);
  for (const [path, text] of Object.entries(texts)) {
    if (text === null) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return worktreeAt(root);
}
