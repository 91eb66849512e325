/** The scripts of package.json files, with their lines, and which of them a command runs. */
import { posix } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';

export interface PackageScripts {
  /** Relative to the repository root, as its folder is. */
  readonly file: string;
  readonly directory: string;
  readonly name: string | null;
  readonly scripts: ReadonlyMap<string, { readonly command: string; readonly line: number }>;
}

/** JSON is YAML, and that reader knows the lines. null: not readable, and so no package. */
export function readPackage(file: string, text: string): PackageScripts | null {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' });
  if (document.errors.length > 0 || !isMap(document.contents)) return null;
  const scripts = new Map<string, { command: string; line: number }>();
  const own = document.contents.get('scripts');
  for (const { key, value } of isMap(own) ? own.items : []) {
    if (!isScalar(key) || !isScalar(value) || typeof value.value !== 'string') continue;
    scripts.set(String(key.value), {
      command: value.value,
      line: lines.linePos(key.range?.[0] ?? 0).line,
    });
  }
  const name = document.contents.get('name');
  return { file, directory: posix.dirname(file), name: typeof name === 'string' ? name : null, scripts };
}

export interface ScriptCall {
  readonly owner: PackageScripts;
  readonly script: string;
  /** What the caller hands on: `--config=drizzle-prod.config.ts`. */
  readonly rest: readonly string[];
}

const managers = new Set(['npm', 'pnpm', 'yarn', 'bun', 'turbo', 'nx', 'lerna']);
const sequences = new Set(['run-s', 'run-p', 'npm-run-all', 'npm-run-all2']);
/** The package is named by the next word. */
const packageFlags = new Set(['--filter', '-F', '-w', '--workspace', 'workspace', '--scope']);
const directoryFlags = new Set(['-C', '--dir', '--cwd', '--prefix']);

/** The scripts that a command runs; `directory` is where it is run. */
export function scriptCalls(
  words: readonly string[],
  directory: string,
  packages: readonly PackageScripts[],
): readonly ScriptCall[] {
  const start = words.findIndex((word) => managers.has(word) || sequences.has(word));
  const manager = words[start];
  if (manager === undefined) return [];
  const rest = words.slice(start + 1);
  if (sequences.has(manager)) {
    const owner = packages.find((one) => one.directory === directory);
    return owner === undefined
      ? []
      : rest.flatMap((word) => (owner.scripts.has(word) ? [{ owner, script: word, rest: [] }] : []));
  }
  const named = readFlags(rest, directory);
  const owners = ownersOf(manager, named, packages);
  const [script = '', ...after] = named.words;
  return owners
    .filter(({ scripts }) => scripts.has(script))
    .slice(0, 1)
    .map((owner) => ({ owner, script, rest: after.filter((word) => word !== '--') }));
}

interface Named {
  /** Without the manager's own words. */
  readonly words: readonly string[];
  readonly directory: string;
  readonly selected: string | null;
}

function readFlags(rest: readonly string[], directory: string): Named {
  let where = directory;
  let selected: string | null = null;
  let at = 0;
  for (; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    const [flag = '', value] = word.startsWith('-') ? word.split(/=(.*)/s, 2) : [word];
    if (packageFlags.has(flag)) selected = value ?? rest[++at] ?? null;
    else if (directoryFlags.has(flag)) where = posix.join(directory, value ?? rest[++at] ?? '.');
    else if (!word.startsWith('-') && !['run', 'run-script', 'run-many'].includes(word)) break;
  }
  const words = rest.slice(at);
  // `yarn db:push --filter x` and `turbo db:push --filter=x` name it afterwards.
  const late = words.findIndex((word) => /^(?:--filter|-F|--workspace|-w)(?:=|$)/.test(word));
  if (late > 0 && selected === null) selected = words[late]?.split('=', 2)[1] ?? words[late + 1] ?? null;
  return { words, directory: where, selected };
}

function ownersOf(
  manager: string,
  { directory, selected }: Named,
  packages: readonly PackageScripts[],
): readonly PackageScripts[] {
  if (selected !== null) {
    const wanted = selected
      .replace(/^\.\//, '')
      .replace(/[.{}]+/g, '')
      .replace(/\/+$/, '');
    return packages.filter(
      ({ name, directory: place }) =>
        name === selected || place === wanted || posix.basename(place) === wanted,
    );
  }
  const here = packages.filter((one) => one.directory === directory);
  // A task runner runs the task of every package that has it.
  const runsAll = manager === 'turbo' || manager === 'nx' || manager === 'lerna';
  return runsAll ? [...packages.filter((one) => one.directory !== directory), ...here] : here;
}
