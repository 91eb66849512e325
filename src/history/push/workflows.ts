/** The steps of GitHub workflows that run something, with what their environment holds. */
import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml';

export interface WorkflowStep {
  readonly run: string;
  /** Line of the workflow in which the first line of `run` stands, counted from 1. */
  readonly line: number;
  readonly directory: string;
  /** The step's own name; null when it has none. */
  readonly name: string | null;
  readonly env: Environment;
  /** The script is sent to another machine. */
  readonly isRemote: boolean;
}

export interface WorkflowJob {
  readonly id: string;
  readonly name: string | null;
  /** The GitHub environment that the job runs in. */
  readonly environment: string | null;
  readonly env: Environment;
  /** Keys of `services` whose image is a Postgres. */
  readonly databases: readonly string[];
  readonly steps: readonly WorkflowStep[];
}

export interface Workflow {
  readonly name: string | null;
  readonly env: Environment;
  readonly jobs: readonly WorkflowJob[];
  /** In one clause what starts it, when that is a deploy: `on every push to main`. Null: also pull requests, or by hand. */
  readonly deploys: string | null;
}

export type Environment = Readonly<Record<string, string>>;

type Tree = Readonly<Record<string, unknown>>;

/** null: no YAML, or no workflow. */
export function readWorkflow(text: string): Workflow | null {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' });
  if (document.errors.length > 0 || !isMap(document.contents)) return null;
  let root: Tree;
  try {
    root = tree(document.toJS({ maxAliasCount: 100 }));
  } catch {
    // Aliases of aliases: nobody's workflow.
    return null;
  }
  const jobs = document.contents.get('jobs');
  if (!isMap(jobs)) return null;
  return {
    name: string(root.name),
    env: environment(root.env),
    jobs: Object.entries(tree(root.jobs)).map(([id, job]) => readJob(id, tree(job), root, jobs, lines)),
    deploys: whatDeploys(root.on),
  };
}

function readJob(id: string, job: Tree, root: Tree, jobs: YAMLMap, lines: LineCounter): WorkflowJob {
  const environmentName = typeof job.environment === 'string' ? job.environment : tree(job.environment).name;
  const steps = Array.isArray(job.steps) ? job.steps.map(tree) : [];
  return {
    id,
    name: string(job.name),
    environment: string(environmentName),
    env: environment(job.env),
    databases: Object.entries(tree(job.services))
      .filter(([, service]) => isPostgres(typeof service === 'string' ? service : tree(service).image))
      .map(([name]) => name),
    steps: steps.flatMap((step, index) => {
      const key = typeof step.run === 'string' ? ['run'] : ['with', scriptInput(tree(step.with)) ?? ''];
      const run = key.length === 1 ? step.run : tree(step.with)[key[1] ?? ''];
      if (typeof run !== 'string') return [];
      return [
        {
          run,
          line: lineOf(jobs, [id, 'steps', index, ...key], lines),
          directory: directoryOf(step, job, root),
          name: string(step.name),
          env: environment(step.env),
          isRemote: /\bssh\b/i.test(string(step.uses) ?? ''),
        },
      ];
    }),
  };
}

/** Actions that run a script for you take it as one of these. */
function scriptInput(inputs: Tree): string | null {
  return ['script', 'run', 'command', 'cmd'].find((name) => typeof inputs[name] === 'string') ?? null;
}

function isPostgres(image: unknown): boolean {
  return typeof image === 'string' && /postg|supabase|timescale|pgvector|paradedb/i.test(image);
}

function directoryOf(step: Tree, job: Tree, root: Tree): string {
  const defaults = (holder: Tree) => string(tree(tree(holder.defaults).run)['working-directory']);
  return string(step['working-directory']) ?? defaults(job) ?? defaults(root) ?? '.';
}

function lineOf(jobs: YAMLMap, path: readonly (string | number)[], lines: LineCounter): number {
  const node = jobs.getIn(path, true);
  if (!isScalar(node) || node.range == null) return 1;
  const { line } = lines.linePos(node.range[0]);
  // A block begins on the line after its `|`.
  return node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED' ? line + 1 : line;
}

const mainBranch = /^(?:main|master|prod|production|release(?:s|\/.*)?|live|deploy)$/;

/** A workflow that pull requests start too has to live without the secrets of a deploy. */
function whatDeploys(on: unknown): string | null {
  const events = new Map<string, unknown>(
    typeof on === 'string'
      ? [[on, null]]
      : Array.isArray(on)
        ? on.map((event) => [String(event), null] as const)
        : Object.entries(tree(on)),
  );
  if ([...events.keys()].some((event) => event.startsWith('pull_request') || event === 'merge_group'))
    return null;
  if (events.has('release')) return 'on every release';
  if (events.has('deployment')) return 'on every deployment';
  if (!events.has('push')) return null;
  const { branches, tags } = tree(events.get('push'));
  const named = (Array.isArray(branches) ? branches : [branches]).find(
    (branch) => typeof branch === 'string' && mainBranch.test(branch),
  );
  if (named !== undefined) return `on every push to ${named}`;
  return branches === undefined && tags !== undefined ? 'on every tag' : null;
}

function environment(value: unknown): Environment {
  return Object.fromEntries(
    Object.entries(tree(value)).flatMap(([name, held]) =>
      typeof held === 'string' || typeof held === 'number' ? [[name, String(held)]] : [],
    ),
  );
}

function tree(value: unknown): Tree {
  // Any object that YAML gives is a plain one.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}

function string(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
