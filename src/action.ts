/** The door for GitHub: reads the Action's inputs and the event, runs the gate, publishes the outcome. */
import { readFileSync } from 'node:fs';
import * as core from '@actions/core';
import { failure, GatekeeperError } from './errors.ts';
import { countFindings, exitCodeOf } from './findings/verdict.ts';
import { check, type GateResult } from './gate.ts';
import { emitAnnotations } from './github/annotations.ts';
import { createClient } from './github/client.ts';
import { upsertComment } from './github/comment.ts';
import { type GitHubEvent, readEvent } from './github/event.ts';
import { safeLog, writeLog } from './github/log.ts';
import { writeOutputs } from './github/outputs.ts';
import { writeSummary } from './github/summary.ts';
import { readActionInputs } from './inputs/action-inputs.ts';
import type { Options } from './inputs/options.ts';
import { resolveOptions, secretsIn } from './inputs/resolve.ts';
import { reportDirectory, type Texts, textsOf, writeTexts } from './publish.ts';
import { renderAnnotations } from './report/annotations.ts';
import { renderTerminal } from './report/terminal.ts';
import { version } from './version.ts';

async function run(env: NodeJS.ProcessEnv): Promise<number> {
  const given = readActionInputs(env);
  const { options } = resolveOptions({ given, config: null });
  for (const secret of secretsIn(options)) core.setSecret(secret);
  if (options.mode !== 'check')
    throw failure('mode-not-available', {
      wanted: `mode ${options.mode}`,
      instead: 'Use `check`, the mode that judges a pull request.',
    });
  const event = readEvent(env, readPayload(env));
  const result = await check({
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
  await publish(env, event, result);
  return exitCodeOf(result.report.verdict);
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

async function publish(env: NodeJS.ProcessEnv, event: GitHubEvent, result: GateResult): Promise<void> {
  const { report, options } = result;
  const links = { repository: event.repositoryUrl, sha: event.sha, run: event.runUrl };
  const texts = textsOf(result, links);
  const paths = writeTexts(reportDirectory(options['report-dir'], env), texts);
  writeLog(core, renderTerminal(report, { color: false, width: 100, version }));
  emitAnnotations(core, renderAnnotations(report));
  const summary = await writeSummary(env.GITHUB_STEP_SUMMARY, texts['summary.md']);
  if (!summary.written) core.warning(safeLog(summary.reason));
  writeOutputs(core, {
    verdict: report.verdict,
    plan: report.plan,
    ...countFindings(report.findings, { all: false }),
    'report-path': paths['report.json'],
    'sql-path': paths['plan.sql'],
    'comment-path': paths['comment.md'],
    'sarif-path': paths['findings.sarif'],
    'comment-id': await comment(env, event, options, texts, result),
    applied: null,
  });
}

/** The comment's id, or null; whatever GitHub answers, the verdict stands. */
async function comment(
  env: NodeJS.ProcessEnv,
  event: GitHubEvent,
  options: Options,
  texts: Texts,
  { report }: GateResult,
): Promise<number | null> {
  const token = options['github-token'];
  if (event.pullRequest === null || options.comment === 'never') return null;
  if (token === null) {
    core.warning('No comment was written: there is no github-token. The job summary has the report.');
    return null;
  }
  const outcome = await upsertComment({
    client: createClient({ token, apiUrl: env.GITHUB_API_URL ?? 'https://api.github.com' }),
    owner: event.repository.owner,
    repo: event.repository.name,
    number: event.pullRequest.number,
    body: texts['comment.md'],
    key: report.project,
    mode: options.comment,
    hasFindings: report.findings.length > 0 || report.verdict !== 'pass',
  });
  if (outcome.posted) return outcome.id;
  if (outcome.reason !== null) core.warning(safeLog(outcome.reason), { title: 'No comment was written' });
  return null;
}

try {
  process.exitCode = await run(process.env);
} catch (error) {
  if (error instanceof GatekeeperError) {
    core.error(safeLog(`${error.message} ${error.remedy}`), { title: 'Could not judge' });
    writeOutputs(core, { verdict: 'error' });
    process.exitCode = 2;
  } else {
    core.error(safeLog(error instanceof Error ? (error.stack ?? error.message) : String(error)), {
      title: 'A bug in migration-gatekeeper: please report it',
    });
    writeOutputs(core, { verdict: 'error' });
    process.exitCode = 3;
  }
}
