/** Judges two states of a small repository with the real gate: real git, real Postgres, every rule. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, type Deadlines, type GateResult } from '../src/gate.ts';
import { readFlags } from '../src/inputs/flags.ts';
import { type Files, makeRepository } from './repository.ts';

/** Where the two majors of drizzle-kit are installed for tests. */
export const kits = { '0.x': '../node_modules', '1.0': './kits/v1/node_modules' } as const;
export type KitMajor = keyof typeof kits;

/** The project's dependencies are installed: of this major of drizzle-kit, which is linked and not committed. */
export function installKit(directory: string, kit: KitMajor): void {
  symlinkSync(fileURLToPath(new URL(kits[kit], import.meta.url)), join(directory, 'node_modules'));
}

/** The commit `base`, then `head` with what is no longer in it removed. */
export async function judgeFiles(
  base: Files,
  head: Files,
  options: Readonly<Record<string, string>> = {},
  deadlines?: Deadlines,
  kit: KitMajor | null = null,
): Promise<GateResult> {
  const repository = makeRepository();
  try {
    const before = repository.commit({ 'README.md': 'A fixture.\n', ...base });
    const gone = Object.keys(base).filter((path) => !(path in head));
    const after = repository.commit({ ...head, ...Object.fromEntries(gone.map((path) => [path, null])) });
    if (kit !== null) installKit(repository.directory, kit);
    const flags = Object.entries({
      // With nothing committed there is no folder to name.
      ...(options['migrations-from'] === 'schema' ? {} : { 'migrations-dir': 'drizzle' }),
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
