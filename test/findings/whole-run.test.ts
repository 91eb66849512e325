/** Waivers and severities through the whole gate: where they count from, and where they must not. */
import { expect, test } from 'vitest';
import { judgeFiles } from '../judge.ts';
import { type Files, journal } from '../repository.ts';

const base: Files = {
  'drizzle/meta/_journal.json': journal({ '0000_base': 1_700_000_000_000 }),
  'drizzle/0000_base.sql':
    'create table shelf (id int primary key, note text);\nalter table shelf enable row level security;',
};

function changed(sql: string): Files {
  return {
    ...base,
    'drizzle/meta/_journal.json': journal({ '0000_base': 1_700_000_000_000, '0001_new': 1_700_000_100_000 }),
    'drizzle/0001_new.sql': sql,
  };
}

async function outcome(before: Files, after: Files) {
  const { report } = await judgeFiles(before, after);
  return {
    verdict: report.verdict,
    findings: report.findings
      .filter(({ introduced }) => introduced)
      .map(({ rule, severity, waived }) => `${rule} ${severity}${waived === null ? '' : ' waived'}`),
  };
}

const drop = 'alter table shelf drop column note;';
const waiver = { rule: 'column-dropped', object: 'public.shelf.note', reason: 'nobody reads it' };
const config = (content: object): Files => ({ 'gatekeeper.json': JSON.stringify(content) });

test('a waiver above the statement lets it pass, and stays in the report', async () => {
  const sql = `-- gatekeeper: allow column-dropped public.shelf.note because "nobody reads it"\n${drop}`;
  expect(await outcome(base, changed(sql))).toEqual({
    verdict: 'pass',
    findings: ['column-dropped error waived'],
  });
});

test('a waiver without a reason lets nothing pass', async () => {
  const sql = `-- gatekeeper: allow column-dropped public.shelf.note\n${drop}`;
  const { verdict, findings } = await outcome(base, changed(sql));
  expect(verdict).toBe('blocked');
  expect(findings).toContain('waiver-without-reason error');
});

test('a waiver that silences nothing is a finding', async () => {
  const sql = '-- gatekeeper: allow table-dropped public.shelf because "typo"\nselect 1;';
  expect((await outcome(base, changed(sql))).findings).toEqual(['waiver-unused warning']);
});

test('a waiver in the config file of the base commit counts', async () => {
  const file = config({ waivers: [waiver] });
  expect((await outcome({ ...base, ...file }, { ...changed(drop), ...file })).verdict).toBe('pass');
});

test('a config file that the pull request brings along counts for nothing', async () => {
  const file = config({ waivers: [waiver], rules: { 'column-dropped': 'off' } });
  expect((await outcome(base, { ...changed(drop), ...file })).verdict).toBe('blocked');
});

test('a severity of the base commit’s config file decides', async () => {
  const file = config({ rules: { 'column-dropped': 'notice' } });
  expect(await outcome({ ...base, ...file }, { ...changed(drop), ...file })).toEqual({
    verdict: 'pass',
    findings: ['column-dropped notice'],
  });
});

test('a rule that no verdict can be trusted without cannot be switched off', async () => {
  const file = config({ rules: { 'migration-edited': 'off' } });
  const { report } = await judgeFiles({ ...base, ...file }, { ...changed('select 1;'), ...file });
  expect(report.error?.code).toBe('rule-not-configurable');
});
