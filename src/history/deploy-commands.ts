/** How the repository says that migrations reach a database: commands in workflows and package scripts, and code. */
import { posix } from 'node:path';
import { upwards } from './paths.ts';
import { type PackageScripts, scriptCalls } from './push/packages.ts';
import { commandsOf } from './push/shell.ts';
import { mostCommands, readPackages, readWorkflows, smallTexts } from './push/sources.ts';
import type { Search } from './search.ts';
import type { Tree } from './tree.ts';

export interface DeployCommand {
  readonly by: 'supabase' | 'drizzle';
  /** `supabase db push`, `drizzle-kit migrate`, a call of the migrator. */
  readonly what: string;
  /** A workflow counts for more than a script that somebody may or may not call. */
  readonly where: 'workflow' | 'script' | 'code';
  readonly file: string;
  readonly line: number;
  /** `supabase migration up` is for the local database unless it is told otherwise. */
  readonly isLocal: boolean;
  /** With `--include-all` the Supabase CLI runs what is older than its newest row instead of refusing. */
  readonly includesAll: boolean;
}

/** Scripts that call scripts. */
const deepest = 5;

interface Scripts {
  readonly packages: readonly PackageScripts[];
  /** Commands that may still be followed. */
  left: number;
}

/** `folders`: the packages it is about; those above them count too. */
export async function deployCommands(
  tree: Tree,
  folders: readonly string[],
  search: Search | undefined,
): Promise<readonly DeployCommand[]> {
  const packages = await readPackages(
    tree,
    folders.flatMap((folder) => upwards(folder).toReversed()),
  );
  return [
    ...(await inWorkflows(tree, packages)),
    ...packages.flatMap((owner) => inScripts(owner)),
    ...(search === undefined ? [] : await inCode(tree, search)),
  ];
}

async function inWorkflows(tree: Tree, packages: readonly PackageScripts[]): Promise<DeployCommand[]> {
  const scripts: Scripts = { packages, left: mostCommands };
  return (await readWorkflows(tree)).flatMap(({ file, workflow }) => {
    const steps = workflow.jobs.flatMap((job) => job.steps);
    return steps.flatMap((step) =>
      commandsOf(step.run).flatMap((command) => {
        const line = step.line + command.line - 1;
        const found = through(command.words, step.directory, scripts, 0);
        return found.map((one) => ({ ...one, where: 'workflow' as const, file, line }));
      }),
    );
  });
}

function inScripts(owner: PackageScripts): DeployCommand[] {
  return [...owner.scripts.values()].flatMap(({ command, line }) =>
    commandsOf(command)
      .flatMap(({ words }) => readCommand(words) ?? [])
      .map((found) => ({ ...found, where: 'script' as const, file: owner.file, line })),
  );
}

type Found = Pick<DeployCommand, 'by' | 'what' | 'isLocal' | 'includesAll'>;

/** What a command runs, by itself or through the package scripts that it calls. */
function through(
  words: readonly string[],
  directory: string,
  scripts: Scripts,
  depth: number,
): readonly Found[] {
  scripts.left -= 1;
  const found = readCommand(words);
  if (found !== null || depth > deepest || scripts.left < 0) return found ?? [];
  return scriptCalls(words, posix.normalize(directory), scripts.packages).flatMap(
    ({ owner, script, rest }) => {
      const commands = commandsOf(owner.scripts.get(script)?.command ?? '');
      return commands.flatMap((command, index) => {
        const last = index === commands.length - 1 ? rest : [];
        return through([...command.words, ...last], owner.directory, scripts, depth + 1);
      });
    },
  );
}

/** Words that are shown or searched for, not run. */
const spoken = new Set(['echo', 'printf', 'cat', 'grep', 'sed', 'git', 'gh']);

function readCommand(words: readonly string[]): Found[] | null {
  if (spoken.has(words[0] ?? '')) return null;
  const has = (...flags: string[]) =>
    words.some((word) => flags.some((flag) => word === flag || word.startsWith(`${flag}=`)));
  if (has('--help', '-h', '--dry-run')) return null;
  const after = (program: RegExp) => {
    const at = words.findIndex((word) => program.test(word));
    return at === -1 ? [] : words.slice(at + 1);
  };
  const follows = (given: readonly string[], first: string, second: string) =>
    given.some((word, index) => word === first && given[index + 1] === second);
  const cli = after(/(?:^|\/)supabase(?:@[\w.^~-]+)?$/);
  const common = { by: 'supabase' as const, includesAll: has('--include-all') };
  // Without a target it is the linked project up to 2.x, and the local database since 3.0.
  if (follows(cli, 'db', 'push')) {
    return [{ ...common, what: 'supabase db push', isLocal: has('--local') }];
  }
  if (follows(cli, 'migration', 'up') || follows(cli, 'migrations', 'up')) {
    const isLocal = !has('--linked', '--db-url', '--remote');
    return [{ ...common, what: 'supabase migration up', isLocal }];
  }
  const kit = after(/(?:^|\/)drizzle-kit(?:@[\w.^~-]+)?$/);
  if (kit.find((word) => !word.startsWith('-')) !== 'migrate') return null;
  return [{ by: 'drizzle', what: 'drizzle-kit migrate', isLocal: false, includesAll: false }];
}

const migrator = 'drizzle-orm/[a-z-]+(/pg)?/migrator';

/** The first file that imports a migrator; tests migrate databases of their own, PGlite's above all. */
async function inCode(tree: Tree, search: Search): Promise<DeployCommand[]> {
  const files = (await search(tree, [migrator])).filter(
    (file) =>
      /\.[cm]?[jt]sx?$/.test(file) &&
      !/(?:^|\/)(?:node_modules|dist|build|\.next|tests?|__tests__|e2e|fixtures?|examples?)\//.test(file) &&
      !/\.(?:test|spec|d)\.[cm]?[jt]sx?$/.test(file),
  );
  for (const [file, text] of await smallTexts(tree, files.slice(0, 50))) {
    const lines = text.split('\n');
    const line = lines.findIndex((each) => new RegExp(migrator).test(each) && !each.includes('/pglite/'));
    if (line === -1) continue;
    const what = "Drizzle's migrator";
    return [{ by: 'drizzle', what, where: 'code', file, line: line + 1, isLocal: false, includesAll: false }];
  }
  return [];
}
