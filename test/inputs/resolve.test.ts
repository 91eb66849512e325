import { describe, expect, it } from 'vitest';
import { readActionInputs } from '../../src/inputs/action-inputs.ts';
import { readConfigFile } from '../../src/inputs/config-file.ts';
import { readFlags } from '../../src/inputs/flags.ts';
import { resolveOptions, secretsIn } from '../../src/inputs/resolve.ts';
import { knownFailure } from './known-failure.ts';

const resolve = (argv: string[], config?: object) =>
  resolveOptions({
    given: readFlags(['check', ...argv]).given,
    config: config === undefined ? null : readConfigFile(JSON.stringify(config), 'gatekeeper.json'),
  });
const deploy = (env: Record<string, string>) =>
  resolveOptions({
    given: readActionInputs({ INPUT_MODE: 'deploy', 'INPUT_DATABASE-URL': 'postgres://h/d', ...env }),
    config: null,
  });

describe('options', () => {
  it('have defaults without any source', () => {
    const { options, sources } = resolveOptions({ given: new Map(), config: null });
    expect(options).toMatchObject({
      mode: 'check',
      'seed-rows': 5,
      'exposed-schemas': ['public', 'graphql_public'],
    });
    expect(options).toHaveProperty('rls-file', undefined);
    expect(options).toHaveProperty('baseline-file', null);
    expect(new Set(Object.values(sources))).toEqual(new Set(['default']));
  });

  it('come from flag or input, then the config file, then the default', () => {
    const config = { 'fail-on': 'notice', 'seed-rows': 9 };
    const { options, sources } = resolve(['--fail-on', 'warning'], config);
    expect(options).toMatchObject({ 'fail-on': 'warning', 'seed-rows': 9, comment: 'always' });
    expect(sources).toMatchObject({
      'fail-on': 'flag',
      'seed-rows': 'config',
      comment: 'default',
      mode: 'flag',
    });
  });

  it('can be set back to none against the config file', () => {
    expect(resolve(['--rls-file', 'none'], { 'rls-file': 'a.sql' }).options['rls-file']).toBeNull();
  });

  it('that cannot be read are refused with what was expected and where they stand', () => {
    expect(knownFailure(() => resolve(['--fail-on', 'errors']))).toMatchObject({
      code: 'input-invalid',
      message:
        'The value "errors" of flag --fail-on cannot be read: expected error, warning, notice or never.',
    });
    expect(knownFailure(() => resolve(['--seed-rows', '3'], { 'seed-rows': 'x' })).message).toContain(
      '"seed-rows" in gatekeeper.json',
    );
  });

  it('never show a secret in a message', () => {
    for (const argv of [
      ['--github-token', 'ghs_a\u0007b'],
      ['--postgres', 'postgress://u:hunter2@h/d'],
      ['--database-url', 'mysql://u:hunter2@h/d'],
    ]) {
      expect(knownFailure(() => resolve(argv)).message).not.toMatch(/hunter2|ghs_/);
    }
  });
});

describe('contradictions', () => {
  it.each([
    [['--migrations-from', 'schema', '--migrations-dir', 'drizzle']],
    [['--migrations-from', 'schema', '--baseline-file', 'dump.sql']],
    [['--postgres', 'embedded', '--image', 'supabase/postgres:17']],
    [['--postgres', 'postgres://localhost/x', '--image', 'supabase/postgres:17']],
  ])('in one source are refused: %s', (argv) => {
    expect(knownFailure(() => resolve(argv)).code).toBe('inputs-contradict');
  });

  it('within the config file are refused too', () => {
    const config = { 'migrations-from': 'schema', 'baseline-file': 'dump.sql' };
    expect(knownFailure(() => resolve([], config)).message).toContain('"migrations-from" in gatekeeper.json');
  });

  it('between a flag and the config file are won by the flag', () => {
    const { options } = resolve(['--postgres', 'embedded'], { image: 'supabase/postgres:17' });
    expect(options).toMatchObject({ postgres: 'embedded', image: null });
    const other = resolve(['--migrations-dir', 'db'], { 'migrations-from': 'schema' }).options;
    expect(other).toMatchObject({ 'migrations-from': 'auto', 'migrations-dir': 'db' });
  });

  it.each([
    [['--migrations-from', 'drizzle', '--transaction', 'each', '--baseline-file', 'dump.sql']],
    [['--migrations-from', 'schema', '--baseline-file', 'none']],
    [['--postgres', 'docker', '--image', 'supabase/postgres:17']],
    [['--image', 'supabase/postgres:17']],
  ])('are not seen where there are none: %s', (argv) => {
    expect(() => resolve(argv)).not.toThrow();
  });

  it('with the mode are refused, unless the value changes nothing', () => {
    expect(knownFailure(() => resolve(['--database-url', 'postgres://h/d'])).message).toBe(
      'flag --database-url and mode check contradict each other: database-url is for deploy or drift.',
    );
    expect(knownFailure(() => resolve(['--plan', '3f9a1c075be2'])).code).toBe('inputs-contradict');
    expect(knownFailure(() => deploy({ INPUT_BASE: 'main' })).code).toBe('inputs-contradict');
    expect(() =>
      resolve(['--dry-run=false', '--backup', 'required', '--lock-timeout', '5000']),
    ).not.toThrow();
  });

  it('are not seen in a config file that serves all modes', () => {
    expect(resolve([], { 'lock-timeout': '2s', backup: 'none' }).options['lock-timeout']).toBe(2000);
  });

  it('include a deploy without a database', () => {
    expect(deploy({}).options['database-url']).toBe('postgres://h/d');
    expect(knownFailure(() => deploy({ 'INPUT_DATABASE-URL': '' })).code).toBe('input-missing');
  });
});

describe('secrets to mask', () => {
  it('are the token, URLs and the passwords in them, as written and decoded', () => {
    const { options } = deploy({
      'INPUT_GITHUB-TOKEN': 'ghs_1',
      'INPUT_DATABASE-URL': 'postgres://postgres.abc:p%40ss@h:6543/d',
    });
    expect(secretsIn(options)).toEqual([
      'ghs_1',
      'postgres://postgres.abc:p%40ss@h:6543/d',
      'p%40ss',
      'p@ss',
    ]);
  });

  it('survive a password that is wrongly encoded', () => {
    const { options } = deploy({ 'INPUT_DATABASE-URL': 'postgres://u:100%@h/d' });
    expect(secretsIn(options)).toContain('100%');
  });

  it('are none of the words an option may have', () => {
    expect(secretsIn(resolve(['--postgres', 'embedded']).options)).toEqual([]);
  });
});
