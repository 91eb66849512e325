import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../src/inputs/nearest.ts';
import { optionNames } from '../../src/inputs/options.ts';

describe('nearest', () => {
  it.each([
    ['mirgations-dir', 'migrations-dir'],
    ['fail_on', 'fail-on'],
    ['failOn', 'fail-on'],
    ['FAIL-ON', 'fail-on'],
    ['rls-files', 'rls-file'],
    ['token', 'github-token'],
    ['postgre-version', 'postgres-version'],
  ])('%s was meant to be %s', (slip, name) => {
    expect(nearest(slip, optionNames)).toBe(name);
  });

  it('suggests nothing for a word that is like no name', () => {
    expect(nearest('severity-threshold', optionNames)).toBeNull();
    expect(nearest('x', ['check', 'deploy'])).toBeNull();
  });

  it('counts insertions, deletions, replacements and swaps of neighbours', () => {
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('abc', 'abc')).toBe(0);
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('alolw', 'allow')).toBe(1);
    expect(editDistance('abcd', 'badc')).toBe(2);
  });
});
