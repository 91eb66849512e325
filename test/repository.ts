/** Makes real git repositories in temporary folders: `{ path: content }` per commit. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** `null` removes the file; `{ link }` makes a symbolic link. */
export type Files = Readonly<Record<string, string | Uint8Array | null | { readonly link: string }>>;

export interface TestRepository {
  readonly directory: string;
  /** Writes the files and commits everything; gives the sha. */
  commit(files: Files, message?: string): string;
  /** Writes the files without a commit. */
  write(files: Files): void;
  /** Runs git here and gives its trimmed output. */
  git(...parameters: string[]): string;
  remove(): void;
}

/** The user's and the machine's git settings must not decide a test. */
const environment = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.invalid',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.invalid',
  // The same files give the same commits on every machine; made after whatever the journals of the tests are stamped.
  GIT_AUTHOR_DATE: '2026-06-15T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-06-15T00:00:00Z',
};

/** An empty repository on branch `main`; call `remove()` when done. */
export function makeRepository(first?: Files): TestRepository {
  const repository = openTestRepository(mkdtempSync(join(tmpdir(), 'gatekeeper-repository-')));
  repository.git('init', '--quiet', '--initial-branch=main');
  if (first !== undefined) repository.commit(first);
  return repository;
}

/** A repository that stands already: a clone made by a test. */
export function openTestRepository(directory: string): TestRepository {
  function git(...parameters: string[]): string {
    return execFileSync('git', parameters, {
      cwd: directory,
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }
  function write(files: Files): void {
    for (const [path, content] of Object.entries(files)) {
      const place = join(directory, path);
      rmSync(place, { recursive: true, force: true });
      if (content === null) continue;
      mkdirSync(dirname(place), { recursive: true });
      if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, place);
      else writeFileSync(place, content);
    }
  }
  return {
    directory,
    git,
    write,
    commit(files, message = 'change') {
      write(files);
      git('add', '--all', '--force');
      git('commit', '--quiet', '--allow-empty', '--message', message);
      return git('rev-parse', 'HEAD');
    },
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Drizzle's journal for tags with their `when`, as drizzle-kit writes it. */
export function journal(entries: Readonly<Record<string, number>>): string {
  const list = Object.entries(entries).map(([tag, when], idx) => ({
    idx,
    version: '7',
    when,
    tag,
    breakpoints: true,
  }));
  return `${JSON.stringify({ version: '7', dialect: 'postgresql', entries: list }, null, 2)}\n`;
}
