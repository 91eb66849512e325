import { describe, expect, it } from 'vitest';
import { readActionInputs } from '../../src/inputs/action-inputs.ts';
import { knownFailure } from './known-failure.ts';

describe('Action inputs', () => {
  it('are read from the runner environment, trimmed, and nothing else of it', () => {
    const given = readActionInputs({
      'INPUT_FAIL-ON': ' warning\n',
      PATH: '/bin',
      INPUTS: 'x',
      input_mode: 'x',
    });
    expect([...given]).toEqual([['fail-on', { raw: 'warning', source: 'input', where: 'input fail-on' }]]);
  });

  it('that are empty were not given', () => {
    expect(readActionInputs({ INPUT_BASE: '', 'INPUT_SEED-ROWS': '  ', INPUT_MODE: undefined }).size).toBe(0);
  });

  it('of unknown names are refused with the nearest valid one, even when empty', () => {
    expect(knownFailure(() => readActionInputs({ 'INPUT_MIGRATION-DIR': '' }))).toEqual({
      code: 'input-unknown',
      message: 'There is no input "migration-dir".',
      remedy: 'Did you mean migrations-dir?',
    });
    expect(knownFailure(() => readActionInputs({ INPUT_FAIL_ON: 'error' })).remedy).toBe(
      'Did you mean fail-on?',
    );
    expect(knownFailure(() => readActionInputs({ INPUT_TOSTRING: 'x' })).code).toBe('input-unknown');
  });
});
