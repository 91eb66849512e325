/** Every place that runs `drizzle-kit push` for one project: package scripts, workflows, and the shell scripts they call. */
import { posix } from 'node:path';
import { upwards } from '../paths.ts';
import type { Tree } from '../tree.ts';
import { type PackageScripts, scriptCalls } from './packages.ts';
import { assignmentsOf, type Command, commandsOf, writtenAssignments } from './shell.ts';
import { mostCommands, readPackages, readWorkflows, smallTexts } from './sources.ts';
import type { Environment, Workflow, WorkflowJob } from './workflows.ts';

/** One thing on the way to the push: a workflow, a job, a step, a package script, a command. */
export interface Frame {
  readonly kind: 'workflow' | 'job' | 'step' | 'script' | 'command';
  /** What people call it; what its names say about the database. */
  readonly names: readonly string[];
  readonly env: Environment;
}

export interface PushSite {
  /** Where it begins: `.github/workflows/deploy.yml`, or `package.json` with the line of its script. */
  readonly file: string;
  readonly line: number;
  /** `package.json#db:push`, the path of a workflow. */
  readonly object: string;
  /** The words of `drizzle-kit push …` with what callers hand on. */
  readonly push: readonly string[];
  /** Outermost first. */
  readonly frames: readonly Frame[];
  /** The package scripts on the way, outermost first. */
  readonly scripts: readonly string[];
  /** The folder it is run in. */
  readonly directory: string;
  readonly isRemote: boolean;
  /** A database was started beside it before, or is a service of the job. */
  readonly hasOwnDatabase: boolean;
  readonly workflow: Workflow | null;
  readonly job: WorkflowJob | null;
}

const deepest = 8;

interface Budget {
  /** Commands that may still be followed. */
  left: number;
}

export async function pushSites(tree: Tree, workingDirectory: string): Promise<readonly PushSite[]> {
  // The package of the project and those above it, the root's last.
  const inner = upwards(workingDirectory).toReversed().slice(1);
  const packages = await readPackages(tree, [...inner, '.']);
  const budget: Budget = { left: mostCommands };
  const found: PushSite[] = [];
  for (const owner of packages) {
    for (const [script, { command, line }] of owner.scripts) {
      const walk = walkerOf(tree, packages, {
        file: owner.file,
        object: `${owner.file}#${script}`,
        workflow: null,
        job: null,
        budget,
      });
      await walk.run(command, {
        line,
        lineIsFixed: true,
        frames: [{ kind: 'script', names: [script], env: {} }],
        scripts: [script],
        directory: owner.directory,
        rest: [],
        isRemote: false,
      });
      found.push(...walk.found);
    }
  }
  for (const one of await readWorkflows(tree)) {
    found.push(...(await inWorkflow(tree, packages, { ...one, budget })));
  }
  return found;
}

async function inWorkflow(
  tree: Tree,
  packages: readonly PackageScripts[],
  { file, workflow, budget }: { file: string; workflow: Workflow; budget: Budget },
): Promise<readonly PushSite[]> {
  const found: PushSite[] = [];
  const outer: Frame = {
    kind: 'workflow',
    names: [workflow.name ?? '', posix.basename(file)],
    env: workflow.env,
  };
  for (const job of workflow.jobs) {
    const walk = walkerOf(tree, packages, { file, object: file, workflow, job, budget });
    const inner: Frame = {
      kind: 'job',
      names: [job.environment ?? '', job.name ?? '', job.id],
      env: job.env,
    };
    for (const step of job.steps) {
      await walk.run(step.run, {
        line: step.line,
        lineIsFixed: false,
        frames: [outer, inner, { kind: 'step', names: [step.name ?? ''], env: step.env }],
        scripts: [],
        directory: posix.normalize(step.directory.replace(/\/$/, '')),
        rest: [],
        isRemote: step.isRemote,
      });
    }
    found.push(...walk.found);
  }
  return found;
}

interface Step {
  readonly line: number;
  /** The text is one line of another file: what is in it stands there. */
  readonly lineIsFixed: boolean;
  readonly frames: readonly Frame[];
  readonly scripts: readonly string[];
  readonly directory: string;
  /** Words that the caller hands on to the last command. */
  readonly rest: readonly string[];
  readonly isRemote: boolean;
}

type Origin = Pick<PushSite, 'file' | 'object' | 'workflow' | 'job'> & { readonly budget: Budget };

