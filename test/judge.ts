/** Judges two states of a small repository with the real gate: real git, real Postgres, every rule. */
import { check, type Deadlines, type GateResult } from '../src/gate.ts';
import { readFlags } from '../src/inputs/flags.ts';
import { type Files, makeRepository } from './repository.ts';

/** The commit `base`, then `head` with what is no longer in it removed. */
export async function judgeFiles(
  base: Files,
  head: Files,
  options: Readonly<Record<string, string>> = {},
  deadlines?: Deadlines,
): Promise<GateResult> {
  const repository = makeRepository();
  try {
    const before = repository.commit({ 'README.md': 'A fixture.\n', ...base });
    const gone = Object.keys(base).filter((path) => !(path in head));
    const after = repository.commit({ ...head, ...Object.fromEntries(gone.map((path) => [path, null])) });
    const flags = Object.entries({
      'migrations-dir': 'drizzle',
      postgres: 'embedded',
      // Made-up files name nothing of Supabase; what is tried here is how its projects are judged.
      platform: 'supabase',
      ...options,
    });
    return await check({
      given: readFlags(['check', ...flags.map(([name, value]) => `--${name}=${value}`)]).given,
      directory: repository.directory,
      base: before,
      head: after,
      token: null,
      worktree: false,
      all: false,
      today: new Date('2026-06-15T12:00:00Z'),
      ...(deadlines === undefined ? {} : { deadlines }),
    });
  } finally {
    repository.remove();
  }
}
