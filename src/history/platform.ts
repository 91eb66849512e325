/** Whether the project runs on Supabase, or on a Postgres that has nothing of it. */
import { GatekeeperError } from '../errors.ts';
import type { History } from './history.ts';
import type { SqlFile } from './migration.ts';
import { ownAuth } from './own-auth.ts';
import type { Search } from './search.ts';
import { breakpoint, readSqlFile } from './statements.ts';
import { sqlExpressions, supabaseNamed } from './supabase-names.ts';
import type { Tree } from './tree.ts';

export interface Platform {
  readonly platform: 'supabase' | 'postgres';
  /** In one clause, for the report. */
  readonly why: string;
}

/** The repository at both commits, and a way to search it. */
export interface Place {
  readonly base: Tree;
  readonly head: Tree;
  readonly search: Search;
}

/**
 * `auto` says `postgres` on proof only, for that switches the rules about access off: the base history makes a schema
 * `auth` of its own, where a Supabase project has one that belongs to somebody else; or neither base nor head names
 * anything of Supabase or uses row level security. A pull request alone can bring neither about.
 */
export async function platformOf(
  wanted: 'auto' | 'supabase' | 'postgres',
  history: History,
  place: Place | null,
): Promise<Platform> {
  if (wanted !== 'auto') return { platform: wanted, why: 'as told by the option platform' };
  const standing = await ownAuth([...(await madeOutside(history, place)), ...history.base]);
  if (standing !== null) {
    const { file, line, foreign } = standing;
    return { platform: 'postgres', why: `${file}:${line} makes a schema auth of its own, for ${foreign}` };
  }
  if (place === null) return { platform: 'supabase', why: 'nothing says otherwise' };
  // Not named by the base history, but made by this one: of Supabase it is not.
  const own = (await ownAuth([...history.base, ...history.new])) === null ? [] : ['auth'];
  const named = await firstNamed(place, own);
  if (named !== null) return { platform: 'supabase', why: named };
  return {
    platform: 'postgres',
    why: 'neither base nor head names a schema, role, package, folder or setting of Supabase, or uses row level security',
  };
}

/** Files that stand for what was made by hand; one that the pull request brings proves nothing. */
async function madeOutside(history: History, place: Place | null): Promise<readonly SqlFile[]> {
  const files = [history.bootstrap, history.baseline].filter((file) => file !== null);
  const atBase = await place?.base.read(files.map(({ file }) => file));
  return files.filter(({ file, text }) => atBase?.get(file)?.toString('utf8') === text);
}

async function firstNamed({ base, head, search }: Place, own: readonly string[]): Promise<string | null> {
  try {
    return (await namedAt(base, search, own)) ?? (await namedAt(head, search, own));
  } catch (error) {
    // Its search is all that failed: what is on by default stays on.
    if (!(error instanceof GatekeeperError)) throw error;
    return `the repository could not be searched for signs of another platform (${error.message.replace(/\.$/, '')})`;
  }
}

async function namedAt(tree: Tree, search: Search, own: readonly string[]): Promise<string | null> {
  const files = (await tree.list('')).map(({ path }) => path).filter(isOwnFile);
  const folder = files.find((path) => path.split('/').slice(0, -1).includes('supabase'));
  if (folder !== undefined) return `${folder} lies in a folder of the Supabase CLI`;
  const written = (await search(tree, textExpressions)).filter((path) => isOwnFile(path) && !isSql(path));
  return (await inTexts(tree, written)) ?? (await inSql(tree, await search(tree, sqlExpressions), own));
}

/** Packages, settings, code; the last three turn row level security on from Drizzle's schema. */
const textExpressions = ['supabase', 'enableRLS', 'withRLS', 'pgPolicy'];

/** The one that says most first: who depends on Supabase's packages. */
async function inTexts(tree: Tree, paths: readonly string[]): Promise<string | null> {
  const path = paths.find((each) => /(^|\/)package\.json$/.test(each)) ?? paths[0];
  if (path === undefined) return null;
  const text = (await tree.read([path])).get(path)?.toString('utf8') ?? '';
  const pattern = new RegExp(textExpressions.join('|'), 'i');
  const line = text.split('\n').findIndex((each) => pattern.test(each)) + 1;
  const what = /supabase/i.test(text) ? 'names Supabase' : 'uses row level security';
  return `${path}${line === 0 ? '' : `:${line}`} ${what}`;
}

/** Larger ones are dumps of data; parsing them would take longer than the rest of the check. */
const parsedBytes = 2 * 2 ** 20;
const filesAtOnce = 50;

async function inSql(tree: Tree, found: readonly string[], own: readonly string[]): Promise<string | null> {
  const paths = found.filter((path) => isOwnFile(path) && isSql(path));
  const sizes = await tree.look(paths);
  const large = paths.find((path) => (sizes.get(path)?.size ?? 0) > parsedBytes);
  for (let at = 0; at < paths.length; at += filesAtOnce) {
    const some = paths
      .slice(at, at + filesAtOnce)
      .filter((path) => (sizes.get(path)?.size ?? 0) <= parsedBytes);
    for (const [file, bytes] of await tree.read(some)) {
      const text = bytes.toString('utf8');
      const { statements } = await readSqlFile(file, text, { breakpoints: text.includes(breakpoint) });
      for (const { sql, line } of statements) {
        const what = await supabaseNamed(sql, own);
        if (what !== null) return `${file}:${line} ${what}`;
      }
    }
  }
  return large === undefined ? null : `${large} may name something of Supabase and is too large to tell`;
}

function isSql(path: string): boolean {
  return path.toLowerCase().endsWith('.sql');
}

/** What tools write or fetch names packages that nobody here uses. */
function isOwnFile(path: string): boolean {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  return (
    !parts.includes('node_modules') &&
    // What agents are taught (`.agents/skills`, `.claude/skills`) is fetched as packages are.
    !parts.some((part, at) => part.startsWith('.') && parts[at + 1] === 'skills') &&
    !/(^|[.-])lock(\.(json|ya?ml|toml))?$/.test(name) &&
    !['npm-shrinkwrap.json', 'go.sum', 'bun.lockb'].includes(name)
  );
}