/** One job or one script: what its earlier commands have set and started holds for the later ones. */
function walkerOf(tree: Tree, packages: readonly PackageScripts[], given: Origin) {
  const { budget, ...origin } = given;
  const found: PushSite[] = [];
  let written: Environment = {};
  let hasOwnDatabase = (origin.job?.databases.length ?? 0) > 0;

  async function run(text: string, step: Step, depth = 0): Promise<void> {
    if (depth > deepest) return;
    const commands = commandsOf(text);
    let { directory } = step;
    let exported: Environment = {};
    for (const [index, command] of commands.entries()) {
      budget.left -= 1;
      if (budget.left < 0) return;
      const [first = ''] = command.words;
      const line = step.lineIsFixed ? step.line : step.line + command.line - 1;
      if (first === 'cd' || first === 'pushd') {
        const to = command.words[1] ?? '.';
        // Where another machine or an absolute path keeps the project, its scripts are the same.
        if (!step.isRemote && !to.startsWith('/')) directory = posix.join(directory, to).replace(/\/$/, '');
        continue;
      }
      if (first === 'export') exported = { ...exported, ...assignmentsOf(command.words) };
      if (isSpoken(first)) {
        written = { ...written, ...writtenAssignments(command.words) };
        continue;
      }
      if (startsDatabase(command.words)) hasOwnDatabase = true;
      const here: Step = {
        ...step,
        line,
        directory,
        rest: index === commands.length - 1 ? step.rest : [],
        isRemote: step.isRemote || command.words.includes('ssh'),
        frames: [
          ...step.frames,
          {
            kind: 'command',
            names: namesIn(command.words),
            env: { ...exported, ...assignmentsOf(command.words) },
          },
        ],
      };
      await follow(command, here, depth);
    }
  }

  async function follow(command: Command, step: Step, depth: number): Promise<void> {
    const words = [...command.words, ...step.rest];
    const push = pushIn(words);
    if (push !== null) {
      const { line, frames, scripts, directory, isRemote } = step;
      const isContained = /^(?:docker|podman|docker-compose)$/.test(words[0] ?? '');
      const set: Frame = { kind: 'job', names: [], env: written };
      found.push({
        ...origin,
        line,
        push,
        frames: [...frames.slice(0, 2), set, ...frames.slice(2)],
        scripts,
        directory,
        isRemote,
        hasOwnDatabase: hasOwnDatabase || isContained,
      });
      return;
    }
    for (const { owner, script, rest } of scriptCalls(words, step.directory, packages)) {
      if (step.scripts.includes(script) && step.directory === owner.directory) continue;
      const frames: Frame[] = [...step.frames, { kind: 'script', names: [script], env: {} }];
      const scripts = [...step.scripts, script];
      const command = owner.scripts.get(script)?.command ?? '';
      await run(
        command,
        { ...step, frames, scripts, directory: owner.directory, rest, lineIsFixed: true },
        depth + 1,
      );
    }
    // What a shell, `ssh`, `concurrently` or `dotenv` is given as one word is a script of its own.
    for (const word of command.words.slice(1)) {
      if (/\s/.test(word) && /drizzle-kit|\b(?:run|push)\b/.test(word))
        await run(word, { ...step, lineIsFixed: true, rest: [] }, depth + 1);
    }
    await followFile(command.words, step, depth);
  }

  async function followFile(words: readonly string[], step: Step, depth: number): Promise<void> {
    const named = words.find((word) => /\.(?:sh|bash)$/.test(word) || /^\.\.?\/[\w./-]+$/.test(word));
    if (named === undefined) return;
    const path = posix.normalize(posix.join(step.directory, named));
    if (path.startsWith('../')) return;
    for (const [, text] of await smallTexts(tree, [path])) {
      if (/\.(?:sh|bash)$/.test(path) || text.startsWith('#!'))
        await run(text, { ...step, lineIsFixed: true, rest: [] }, depth + 1);
    }
  }

  return { run, found };
}

/** Words that are shown or searched for, not run. */
function isSpoken(command: string): boolean {
  return ['echo', 'printf', 'cat', 'grep', 'rg', 'sed', 'awk', 'git', 'gh', 'tee'].includes(command);
}

function startsDatabase(words: readonly string[]): boolean {
  const line = words.join(' ');
  return (
    /\bsupabase (?:db )?start\b/.test(line) ||
    /\bdocker(?:-compose| compose)\b.*\b(?:up|start|run)\b/.test(line) ||
    /\b(?:docker|podman) (?:container )?run\b.*(?:postg|supabase|timescale)/.test(line) ||
    /\b(?:pg_ctl|pg_ctlcluster|initdb|pg_tmp)\b/.test(line) ||
    /\b(?:service|systemctl)\b.*\bpostgresql\b/.test(line)
  );
}

/** Config, environment files and stages: whatever in a command may say which database it is about. */
function namesIn(words: readonly string[]): readonly string[] {
  return words.filter((word) => !word.includes('://') && !/^\$/.test(word));
}

/** `drizzle-kit push …` within a command, whatever runs it; null when there is none, or for another database. */
function pushIn(words: readonly string[]): readonly string[] | null {
  const kit = words.findIndex((word) => /(?:^|\/)drizzle-kit(?:@[\w.^~-]+)?(?:\/bin\.[cm]?js)?$/.test(word));
  if (kit === -1) return null;
  const rest = words.slice(kit + 1);
  if (!/^push(?::pg)?$/.test(rest.find((word) => !word.startsWith('-')) ?? '')) return null;
  if (rest.some((word) => /^(?:--help|-h|--explain)$/.test(word))) return null;
  const dialect = optionOf(rest, ['--dialect']);
  return dialect === null || dialect === 'postgresql' ? ['drizzle-kit', ...rest] : null;
}

/** `--config=x`, `--config x`. */
export function optionOf(words: readonly string[], names: readonly string[]): string | null {
  for (const [index, word] of words.entries()) {
    const [name = '', value] = word.split(/=(.*)/s, 2);
    if (names.includes(name)) return value ?? words[index + 1] ?? null;
  }
  return null;
}
