/** Tells GitHub the outcome of a run: report files, log, annotations, job summary, outputs and the comment. */
import * as core from '@actions/core';
import { countFindings } from './findings/verdict.ts';
import type { GateResult } from './gate.ts';
import { emitAnnotations } from './github/annotations.ts';
import { createClient } from './github/client.ts';
import { type CommentRequest, upsertComment } from './github/comment.ts';
import type { GitHubEvent } from './github/event.ts';
import { safeLog, writeLog } from './github/log.ts';
import { writeOutputs } from './github/outputs.ts';
import { writeSummary } from './github/summary.ts';
import type { AnswerOptions } from './inputs/action-inputs.ts';
import { reportDirectory, shortestComment, type Texts, textsOf, writeTexts } from './publish.ts';
import { renderAnnotations } from './report/annotations.ts';
import type { Report } from './report/report.ts';
import { renderTerminal } from './report/terminal.ts';
import { version } from './version.ts';

/** What is known of one run at any moment, so that it can be told whatever goes wrong next. */
export interface Known extends Pick<GateResult, 'history'> {
  event: GitHubEvent | null;
  report: Report;
  options: AnswerOptions;
}

/** Throws `report-dir-unwritable` only with `mustSave`, and before anything else is told. */
export async function publish(
  env: NodeJS.ProcessEnv,
  known: Known,
  { mustSave }: { mustSave: boolean },
): Promise<void> {
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
