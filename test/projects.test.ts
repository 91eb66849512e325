/** The whole gate on every pull request of every fixture project, against what a careful engineer expects. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  casesOf,
  expectedOf,
  install,
  materialize,
  projects,
  workingDirectoryOf,
} from '../fixtures/materialize.mjs';
import { check } from '../src/gate.ts';
import { readFlags } from '../src/inputs/flags.ts';
import type { Report } from '../src/report/report.ts';

const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-projects-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Each case is judged once, whoever looks at its report. */
const reports = new Map<string, Promise<Report>>();

/** A fresh repository of the case with its dependencies installed, judged in process as the command would. */
function judged(project: string, name: string, ...flags: string[]): Promise<Report> {
  const key = [project, name, ...flags].join(' ');
  const report = reports.get(key) ?? judgedNow(project, name, flags);
  reports.set(key, report);
  return report;
}

async function judgedNow(project: string, name: string, flags: readonly string[]): Promise<Report> {
  const directory = mkdtempSync(join(scratch, `${project}-`));
  materialize(project, name, directory);
  install(project, name, directory);
  return await judgedAsItIs(project, directory, flags);
}

async function judgedAsItIs(
  project: string,
  directory: string,
  flags: readonly string[] = [],
): Promise<Report> {
  const line = ['check', '--base', 'main', '--postgres', 'embedded'];
  const { given } = readFlags([...line, '--working-directory', workingDirectoryOf(project), ...flags]);
  const today = new Date('2026-03-03');
  const request = {
    given,
    directory,
    base: null,
    head: null,
    token: null,
    worktree: false,
    all: false,
    today,
  };
  const { report } = await check(request);
  return report;
}

/** Ids of the findings that decide, sorted, each once. */
function decisive(report: Report): string[] {
  const counted = report.findings.filter(
    (finding) => finding.introduced && finding.severity === 'error' && finding.waived === null,
  );
  return [...new Set(counted.map((finding) => finding.rule))].sort();
}

describe.each(projects())('%s', (project) => {
  const expected = expectedOf(project);

  test('says what it expects of each of its cases', () => {
    expect(Object.keys(expected).sort()).toEqual(casesOf(project));
  });

  test.each(casesOf(project))('%s', async (name) => {
    const report = await judged(project, name);
    expect({
      isError: report.error !== null,
      verdict: report.verdict,
      rules: decisive(report),
      notChecked: report.notChecked.map(({ what }) => what),
    }).toEqual({ isError: expected[name]?.verdict === 'error', notChecked: [], ...expected[name] });
  });
});

describe('what else the projects are for', () => {
  test('standing debt is listed and blocks nobody', async () => {
    const { verdict, findings } = await judged('titan', 'harmless');
    const standing = findings.filter((finding) => !finding.introduced);
    expect(standing.map(({ rule, object }) => `${rule} ${object}`)).toContain(
      'table-without-rls public.feedback',
    );
    expect(verdict).toBe('pass');
  });

  test('a policy that compares a uuid with text fails with 42883, and the remedy casts', async () => {
    for (const project of ['drizzle-supabase', 'devots-portal', 'drizzle-note']) {
      const { findings } = await judged(project, 'uuid-text-policy');
      const failed = findings.find((finding) => finding.rule === 'migration-failed');
      expect(failed?.evidence).toMatchObject({ sqlstate: '42883' });
      expect(`${failed?.remedy} ${failed?.fix}`).toContain('::text');
    }
  });

  test('what CASCADE took is named', async () => {
    const { findings } = await judged('titan', 'showcase');
    const cascaded = findings.find((finding) => finding.rule === 'cascade-dropped');
    expect(JSON.stringify(cascaded)).toContain('Team members can read');
  });

  test('without its baseline the database-first project is judged as far as its history replays, no further', async () => {
    const flags = ['--baseline-file', 'none'];
    const untouched = await judged('drizzle-note-introspected', 'harmless', ...flags);
    expect(untouched.verdict).toBe('pass');
    expect(untouched.notChecked.map((gap) => gap.what)).toContain('public.shelf');

    const needing = await judged('drizzle-note-introspected', 'table-without-rls', ...flags);
    expect(needing.verdict).toBe('error');
    expect(needing.error?.code).toBe('base-incomplete');
    expect(needing.error?.message).toContain('public.shelf');
    expect(needing.error?.remedy).toContain('baseline-file');
  });
});

