/** Who applies the migrations in production: Drizzle's migrator, or a tool that takes every file by name. */
import { failure } from '../errors.ts';
import type { Places } from './applied.ts';
import { lookInto } from './folder.ts';
import type { Applier } from './history.ts';

export type { Applier } from './history.ts';
export type MigrationsFrom = 'auto' | 'drizzle' | 'supabase' | 'files' | 'schema';

export interface Decision {
  readonly applier: Applier;
  /** In one clause. */
  readonly why: string;
}

/**
 * Decided by what stands there at head, or at base when the pull request threw it away. With a Drizzle config (its
 * file is `config`) SQL without a journal is a folder that lost it: Drizzle would apply nothing of it.
 */
export async function applierOf(migrationsFrom: MigrationsFrom, places: Places): Promise<Decision> {
  const { trees, directories, configs } = places;
  if (migrationsFrom === 'supabase' || migrationsFrom === 'schema') return told(migrationsFrom);
  const atHead = await lookInto(trees.head, directories.head);
  const atBase = await lookInto(trees.base, directories.base);
  const seen = [atHead, atBase];
  if (migrationsFrom !== 'files') {
    if (atHead === 'drizzle1' || (atHead === 'nothing' && atBase === 'drizzle1')) {
      throw failure('mode-not-available', {
        wanted: `${directories.head} (the folder format of Drizzle 1.0)`,
        instead:
          'This version reads the journal that drizzle-kit 0.x writes; Drizzle 1.0 folders come later.',
      });
    }
    if (seen.includes('journal')) {
      const why = `${directories.head}/meta/_journal.json is there`;
      return migrationsFrom === 'auto' ? { applier: 'drizzle', why } : told('drizzle');
    }
  }
  const config = configs.head?.out === directories.head ? configs.head.file : null;
  if (migrationsFrom === 'auto' && config !== null && seen.includes('files')) {
    throw failure('journal-missing', { directory: directories.head, config });
  }
  if (migrationsFrom !== 'drizzle' && (seen.includes('files') || seen.includes('journal'))) {
    const why = `${directories.head} has SQL files and no Drizzle config`;
    return migrationsFrom === 'auto' ? { applier: 'files', why } : told('files');
  }
  const wanted = {
    drizzle: 'it has no meta/_journal.json',
    files: 'it has no SQL files',
    auto: 'it has neither a meta/_journal.json nor SQL files',
  };
  throw failure('migrations-missing', { directory: directories.head, wanted: wanted[migrationsFrom] });
}

function told(applier: Applier): Decision {
  return { applier, why: 'as told by the option migrations-from' };
}
