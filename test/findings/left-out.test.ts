/** Extensions that this server lacks: what needs them is nobody's fault, and what was left out is said. */
import { expect, test } from 'vitest';
import { headline } from '../../src/report/words.ts';
import { judged, rulesOf } from './texts.ts';

test('an extension that this server lacks is left out, said, and nobody’s fault', async () => {
  const create = 'create extension pgroonga;';
  const { verdict, code, report } = await judged({ base: 'select 1;', new: `${create}\nselect 1;` });
  expect({ verdict, code }).toEqual({ verdict: 'pass', code: null });
  expect(rulesOf(report)).toEqual(['statement-not-executed']);
  expect(report.outcomes).toEqual({ executed: 1, standIn: 0, notExecuted: 1, failed: 0 });
  expect(headline(report)).toMatchObject({
    mood: 'warned',
    text: 'Nothing found, but 1 statement could not be tried',
  });
  const waiver = '-- gatekeeper: allow statement-not-executed pgroonga because "tried by hand"';
  const waived = await judged({ base: 'select 1;', new: `${waiver}\n${create}` });
  expect(waived.verdict).toBe('pass');
  expect(headline(waived.report)).toMatchObject({
    mood: 'calm',
    text: 'Safe to merge; 1 statement could not be tried',
  });
});

test.each([
  ['a type', 'create table place (id int, at geometry(Point, 4326));', 'postgis'],
  ['a function', 'select st_makepoint(1, 2);', 'postgis'],
  ['a schema', 'grant usage on schema topology to anon;', 'postgis_topology'],
])('%s of an extension that was left out is not missed by the migration', async (_, sql, extension) => {
  const create = 'create extension postgis; create extension postgis_topology;';
  const { verdict, code, report } = await judged({ base: 'select 1;', new: `${create}\n${sql}` });
  expect({ verdict, code }).toEqual({ verdict: 'error', code: 'extension-unavailable' });
  expect(report.error?.message).toContain(`It needs the extension ${extension}, which`);
  expect(report.error?.remedy).toContain('`postgres: docker`');
  expect(new Set(rulesOf(report))).toEqual(new Set(['statement-not-executed']));
});

test('an extension that base left out is not missed by the migration either, nor by rls.sql', async () => {
  const base = 'create extension postgis; create table t (id int);';
  const sql = 'alter table t add column at geometry;';
  const inMigration = await judged({ base, new: sql });
  expect(inMigration.code).toBe('extension-unavailable');
  expect(rulesOf(inMigration.report)).toEqual([]);
  expect(inMigration.report.notChecked).toContainEqual({
    what: 'extension postgis',
    why: expect.stringMatching(/^drizzle\/0000_base\.sql:1 of the base history could not be tried: /),
  });
  const inRls = await judged({ base, headRls: sql });
  expect(inRls.code).toBe('extension-unavailable');
  expect(rulesOf(inRls.report)).toEqual([]);
});

test('what a stand-in does not have is not missed by the migration, and a wrong call of what it has is', async () => {
  const base = 'create extension pg_cron;';
  const beyond = await judged({ base, new: "select cron.next_year('a');" });
  expect(beyond.code).toBe('extension-unavailable');
  expect(beyond.report.error?.message).toContain('pg_cron, of which this server has only a stand-in');
  expect(rulesOf(beyond.report)).toEqual([]);
  const wrong = await judged({ base, new: 'select cron.schedule(now());' });
  expect({ verdict: wrong.verdict, rules: rulesOf(wrong.report) }).toEqual({
    verdict: 'blocked',
    rules: ['migration-failed'],
  });
});

test('what no extension is known to bring is the migration’s fault', async () => {
  const base = 'create extension postgis;';
  const typo = await judged({ base, new: 'create table note (body txet);' });
  expect({ verdict: typo.verdict, rules: rulesOf(typo.report) }).toEqual({
    verdict: 'blocked',
    rules: ['migration-failed'],
  });
});

test('an extension that only a DO block creates is not missed by the migration, nor by rls.sql', async () => {
  const block = 'do $$ begin create extension if not exists pgroonga; end $$;';
  for (const texts of [
    { base: 'select 1;', new: block },
    { base: 'select 1;', headRls: block },
  ]) {
    const { code, report } = await judged(texts);
    expect({ code, rules: rulesOf(report) }).toEqual({ code: 'extension-unavailable', rules: [] });
  }
});
