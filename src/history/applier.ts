/** Who applies the migrations in production: Drizzle's migrator, or a tool that takes every file by name. */
import { failure } from '../errors.ts';
import { lookInto } from './folder.ts';
import type { Tree } from './tree.ts';

export type { Applier } from './history.ts';
export type MigrationsFrom = 'auto' | 'drizzle' | 'supabase' | 'files' | 'schema';

interface Place {
  readonly tree: Tree;
  readonly directory: string;
}

export function refuseLaterModes(migrationsFrom: MigrationsFrom): void {
  if (migrationsFrom === 'supabase') {
    throw failure('mode-not-available', {
      wanted: '`migrations-from: supabase` (files applied by the Supabase CLI)',
      instead:
        'Use `migrations-from: files` with `migrations-dir: supabase/migrations` for now; it replays the same files in the same order.',
    });
  }
  if (migrationsFrom === 'schema') {
    throw failure('mode-not-available', {
      wanted: '`migrations-from: schema` (nothing committed)',
      instead: 'Commit migrations with `drizzle-kit generate` for now, and use `migrations-from: drizzle`.',
    });
  }
}

/**
 * Decided by what stands there at head, or at base when the pull request threw it away. With a Drizzle config (its
 * file is `config`) SQL without a journal is a folder that lost it: Drizzle would apply nothing of it.
 */
export async function applierOf(
  migrationsFrom: MigrationsFrom,
  head: Place,
  base: Place,
  config: string | null,
): Promise<'drizzle' | 'files'> {
  const atHead = await lookInto(head.tree, head.directory);
  const atBase = await lookInto(base.tree, base.directory);
  const seen = [atHead, atBase];
  if (migrationsFrom !== 'files') {
    if (atHead === 'drizzle1' || (atHead === 'nothing' && atBase === 'drizzle1')) {
      throw failure('mode-not-available', {
        wanted: `${head.directory} (the folder format of Drizzle 1.0)`,
        instead:
          'This version reads the journal that drizzle-kit 0.x writes; Drizzle 1.0 folders come later.',
      });
    }
    if (seen.includes('journal')) return 'drizzle';
  }
  if (migrationsFrom === 'auto' && config !== null && seen.includes('files')) {
    throw failure('journal-missing', { directory: head.directory, config });
  }
  if (migrationsFrom !== 'drizzle' && (seen.includes('files') || seen.includes('journal'))) return 'files';
  const wanted = {
    drizzle: 'it has no meta/_journal.json',
    files: 'it has no SQL files',
    auto: 'it has neither a meta/_journal.json nor SQL files',
  };
  const why =
    migrationsFrom === 'drizzle' || migrationsFrom === 'files' ? wanted[migrationsFrom] : wanted.auto;
  throw failure('migrations-missing', { directory: head.directory, wanted: why });
}