describe('the schema, by the drizzle-kit that the project has installed', () => {
  test('a forgotten migration is found by either major, with the statement that is missing', async () => {
    for (const [project, kit, sql] of [
      ['drizzle-note', 'drizzle-kit 0.31.11', 'ALTER TABLE "posts" ADD COLUMN "slug" text'],
      ['reading-room', 'drizzle-kit 1.0.0-rc.5', 'ALTER TABLE "desk" ADD COLUMN "near_window" boolean'],
    ] as const) {
      const { findings, schema } = await judged(project, 'forgotten-migration');
      expect(schema).toEqual({ state: 'drift', kit, file: 'src/db/schema.ts' });
      const drift = findings.filter(({ rule }) => rule === 'schema-drift');
      expect(drift.map(({ fix }) => fix)).toEqual([expect.stringContaining(sql)]);
    }
  });

  test('a package of the workspace that the schema imports is read at the commit of the pull request', async () => {
    const { findings } = await judged('devots-portal', 'shared-columns');
    const drift = findings.find(({ rule }) => rule === 'schema-drift');
    expect(drift?.fix).toContain('ALTER TABLE "board" ALTER COLUMN "created_at"');
  });

  test('what may have been renamed is asked, with both names', async () => {
    const { findings } = await judged('drizzle-note', 'rename');
    const asked = findings.find(({ rule }) => rule === 'possible-rename');
    expect(`${asked?.title} ${asked?.detail}`).toMatch(/display_name[\s\S]*full_name/);
  });

  test('where nothing is installed one calm line says so, with the step that the lockfile asks for', async () => {
    const directory = mkdtempSync(join(scratch, 'bare-'));
    materialize('devots-portal', 'harmless', directory);
    const report = await judgedAsItIs('devots-portal', directory);
    expect(report.verdict).toBe('pass');
    expect(report.schema.state).toBe('unchecked');
    expect(report.notChecked).toEqual([
      {
        what: 'whether the Drizzle schema and the migrations agree',
        why: expect.stringContaining('pnpm install --frozen-lockfile'),
        prominent: false,
      },
    ]);
  });
});

describe('who applies, and how', () => {
  test('Drizzle 1.0: folders by name, also those that drizzle-kit up made of a journal', async () => {
    const room = await judged('reading-room', 'harmless');
    expect(room.applier).toMatchObject({ kind: 'drizzle', layout: 'folders', layoutAtBase: 'folders' });
    const upgraded = await judged('drizzle-supabase', 'up-from-journal');
    expect(upgraded.applier).toMatchObject({ kind: 'drizzle', layout: 'folders', layoutAtBase: 'journal' });
    expect(upgraded.migrations.map(({ state }) => state)).toEqual(['base', 'base', 'base', 'base']);
  });

  test('the Supabase CLI: a transaction for each file, so the next may use a value that one adds to an enum', async () => {
    const { applier, migrations } = await judged('supabase-cli', 'harmless');
    expect(applier).toMatchObject({ kind: 'supabase', transaction: 'each' });
    expect(applier?.why).toContain('supabase db push');
    expect(migrations.filter(({ state }) => state === 'new')).toHaveLength(2);
  });
});

test('a case is the same two commits wherever it is made', () => {
  const one = join(scratch, 'one');
  const two = join(scratch, 'with a space', 'two');
  materialize('titan', 'destructive', one);
  materialize('titan', 'destructive', two);
  expect(existsSync(join(one, 'db/schema/feedback.ts'))).toBe(false);
  expect(headOf(one)).toBe(headOf(two));
  expect(() => materialize('titan', 'destructive', one)).toThrow('is not empty');
});

function headOf(directory: string): string {
  return execFileSync('git', ['rev-parse', 'change'], { cwd: directory, encoding: 'utf8' }).trim();
}
