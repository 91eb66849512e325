import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Options, optionNames, optionTable } from '../../src/inputs/options.ts';

describe('the table of options', () => {
  it('has every input of the public interface, in its order, and one of ours', () => {
    expect(optionNames).toEqual([
      'mode',
      'working-directory',
      'drizzle-config',
      'migrations-dir',
      'migrations-from',
      'transaction',
      'platform',
      'bootstrap-file',
      'baseline-file',
      'rls-file',
      'seed-file',
      'seed-rows',
      'base',
      'postgres',
      'postgres-version',
      'image',
      'data-api-grants',
      'ensure-rls',
      'schema-check',
      'exposed-schemas',
      'fail-on',
      'comment',
      'config-file',
      'github-token',
      'report-dir',
      'database-url',
      'plan',
      'backup',
      'lock-timeout',
      'statement-timeout',
      'dry-run',
    ]);
  });

  it('gives each option the type its values have', () => {
    expectTypeOf<Options['migrations-from']>().toEqualTypeOf<
      'auto' | 'drizzle' | 'supabase' | 'files' | 'schema'
    >();
    expectTypeOf<Options['rls-file']>().toEqualTypeOf<readonly string[] | null | undefined>();
    expectTypeOf<Options['bootstrap-file']>().toEqualTypeOf<string | null>();
    expectTypeOf<Options['seed-rows']>().toEqualTypeOf<number>();
    expectTypeOf<Options['postgres-version']>().toEqualTypeOf<15 | 16 | 17 | 18>();
    expectTypeOf<Options['dry-run']>().toEqualTypeOf<boolean>();
  });

  it('reads every documented default back as the default', () => {
    for (const name of optionNames) {
      const { shownDefault, default: value, parse } = optionTable[name];
      const shown = /^`([^`{]+)`$/.exec(shownDefault)?.[1];
      if (shown !== undefined) expect(parse(shown), name).toEqual(value);
    }
  });

  it('says every choice in its description', () => {
    for (const name of optionNames) {
      const { choices, description } = optionTable[name];
      for (const choice of choices ?? []) expect(description, name).toContain(choice);
    }
  });

  it.each([
    ['500ms', 500],
    ['5s', 5000],
    ['1.5s', 1500],
    ['5 min', 300_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['250', 250],
    ['0', 0],
  ])('reads the duration %s', (raw, milliseconds) => {
    expect(optionTable['lock-timeout'].parse(raw)).toBe(milliseconds);
  });

  it.each(['', '5 seconds', '-1s', '5S', 's', '1e3', '25d', '600h', '5s;'])(
    'refuses the duration %j',
    (raw) => {
      expect(optionTable['lock-timeout'].parse(raw)).toBeUndefined();
    },
  );

  it('reads lists by commas and lines, without repeats', () => {
    expect(optionTable['exposed-schemas'].parse('public, api\r\n  api\n\nextra,')).toEqual([
      'public',
      'api',
      'extra',
    ]);
    expect(optionTable['exposed-schemas'].parse(' , ')).toBeUndefined();
  });

  it('takes none for files only when it stands alone', () => {
    expect(optionTable['rls-file'].parse('none')).toBeNull();
    expect(optionTable['rls-file'].parse('none, rls.sql')).toBeUndefined();
    expect(optionTable['seed-file'].parse('none')).toBeNull();
    expect(optionTable['seed-file'].parse('none.sql')).toBe('none.sql');
  });

  it.each(['auto', 'docker', 'postgres://u:p@localhost:5432/db', 'postgresql://localhost/x'])(
    'takes %s for postgres',
    (raw) => {
      expect(optionTable.postgres.parse(raw)).toBe(raw);
    },
  );

  it.each(['Embedded', 'mysql://x', 'postgres:/x', 'postgres://a b', 'pglite'])(
    'refuses %s for postgres',
    (raw) => {
      expect(optionTable.postgres.parse(raw)).toBeUndefined();
    },
  );

  it('reads a plan as the comment shows it, and no shorter', () => {
    expect(optionTable.plan.parse('3F9A 1c07 5be2')).toBe('3f9a1c075be2');
    expect(optionTable.plan.parse('3f9a1c075be')).toBeUndefined();
    expect(optionTable.plan.parse('3f9a1c075beg')).toBeUndefined();
    expect(optionTable.plan.parse('a'.repeat(65))).toBeUndefined();
  });

  it('refuses what git or docker would read as an option, and control characters', () => {
    expect(optionTable.base.parse('--upload-pack=x')).toBeUndefined();
    expect(optionTable.base.parse('origin/main~2')).toBe('origin/main~2');
    expect(optionTable.image.parse('-v')).toBeUndefined();
    expect(optionTable['migrations-dir'].parse('a\nb')).toBeUndefined();
    expect(optionTable['migrations-dir'].parse('a b/ü')).toBe('a b/ü');
  });
});
