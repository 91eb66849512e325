/** Finds `drizzle-kit push` against databases that are not local, in package scripts and workflows. */
import { posix } from 'node:path';
import type { HistoryProblem } from '../history.ts';
import type { Tree } from '../tree.ts';
import { type ConfigTarget, readConfigTarget } from './config-target.ts';
import { type PushSite, pushSites } from './sites.ts';
import { configOf, whyDistant } from './target.ts';

interface Trees {
  readonly mergeBase: Tree;
  readonly base: Tree;
  readonly head: Tree;
}

interface UnsafePush {
  readonly site: PushSite;
  readonly config: string | null;
  readonly why: string;
  /** The same push, wherever its line is. */
  readonly key: string;
}

/** What the base branch has too is standing; what it has thrown away since is gone after the merge. */
export async function unsafePushes(
  trees: Trees,
  workingDirectory: string,
): Promise<readonly HistoryProblem[]> {
  const head = await unsafeIn(trees.head, workingDirectory);
  if (head.length === 0) return [];
  const base = keysOf(await unsafeIn(trees.base, workingDirectory));
  const before =
    trees.mergeBase.id === trees.base.id ? base : keysOf(await unsafeIn(trees.mergeBase, workingDirectory));
  return head
    .filter(({ key }) => base.has(key) || !before.has(key))
    .map((unsafe) => problemOf(unsafe, base.has(unsafe.key)));
}

function keysOf(found: readonly UnsafePush[]): ReadonlySet<string> {
  return new Set(found.map(({ key }) => key));
}

async function unsafeIn(tree: Tree, workingDirectory: string): Promise<readonly UnsafePush[]> {
  const sites = await pushSites(tree, workingDirectory);
  const configs = new Map<string, ConfigTarget | null>();
  const found: UnsafePush[] = [];
  for (const site of sites) {
    const file = configOf(site) ?? (await defaultConfig(tree, site.directory));
    if (!isOfProject(site, file, workingDirectory)) continue;
    if (file !== null && !configs.has(file)) configs.set(file, await readConfig(tree, file));
    const config = file === null ? null : (configs.get(file) ?? null);
    if (config?.dialect != null && config.dialect !== 'postgresql') continue;
    const distant = whyDistant(site, config);
    if (distant === null) continue;
    const key = JSON.stringify([site.object, file, distant.why]);
    found.push({ site, config: file, why: distant.why, key });
  }
  return withoutCallers(found);
}

/** A script that only calls one which is unsafe by itself is the same thing said twice; so are two steps of a workflow. */
function withoutCallers(found: readonly UnsafePush[]): readonly UnsafePush[] {
  const unsafe = new Set(found.map(({ site }) => site.object));
  const seen = new Set<string>();
  return found.filter(({ site, key }) => {
    const inner = site.scripts.slice(site.workflow === null ? 1 : 0);
    const folder = posix.join(site.directory, 'package.json');
    if (site.workflow === null && inner.some((script) => unsafe.has(`${folder}#${script}`))) return false;
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

/** In a monorepo other packages push to databases of their own. */
function isOfProject({ directory }: PushSite, config: string | null, workingDirectory: string): boolean {
  if (directory === workingDirectory || workingDirectory === '.') return true;
  return config?.startsWith(`${workingDirectory}/`) === true;
}

const defaultNames = ['drizzle.config.ts', 'drizzle.config.js', 'drizzle.config.json'];

async function defaultConfig(tree: Tree, directory: string): Promise<string | null> {
  const files = defaultNames.map((name) => posix.normalize(posix.join(directory, name)));
  const nodes = await tree.look(files);
  return files.find((file) => nodes.get(file)?.kind === 'file') ?? null;
}

async function readConfig(tree: Tree, file: string): Promise<ConfigTarget | null> {
  if (file.startsWith('../')) return null;
  const size = (await tree.look([file])).get(file)?.size ?? null;
  if (size === null || size > 256 * 1024) return null;
  const text = (await tree.read([file])).get(file);
  return text === undefined ? null : readConfigTarget(file, text.toString('utf8'));
}

function problemOf({ site, config, why }: UnsafePush, atBase: boolean): HistoryProblem {
  const { object, file, line, workflow, scripts } = site;
  const by =
    workflow === null ? `the script ${scripts[0]}` : `the workflow ${workflow.name ?? posix.basename(file)}`;
  return {
    kind: 'unsafe-push',
    object,
    file,
    line,
    atBase,
    what: `In ${file} ${by} runs \`drizzle-kit push\`, and ${why}`,
    remedy:
      'Let the deploy run reviewed migrations instead: `drizzle-kit generate` in the pull request, `drizzle-kit migrate` in the deploy; keep `push` for a database of your own.',
    evidence: { config, script: scripts[0] ?? null, why },
  };
}
