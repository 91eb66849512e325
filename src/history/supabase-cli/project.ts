/** The Supabase CLI's project around a migrations folder: `supabase/config.toml`, as far as it tells who applies. */
import { posix } from 'node:path';
import type { Tree } from '../tree.ts';

export interface CliProject {
  /** Where the CLI is run: the folder that holds `supabase/`. */
  readonly directory: string;
  /** Path of `config.toml`; null: there is none, and without it the CLI does not work here. */
  readonly config: string | null;
  /** False where `[db.migrations] enabled = false` keeps `db push` from running any. */
  readonly appliesMigrations: boolean;
}

const configLimit = 256 * 1024;

/** The only folder that the CLI looks into, in whatever package. */
export function isCliFolder(directory: string): boolean {
  return directory === 'supabase/migrations' || directory.endsWith('/supabase/migrations');
}

export async function readCliProject(tree: Tree, directory: string): Promise<CliProject> {
  const supabase = posix.dirname(directory);
  const file = posix.join(supabase, 'config.toml');
  const size = (await tree.look([file])).get(file)?.size ?? null;
  const bytes = size === null || size > configLimit ? undefined : (await tree.read([file])).get(file);
  return {
    directory: posix.dirname(supabase),
    config: size === null ? null : file,
    appliesMigrations: !isSwitchedOff(bytes?.toString('utf8') ?? ''),
  };
}

/** The file is written by `supabase init`, a setting a line. */
function isSwitchedOff(toml: string): boolean {
  let table = '';
  for (const line of toml.split(/\r?\n/)) {
    const [, header] = /^\s*\[\s*([\w.-]+)\s*\]/.exec(line) ?? [];
    if (header !== undefined) table = header;
    else if (table === 'db.migrations' && /^\s*enabled\s*=\s*false\b/.test(line)) return true;
  }
  return false;
}
