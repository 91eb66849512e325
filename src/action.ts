/** The door for GitHub: reads the Action's inputs and the event, runs the gate, publishes the outcome. */
import { readFileSync } from 'node:fs';
import * as core from '@actions/core';
import { failure, GatekeeperError } from './errors.ts';
import { countFindings, exitCodeOf } from './findings/verdict.ts';
import { check, type GateResult } from './gate.ts';
import { emitAnnotations } from './github/annotations.ts';
import { createClient } from './github/client.ts';
import { type CommentRequest, upsertComment } from './github/comment.ts';
import { type GitHubEvent, readEvent } from './github/event.ts';
import { safeLog, writeLog } from './github/log.ts';
import { writeOutputs } from './github/outputs.ts';
import { writeSummary } from './github/summary.ts';
import { type AnswerOptions, readActionInputs, readAnswerOptions } from './inputs/action-inputs.ts';
import { projectOf } from './inputs/project.ts';
import { resolveOptions, secretsIn } from './inputs/resolve.ts';
import { reportDirectory, shortestComment, type Texts, textsOf, writeTexts } from './publish.ts';
import { renderAnnotations } from './report/annotations.ts';
import type { Report } from './report/report.ts';
import { renderTerminal } from './report/terminal.ts';
import { emptyReport, withError } from './report/unjudged.ts';
import { version } from './version.ts';

/** What is known of one run at any moment, so that it can be told whatever goes wrong next. */
interface Known extends Pick<GateResult, 'history'> {
  event: GitHubEvent | null;
  report: Report;
  options: AnswerOptions;
}

/** A run that ends early is published like any other: an older, greener comment must not outlive it. */
async function run(env: NodeJS.ProcessEnv): Promise<number> {
  const options = readAnswerOptions(env);
  if (options['github-token'] !== null) core.setSecret(options['github-token']);
  const nothing = { report: emptyReport(projectOf(options)), history: null };
  const known: Known = { event: null, options, ...nothing };
  try {
    known.event = readEvent(env, readPayload(env));
    Object.assign(known, await orCrash(judge(env, known.event)));
    await publish(env, known, { mustSave: true });
    return exitCodeOf(known.report.verdict);
  } catch (error) {
    const isKnown = error instanceof GatekeeperError;
    if (!isKnown) {
      writeLog(core, stackOf(error));
      // What was found so far may be what cannot be shown.
      Object.assign(known, nothing);
    }
    known.report = withError(known.report, isKnown ? error : ourBug);
    await publish(env, known, { mustSave: false });
    return isKnown ? 2 : 3;
  }
}

function stackOf(error: unknown): string {
  return `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}

const ourBug = {
  code: 'gate-broke',
  message: 'migration-gatekeeper itself broke, so nothing can be said about this change.',
  remedy: 'Run the job again; if it breaks again, please report it with what the log of the job says.',
};

async function judge(env: NodeJS.ProcessEnv, event: GitHubEvent): Promise<GateResult> {
  const given = readActionInputs(env);
  const { options } = resolveOptions({ given, config: null });
  // The token is masked already.
  for (const secret of secretsIn({ ...options, 'github-token': null })) core.setSecret(secret);
  if (options.mode !== 'check')
    throw failure('mode-not-available', {
      wanted: `mode ${options.mode}`,
      instead: 'Use `check`, the mode that judges a pull request.',
    });
  return await check({
    given,
    directory: env.GITHUB_WORKSPACE ?? process.cwd(),
    // Who names a base knows better than the event.
    base: options.base === undefined ? event.base : null,
    head: event.head,
    token: options['github-token'],
    worktree: false,
    all: false,
    today: new Date(),
  });
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

async function publish(env: NodeJS.ProcessEnv, known: Known, { mustSave }: { mustSave: boolean }) {
  const { report, options, event } = known;
  const links =
    event === null ? null : { repository: event.repositoryUrl, sha: event.sha, run: event.runUrl };
  const texts = textsOf(known, links);
  const paths = save(reportDirectory(options['report-dir'], env), texts, mustSave);
  writeLog(core, renderTerminal(report, { color: false, width: 100, version }));
  emitAnnotations(core, renderAnnotations(report));
  const summary = await writeSummary(env.GITHUB_STEP_SUMMARY, texts['summary.md']);
  if (!summary.written) core.warning(safeLog(summary.reason));
  writeOutputs(core, {
    verdict: report.verdict,
    plan: report.plan,
    ...countFindings(report.findings, { all: false }),
    'report-path': paths?.['report.json'] ?? null,
    'sql-path': paths?.['plan.sql'] ?? null,
    'comment-path': paths?.['comment.md'] ?? null,
    'sarif-path': paths?.['findings.sarif'] ?? null,
    'comment-id': await comment(env, known, {
      body: texts['comment.md'],
      shorter: shortestComment(known, links),
    }),
    applied: null,
  });
}

function save(directory: string, texts: Texts, mustSave: boolean): ReturnType<typeof writeTexts> | null {
  try {
    return writeTexts(directory, texts);
  } catch (error) {
    if (mustSave) throw error;
    core.warning(safeLog(error instanceof Error ? error.message : String(error)));
    return null;
  }
}

/** The comment's id, or null; whatever GitHub answers, the verdict stands. */
async function comment(
  env: NodeJS.ProcessEnv,
  { event, options, report }: Known,
  texts: Pick<CommentRequest, 'body' | 'shorter'>,
): Promise<number | null> {
  const token = options['github-token'];
  // A failed step of another mode has no say about what `check` wrote.
  if (event === null || event.pullRequest === null || options.mode !== 'check' || options.comment === 'never')
    return null;
  if (token === null) {
    core.warning('No comment was written: there is no github-token. The job summary has the report.');
    return null;
  }
  const outcome = await upsertComment({
    client: createClient({ token, apiUrl: env.GITHUB_API_URL || 'https://api.github.com' }),
    owner: event.repository.owner,
    repo: event.repository.name,
    number: event.pullRequest.number,
    ...texts,
    key: report.project,
    mode: options.comment,
    hasFindings: report.findings.length > 0 || report.verdict !== 'pass',
  });
  if (outcome.posted) return outcome.id;
  if (outcome.reason !== null) core.warning(safeLog(outcome.reason), { title: 'No comment was written' });
  return null;
}

// Whatever is still open, a request that hangs, must not keep the job waiting.
process.exit(
  await run(process.env).catch((error: unknown) => {
    writeLog(core, stackOf(error));
    core.error(`${ourBug.message} ${ourBug.remedy}`);
    writeOutputs(core, { verdict: 'error' });
    return 3;
  }),
);
