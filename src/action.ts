/** The door for GitHub: reads the event and the Action's inputs, runs the gate, has the outcome published. */
import { readFileSync } from 'node:fs';
import * as core from '@actions/core';
import { type Known, type KnownProject, publish } from './answer.ts';
import { failure, GatekeeperError } from './errors.ts';
import { exitCodeOf, worstVerdict } from './findings/verdict.ts';
import type { GateRequest } from './gate.ts';
import { type GitHubEvent, readEvent } from './github/event.ts';
import { writeLog } from './github/log.ts';
import { writeOutputs } from './github/outputs.ts';
import { type AnswerOptions, readActionInputs, readAnswerOptions } from './inputs/action-inputs.ts';
import { projectsOf } from './inputs/project.ts';
import { resolveOptions, secretsIn } from './inputs/resolve.ts';
import { checkEach } from './projects.ts';
import { emptyReport, withError } from './report/unjudged.ts';

/** A run that ends early is published like any other: an older, greener comment must not outlive it. */
async function run(env: NodeJS.ProcessEnv): Promise<number> {
  const options = readAnswerOptions(env);
  if (options['github-token'] !== null) core.setSecret(options['github-token']);
  const nothing = projectsOf(options).map((project) => nothingOf(project, options));
  const known: Known = { event: null, options, projects: nothing };
  try {
    known.event = readEvent(env, readPayload(env));
    const { projects, isBroken } = await judge(env, known.event, options);
    known.projects = projects;
    await publish(env, known, { mustSave: true });
    return isBroken ? 3 : exitCodeOf(worstVerdict(projects.map(({ report }) => report.verdict)));
  } catch (error) {
    const isKnown = error instanceof GatekeeperError;
    if (!isKnown) {
      writeLog(core, stackOf(error));
      // What was found so far may be what cannot be shown.
      known.projects = nothing;
    }
    known.projects = known.projects.map((one) => ({
      ...one,
      report: withError(one.report, isKnown ? error : ourBug),
    }));
    await publish(env, known, { mustSave: false });
    return isKnown ? 2 : 3;
  }
}

function nothingOf(project: string, options: AnswerOptions): KnownProject {
  return { report: emptyReport(project), history: null, options };
}

function stackOf(error: unknown): string {
  return `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}

const ourBug = {
  code: 'gate-broke',
  message: 'migration-gatekeeper itself broke, so nothing can be said about this change.',
  remedy: 'Run the job again; if it breaks again, please report it with what the log of the job says.',
};

/** Every project of the run; one that our own bug stopped is told like one that could not be judged. */
async function judge(
  env: NodeJS.ProcessEnv,
  event: GitHubEvent,
  answer: AnswerOptions,
): Promise<{ readonly projects: readonly KnownProject[]; readonly isBroken: boolean }> {
  const given = readActionInputs(env);
  const { options } = resolveOptions({ given, config: null });
  // The token is masked already.
  for (const secret of secretsIn({ ...options, 'github-token': null })) core.setSecret(secret);
  if (options.mode !== 'check')
    throw failure('mode-not-available', {
      wanted: `mode ${options.mode}`,
      instead: 'Use `check`, the mode that judges a pull request.',
    });
  const request: GateRequest = {
    given,
    directory: env.GITHUB_WORKSPACE ?? process.cwd(),
    // Who names a base knows better than the event.
    base: options.base === undefined ? event.base : null,
    head: event.head,
    token: options['github-token'],
    worktree: false,
    all: false,
    today: new Date(),
  };
  const projects: KnownProject[] = [];
  let isBroken = false;
  for await (const judged of checkEach(request, orCrash)) {
    if ('result' in judged) {
      projects.push(judged.result);
      continue;
    }
    isBroken = true;
    writeLog(core, stackOf(judged.broke));
    const { report, ...nothing } = nothingOf(judged.project, answer);
    projects.push({ ...nothing, report: withError(report, ourBug) });
  }
  return { projects, isBroken };
}

/** An error that nobody waits for would end the process with 1, which means "blocked", and leave all texts unwritten. */
async function orCrash<Value>(work: Promise<Value>): Promise<Value> {
  let crash: (error: unknown) => void = () => undefined;
  const crashed = new Promise<never>((_, reject) => {
    crash = reject;
  });
  process.on('uncaughtException', crash);
  const value = await Promise.race([work, crashed]);
  // After a failure it stays: what breaks while that is told cannot make it worse.
  process.removeListener('uncaughtException', crash);
  return value;
}

function readPayload(env: NodeJS.ProcessEnv): unknown {
  const file = env.GITHUB_EVENT_PATH ?? '';
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const problem = file === '' ? 'GITHUB_EVENT_PATH is not set' : `${file} is not readable JSON`;
    throw failure('event-unreadable', { event: env.GITHUB_EVENT_NAME ?? '', problem }, error);
  }
}

process.exitCode = await run(process.env).catch((error: unknown) => {
  writeLog(core, stackOf(error));
  core.error(`${ourBug.message} ${ourBug.remedy}`);
  writeOutputs(core, { verdict: 'error' });
  return 3;
});
// Whatever is still open, a request that hangs, must not keep the job waiting. Not at once: Node 24 deadlocked in one
// exit of twenty while the SQL parser's WebAssembly was still compiling (test/action-exit.test.ts).
setTimeout(() => process.exit(), 5_000).unref();
