import { describe, expect, it } from 'vitest';
import { readFlags } from '../../src/inputs/flags.ts';
import { helpText } from '../../src/inputs/help.ts';
import { optionNames } from '../../src/inputs/options.ts';
import { knownFailure } from './known-failure.ts';

describe('flags', () => {
  const raw = (...argv: string[]) =>
    Object.fromEntries([...readFlags(argv).given].map(([name, { raw }]) => [name, raw]));

  it('are the inputs, with a space or with =', () => {
    const line = ['check', '--migrations-dir', 'db/migrations', '--postgres=embedded'];
    expect(raw(...line)).toEqual({ mode: 'check', 'migrations-dir': 'db/migrations', postgres: 'embedded' });
  });

  it('that are booleans need no value and take one with =', () => {
    expect(raw('deploy', '--dry-run')['dry-run']).toBe('true');
    expect(raw('deploy', '--dry-run=false')['dry-run']).toBe('false');
    // A word after a boolean is no value of it.
    expect(readFlags(['--dry-run', 'deploy']).command).toBe('deploy');
  });

  it('may be repeated for a list, and for the rest only with the same value', () => {
    expect(raw('check', '--rls-file', 'a.sql', '--rls-file', 'b.sql')['rls-file']).toBe('a.sql\nb.sql');
    expect(raw('check', '--base', 'main', '--base', 'main').base).toBe('main');
    expect(knownFailure(() => raw('check', '--base', 'main', '--base', 'dev')).code).toBe(
      'inputs-contradict',
    );
  });

  it('that say how to run are kept apart from the options', () => {
    expect(readFlags(['check', '--worktree', '--all', '--json'])).toMatchObject({
      command: 'check',
      worktree: true,
      all: true,
      json: true,
    });
    expect(knownFailure(() => readFlags(['drift', '--worktree'])).code).toBe('argument-unexpected');
    expect(knownFailure(() => readFlags(['check', '--all=no'])).code).toBe('input-invalid');
  });

  it('that are unknown are refused with the nearest', () => {
    expect(knownFailure(() => readFlags(['check', '--mirgations-dir', 'x']))).toEqual({
      code: 'input-unknown',
      message: 'There is no flag "--mirgations-dir".',
      remedy: 'Did you mean --migrations-dir?',
    });
    expect(knownFailure(() => readFlags(['check', '--no-dry-run'])).code).toBe('input-unknown');
    expect(knownFailure(() => readFlags(['check', '-x'])).code).toBe('input-unknown');
    expect(knownFailure(() => readFlags(['check', '--toString'])).code).toBe('input-unknown');
  });

  it('that miss their value are refused, also when another flag follows', () => {
    expect(knownFailure(() => readFlags(['check', '--base'])).code).toBe('input-invalid');
    expect(knownFailure(() => readFlags(['check', '--base='])).code).toBe('input-invalid');
    expect(knownFailure(() => readFlags(['check', '--base', '--json'])).message).toContain('--base');
  });

  it('cannot give another mode than the command', () => {
    expect(raw('check', '--mode', 'check').mode).toBe('check');
    expect(knownFailure(() => raw('check', '--mode', 'deploy')).code).toBe('inputs-contradict');
    expect(knownFailure(() => raw('init', '--mode', 'check')).code).toBe('inputs-contradict');
  });
});

describe('commands', () => {
  it('that are unknown are refused with the nearest', () => {
    expect(knownFailure(() => readFlags(['chekc']))).toMatchObject({
      code: 'command-unknown',
      remedy: 'Did you mean check?',
    });
  });

  it('are needed as soon as there is a flag, and without any the help is shown', () => {
    expect(readFlags([]).command).toBe('help');
    expect(knownFailure(() => readFlags(['--postgres', 'embedded'])).message).toBe('No command was given.');
  });

  it('take the arguments they need and no more', () => {
    expect(readFlags(['explain', 'table-dropped'])).toMatchObject({ arguments: ['table-dropped'] });
    expect(knownFailure(() => readFlags(['explain', 'one', 'two'])).code).toBe('argument-unexpected');
    expect(knownFailure(() => readFlags(['check', 'db'])).message).toBe('gatekeeper check takes no "db".');
  });

  it('give way to --help and --version', () => {
    expect(readFlags(['check', '--help'])).toMatchObject({ command: 'help', arguments: ['check'] });
    expect(readFlags(['-h']).command).toBe('help');
    expect(readFlags(['-v']).command).toBe('version');
    expect(readFlags(['--version']).command).toBe('version');
  });

  it('that are no mode give none', () => {
    expect(readFlags(['explain', 'x']).given.has('mode')).toBe(false);
    expect(readFlags(['comment']).given.get('mode')?.raw).toBe('comment');
  });
});

describe('the help', () => {
  it('names every flag once, in lines that fit a terminal', () => {
    const text = helpText();
    for (const name of optionNames) {
      if (name !== 'mode')
        expect(text.split('\n').filter((line) => line.trim().split(' ')[0] === `--${name}`)).toHaveLength(1);
    }
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(104);
    expect(text).not.toContain('`');
    expect(text).not.toContain('${{');
  });
});
