/** The texts as people see them, kept as files: UPDATE_GOLDEN=1 writes them anew, and unused ones fail. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderAnnotations } from '../../src/report/annotations.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderComment } from '../../src/report/markdown.ts';
import type { Report } from '../../src/report/report.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { blocked, failing, harmless, nothing, unjudged } from './examples.ts';
import { drift, generated, moved, outOfOrder, supabaseFiles, upgraded } from './histories.ts';
import { hostileReport, hostileTexts } from './hostile.ts';
import { hugeSql, manyFindings } from './large.ts';
import { partlyTried, plainPostgres } from './tried.ts';

const folder = new URL('../golden/report/', import.meta.url);
const update = process.env.UPDATE_GOLDEN === '1';
const links = {
  repository: 'https://github.com/acme/shop',
  sha: 'd4e5f60'.padEnd(40, '0'),
  run: 'https://github.com/acme/shop/actions/runs/42',
};
const neverWaivable = new Set(['migration-failed', 'privileged-statement']);

const reports: Readonly<Record<string, Report>> = {
  blocked,
  drift,
  failing,
  generated,
  harmless,
  hostile: hostileReport(hostileTexts.slice(0, 14).join(' ')),
  'huge-sql': hugeSql,
  'many-findings': manyFindings,
  moved,
  nothing,
  'out-of-order': outOfOrder,
  'partly-tried': partlyTried,
  'plain-postgres': plainPostgres,
  'supabase-files': supabaseFiles,
  unjudged,
  upgraded,
};

/** These say nothing in every format that they do not say in one. */
const brief: Readonly<Record<string, readonly string[]>> = {
  'huge-sql': ['comment.md', 'annotations.json'],
  'many-findings': ['comment.md', 'annotations.json'],
  drift: ['comment.md', 'terminal.txt'],
  moved: ['comment.md', 'terminal.txt'],
  'out-of-order': ['comment.md', 'annotations.json'],
  'supabase-files': ['comment.md', 'terminal.txt'],
  upgraded: ['comment.md', 'terminal.txt'],
};
const formatsOf = (name: string) => brief[name] ?? Object.keys(formats);

const formats: Readonly<Record<string, (report: Report) => string>> = {
  'comment.md': (report) =>
    renderComment(report, {
      key: report.project,
      links,
      version: '0.0.0',
      waivable: (rule) => !neverWaivable.has(rule),
    }).body,
  'summary.md': (report) => renderSummary(report, { links, version: '0.0.0' }),
  'terminal.txt': (report) => renderTerminal(report, { color: false, width: 100, version: '0.0.0' }),
  'annotations.json': (report) => `${JSON.stringify(renderAnnotations([report]), null, 2)}\n`,
  'report.json': renderJson,
  'findings.sarif': (report) => renderSarif(report, { version: '0.0.0' }),
};

const cases = Object.keys(reports).flatMap((name) => formatsOf(name).map((format) => `${name}.${format}`));

test.each(cases)('%s', (file) => {
  const [name = '', ...rest] = file.split('.');
  const [report, format] = [reports[name], formats[rest.join('.')]];
  if (report === undefined || format === undefined) throw new Error(`no such case: ${file}`);
  const text = format(report);
  expect(format(structuredClone(report))).toBe(text);
  const address = new URL(file, folder);
  if (update) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(address, text);
  }
  if (!existsSync(address))
    throw new Error(`test/golden/report/${file} is missing: run with UPDATE_GOLDEN=1`);
  expect(text).toBe(readFileSync(address, 'utf8'));
});

test('every golden file belongs to a case', () => {
  expect(readdirSync(folder).sort()).toEqual(cases.toSorted());
});
