/** Tells GitHub the outcome of a run: report files, log, annotations, job summary, outputs and the comment. */
import * as core from '@actions/core';
import { countFindings, sumOfCounts, worstVerdict } from './findings/verdict.ts';
import { emitAnnotations } from './github/annotations.ts';
import { createClient } from './github/client.ts';
import { type CommentRequest, upsertComment } from './github/comment.ts';
import type { GitHubEvent } from './github/event.ts';
import { safeLog, writeLog } from './github/log.ts';
import { writeOutputs } from './github/outputs.ts';
import { writeSummary } from './github/summary.ts';
import { planOfAll } from './history/plan.ts';
import type { AnswerOptions } from './inputs/action-inputs.ts';
import { reportDirectory, shortestComment, type Told, textsOf, type Written, writeEach } from './publish.ts';
import { renderAnnotations } from './report/annotations.ts';
import { renderTerminal } from './report/terminal.ts';
import { version } from './version.ts';

/** What is known of one project at any moment, so that it can be told whatever goes wrong next. */
export interface KnownProject extends Told {
  /** With what its config file says. */
  readonly options: AnswerOptions;
}

export interface Known {
  event: GitHubEvent | null;
  readonly options: AnswerOptions;
  /** At least one. */
  projects: readonly KnownProject[];
}

/** Throws `report-dir-unwritable` only with `mustSave`, and before anything else is told. */
export async function publish(
  env: NodeJS.ProcessEnv,
  { event, options, projects }: Known,
  { mustSave }: { mustSave: boolean },
): Promise<void> {
  const links =
    event === null ? null : { repository: event.repositoryUrl, sha: event.sha, run: event.runUrl };
  const reports = projects.map(({ report }) => report);
  const told = projects.map((known) => ({
    project: known.report.project,
    texts: textsOf(known, links, projects.length),
  }));
  const paths = save(reportDirectory(options['report-dir'], env), told, mustSave);
  for (const report of reports) {
    writeLog(core, renderTerminal(report, { color: false, width: 100, version }));
  }
  emitAnnotations(core, renderAnnotations(reports));
  const summaries = told.map(({ texts }) => texts['summary.md']).join('\n');
  const summary = await writeSummary(env.GITHUB_STEP_SUMMARY, summaries);
  if (!summary.written) core.warning(safeLog(summary.reason));
  writeOutputs(core, {
    verdict: worstVerdict(reports.map(({ verdict }) => verdict)),
    plan: planOfAll(reports),
    ...sumOfCounts(reports.map(({ findings }) => countFindings(findings, { all: false }))),
    'report-path': paths?.['report.json'] ?? null,
    'sql-path': paths?.['plan.sql'] ?? null,
    'comment-path': paths?.['comment.md'] ?? null,
    'sarif-path': paths?.['findings.sarif'] ?? null,
    'comment-id': await commentOnEach(
      env,
      event,
      projects.map((known, index) => ({
        known,
        body: told[index]?.texts['comment.md'] ?? '',
        shorter: shortestComment(known, links),
      })),
    ),
    applied: null,
  });
}

function save(directory: string, told: Parameters<typeof writeEach>[1], mustSave: boolean): Written | null {
  try {
    return writeEach(directory, told);
  } catch (error) {
    if (mustSave) throw error;
    core.warning(safeLog(error instanceof Error ? error.message : String(error)));
    return null;
  }
}

interface ToComment extends Pick<CommentRequest, 'body' | 'shorter'> {
  readonly known: KnownProject;
}

/** The ids of the comments, in the order of the projects; whatever GitHub answers, the verdict stands. */
async function commentOnEach(
  env: NodeJS.ProcessEnv,
  event: GitHubEvent | null,
  projects: readonly ToComment[],
): Promise<string | null> {
  // A failed step of another mode has no say about what `check` wrote.
  const wanted = projects.filter(
    ({ known: { options } }) => options.mode === 'check' && options.comment !== 'never',
  );
  const [first] = wanted;
  if (event === null || event.pullRequest === null || first === undefined) return null;
  const token = first.known.options['github-token'];
  if (token === null) {
    core.warning('No comment was written: there is no github-token. The job summary has the report.');
    return null;
  }
  const client = createClient({ token, apiUrl: env.GITHUB_API_URL || 'https://api.github.com' });
  const ids: number[] = [];
  const reasons = new Set<string>();
  for (const { known, body, shorter } of wanted) {
    const { report, options } = known;
    const outcome = await upsertComment({
      client,
      owner: event.repository.owner,
      repo: event.repository.name,
      number: event.pullRequest.number,
      body,
      shorter,
      key: report.project,
      mode: options.comment,
      hasFindings: report.findings.length > 0 || report.verdict !== 'pass',
    });
    if (outcome.posted) ids.push(outcome.id);
    else if (outcome.reason !== null) reasons.add(outcome.reason);
  }
  // A reason that several share is said once.
  for (const reason of reasons) core.warning(safeLog(reason), { title: 'No comment was written' });
  return ids.length === 0 ? null : ids.join(',');
}
