/** Turns one outcome into its texts and writes the report directory, which people, workflows and the fork companion read. */
import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { failure } from './errors.ts';
import type { GateResult } from './gate.ts';
import { planSql } from './history/plan.ts';
import { renderJson } from './report/json.ts';
import type { Links } from './report/links.ts';
import { renderComment, type TextContext } from './report/markdown.ts';
import { renderSarif } from './report/sarif.ts';
import { renderSummary, summaryBytes } from './report/summary.ts';
import { rules } from './rules/index.ts';
import { version } from './version.ts';

const fileNames = ['report.json', 'plan.sql', 'comment.md', 'summary.md', 'findings.sarif'] as const;
export type ReportFile = (typeof fileNames)[number];
export type Texts = Readonly<Record<ReportFile, string>>;

export type Told = Pick<GateResult, 'report' | 'history'>;

/** Every text of one outcome, by the name of its file. `projects`: how many share the job summary. */
export function textsOf({ report, history }: Told, links: Links | null, projects = 1): Texts {
  const context = contextOf(links);
  const ruleTitle = (id: string) => rules.find(({ meta }) => meta.id === id)?.meta.title ?? null;
  return {
    'report.json': renderJson(report),
    'plan.sql': history === null ? '' : planSql(history),
    'comment.md': renderComment(report, { ...context, key: report.project }).body,
    'summary.md': renderSummary(report, { ...context, limit: Math.floor(summaryBytes / projects) }),
    'findings.sarif': renderSarif(report, { version, ruleTitle }),
  };
}

/** The comment with little more than the verdict. */
export function shortestComment({ report }: Told, links: Links | null): string {
  return renderComment(report, { ...contextOf(links), key: report.project, limit: 2000 }).body;
}

function contextOf(links: Links | null): TextContext {
  const waivable = (id: string) => rules.some(({ meta }) => meta.id === id && meta.waivable);
  return { links, version, waivable };
}

/**
 * The directory the user named, else `.gatekeeper` under the runner's temporary folder. In the temporary folder of a
 * machine somebody else may have that name already: then it is one with our uid.
 */
export function reportDirectory(named: string | undefined, env: NodeJS.ProcessEnv): string {
  if (named !== undefined) return resolve(named);
  if (env.RUNNER_TEMP) return join(env.RUNNER_TEMP, '.gatekeeper');
  const usual = join(tmpdir(), '.gatekeeper');
  const found = lstatSync(usual, { throwIfNoEntry: false });
  const uid = process.getuid?.() ?? null;
  const isOurs = found === undefined || uid === null || (found.isDirectory() && found.uid === uid);
  return isOurs ? usual : `${usual}-${uid}`;
}

/** Paths by the name of the file. */
export type Written = Readonly<Record<ReportFile, string>>;

/** The texts of one project. Throws `report-dir-unwritable` when the directory cannot be made, is a link, or belongs to somebody else. */
export function writeTexts(directory: string, texts: Texts): Written {
  orUnwritable(directory, () => {
    claim(directory);
    for (const name of fileNames) writeFileSync(join(directory, name), texts[name]);
  });
  return pathsIn((name) => join(directory, name));
}

/** Of several projects each in a folder of its own; the paths are then the directory's, below which all of them lie. */
export function writeEach(
  directory: string,
  projects: readonly { readonly project: string; readonly texts: Texts }[],
): Written {
  const [first, ...others] = projects;
  if (first !== undefined && others.length === 0) return writeTexts(directory, first.texts);
  orUnwritable(directory, () => claim(directory));
  for (const { project, texts } of projects) writeTexts(folderOf(directory, project), texts);
  return pathsIn(() => directory);
}

/** Where the files of one project of several lie: those of `.` in the directory itself, and none outside of it. */
export function folderOf(directory: string, project: string): string {
  const steps = project.split('/').map((step) => step.replace(/^\.\.$/, '%2E%2E').replace(/^$/, '%2F'));
  return join(directory, ...steps);
}

function orUnwritable(directory: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw failure('report-dir-unwritable', { directory, why }, error);
  }
}

/** In a shared temporary folder somebody else could have put a link here to have our files written elsewhere. */
function claim(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const found = lstatSync(directory);
  if (!found.isDirectory()) throw new Error('it is not a directory');
  if (process.getuid !== undefined && found.uid !== process.getuid() && process.getuid() !== 0) {
    throw new Error('it belongs to another user');
  }
}

function pathsIn(path: (name: ReportFile) => string): Written {
  return {
    'report.json': path('report.json'),
    'plan.sql': path('plan.sql'),
    'comment.md': path('comment.md'),
    'summary.md': path('summary.md'),
    'findings.sarif': path('findings.sarif'),
  };
}
