import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../src/inputs/config-file.ts';
import { optionNames, optionTable } from '../../src/inputs/options.ts';
import { knownFailure } from './known-failure.ts';

const read = (content: unknown) =>
  readConfigFile(typeof content === 'string' ? content : JSON.stringify(content), 'gatekeeper.json');
const refused = (content: unknown) => knownFailure(() => read(content));

describe('the config file', () => {
  it('holds options, severities and waivers', () => {
    const config = read(`\uFEFF{
  "$schema": "https://example.invalid/schema.json",
  "rls-file": ["db/rls.sql", "db/more.sql"],
  "seed-rows": 0,
  "postgres-version": 16,
  "lock-timeout": "2s",
  "rules": { "table-dropped": "warning", "no-primary-key": "off" },
  "waivers": [
    { "rule": "table-without-rls", "object": "public.country", "reason": " public on purpose ", "until": "2028-02-29" },
    { "rule": "table-without-rls", "object": "public.legacy_*" }
  ]
}`);
    expect(Object.fromEntries([...config.options].map(([name, { raw }]) => [name, raw]))).toEqual({
      'rls-file': 'db/rls.sql\ndb/more.sql',
      'seed-rows': '0',
      'postgres-version': '16',
      'lock-timeout': '2s',
    });
    expect([...config.severities]).toEqual([
      ['table-dropped', { severity: 'warning', line: 7 }],
      ['no-primary-key', { severity: 'off', line: 7 }],
    ]);
    expect(config.waivers).toEqual([
      {
        rule: 'table-without-rls',
        object: 'public.country',
        reason: 'public on purpose',
        until: '2028-02-29',
        line: 9,
      },
      { rule: 'table-without-rls', object: 'public.legacy_*', reason: null, until: null, line: 10 },
    ]);
  });

  it('may be empty', () => {
    expect(read({})).toMatchObject({ waivers: [], options: new Map() });
  });

  it('keeps a waiver whose reason is missing or blank, for a rule to report', () => {
    for (const reason of [undefined, null, '', '  ']) {
      expect(read({ waivers: [{ rule: 'a', object: 'b', reason }] }).waivers[0]?.reason).toBeNull();
    }
  });

  it('says where it is not JSON', () => {
    expect(refused('{\n  "fail-on": "error",\n}')).toMatchObject({
      code: 'config-not-json',
      message: 'gatekeeper.json:3:1 is not valid JSON: comma before the closing }.',
    });
  });

  it.each([
    ['an array', [1], 'gatekeeper.json:1: the file: expected an object'],
    ['a text', '"x"', 'gatekeeper.json:1: the file: '],
    ['an unknown severity', { rules: { a: 'fatal' } }, 'gatekeeper.json:1: rules/a: '],
    [
      'a waiver without a rule',
      { waivers: [{ object: 'b' }] },
      'gatekeeper.json:1: waivers/0/rule: it is missing',
    ],
    ['a waiver for everything', { waivers: [{ rule: 'a', object: '*' }] }, 'set it to "off"'],
    ['a day there is not', { waivers: [{ rule: 'a', object: 'b', until: '2027-02-29' }] }, 'expected a date'],
    ['waivers that are no list', { waivers: {} }, 'gatekeeper.json:1: waivers: '],
    [
      'a boolean for a choice',
      { 'fail-on': true },
      '"fail-on" is true, expected error, warning, notice or never',
    ],
    ['null for an option', { 'seed-rows': null }, 'seed-rows: '],
    ['a list for a text', { 'seed-file': ['a'] }, '"seed-file" is ["a"]'],
    ['a separator inside a list', { 'rls-file': ['a,b'] }, '"rls-file" is ["a,b"]'],
    ['an empty text', { 'migrations-dir': '' }, '"migrations-dir" is ""'],
  ])('refuses %s', (_, content, message) => {
    const { code, message: said } = refused(content);
    expect(code).toBe('config-invalid');
    expect(said).toContain(message);
  });

  it('refuses unknown keys with the nearest, at every level', () => {
    expect(refused({ failon: 'error' })).toMatchObject({
      code: 'config-key-unknown',
      remedy: 'Did you mean fail-on?',
    });
    expect(refused({ rule: {} }).remedy).toBe('Did you mean rules?');
    expect(refused({ waivers: [{ rule: 'a', object: 'b', reson: 'c' }] })).toMatchObject({
      code: 'config-key-unknown',
      remedy: 'Did you mean reason?',
    });
    expect(refused('{"__proto__": {"a": 1}}').code).toBe('config-key-unknown');
  });

  it('refuses what belongs to one run or is a secret, and says why', () => {
    const perRun = optionNames.filter((name) => optionTable[name].notInConfig !== undefined);
    expect(perRun).toEqual([
      'mode',
      'working-directory',
      'base',
      'config-file',
      'github-token',
      'report-dir',
      'database-url',
      'plan',
      'dry-run',
    ]);
    for (const name of perRun) expect(refused({ [name]: 'x' }).code, name).toBe('config-option-refused');
    expect(refused({ 'database-url': 'postgres://u:hunter2@h/d' }).message).not.toContain('hunter2');
  });
});
