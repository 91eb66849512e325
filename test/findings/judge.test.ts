import { describe, expect, it } from 'vitest';
import { readSeverities } from '../../src/findings/severity.ts';
import { readConfigFile } from '../../src/inputs/config-file.ts';
import { knownFailure } from '../inputs/known-failure.ts';
import { found, judged, rules, shortly } from './case.ts';

describe('judged findings', () => {
  it('are read from the worst to the least, what is introduced first, then by place', async () => {
    const findings = [
      found('index-dropped', 'a'),
      found('table-dropped', 'no-place', { file: null, line: null }),
      found('table-dropped', 'standing', { file: '0000.sql', introduced: false }),
      found('table-dropped', 'b', { line: 3 }),
      found('table-dropped', 'Z', { line: 3 }),
      found('column-dropped', 'z', { line: 3 }),
      found('table-dropped', 'whole-file', { line: null }),
      found('table-dropped', 'late', { line: 10 }),
      found('table-dropped', 'other', { file: '0001-b.sql', line: 1 }),
      found('values-changed', 'w'),
    ];
    const order = ['other', 'whole-file', 'z', 'Z', 'b', 'late', 'no-place', 'standing', 'w', 'a'];
    expect((await judged({ found: findings })).map(({ object }) => object)).toEqual(order);
    expect((await judged({ found: findings.toReversed() })).map(({ object }) => object)).toEqual(order);
  });

  it('have the severity the config file gives, and those that are off are gone', async () => {
    const config = { rules: { 'table-dropped': 'notice', 'index-dropped': 'off', 'waiver-unused': 'error' } };
    const findings = await judged({
      config,
      sql: '-- gatekeeper: allow\nselect 1;',
      found: [found('table-dropped', 'a'), found('index-dropped', 'b'), found('column-dropped', 'c')],
    });
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['waiver-unused', 'error'],
      ['column-dropped', 'error'],
      ['table-dropped', 'notice'],
    ]);
  });

  it('weigh what the rule says of the case, unless the config file says otherwise', async () => {
    const light = found('table-dropped', 'light');
    const findings = [
      { ...light, finding: { ...light.finding, severity: 'notice' as const } },
      found('table-dropped', 'plain'),
    ];
    const severitiesOf = async (config?: object) =>
      (await judged({ found: findings, ...(config === undefined ? {} : { config }) })).map(
        ({ object, severity }) => `${object} ${severity}`,
      );
    expect(await severitiesOf()).toEqual(['plain error', 'light notice']);
    expect(await severitiesOf({ rules: { 'table-dropped': 'warning' } })).toEqual([
      'light warning',
      'plain warning',
    ]);
  });

  it('keep what the rule found', async () => {
    const one = found('table-dropped', 'public.todo', { line: 4, introduced: false });
    const [finding] = await judged({ found: [one] });
    expect(finding).toEqual({
      ...one.finding,
      rule: 'table-dropped',
      severity: 'error',
      introduced: false,
      waived: null,
    });
  });

  it('of a switched-off house rule are gone, and a waiver without reason then still silences nothing', async () => {
    const findings = await judged({
      config: { rules: { 'waiver-without-reason': 'off' } },
      sql: '-- gatekeeper: allow table-dropped public.todo\ndrop table todo;',
      found: [found('table-dropped', 'public.todo')],
    });
    expect(shortly(findings)).toEqual(['table-dropped public.todo']);
  });
});

describe('severities', () => {
  const severities = (settings: object) =>
    readSeverities(readConfigFile(JSON.stringify({ rules: settings }, null, 1), 'gatekeeper.json'), rules);

  it('are those of the rules without a config file', () => {
    expect(readSeverities(null, rules).size).toBe(0);
    expect(severities({ 'index-dropped': 'error' })).toEqual(new Map([['index-dropped', 'error']]));
  });

  it('of unknown rules are refused with the nearest', () => {
    expect(knownFailure(() => severities({ 'table-droped': 'off' }))).toEqual({
      code: 'rule-unknown',
      message: 'gatekeeper.json:3: there is no rule "table-droped".',
      remedy: 'Did you mean table-dropped?',
    });
  });

  it('that no verdict can be trusted without cannot be changed, only repeated', () => {
    expect(knownFailure(() => severities({ 'migration-failed': 'warning' }))).toMatchObject({
      code: 'rule-not-configurable',
      message: 'gatekeeper.json:3: the severity of migration-failed cannot be changed.',
    });
    expect(severities({ 'migration-failed': 'error' }).size).toBe(0);
  });
});
