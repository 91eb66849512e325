import * as core from '@actions/core';
import { afterEach, describe, expect, it } from 'vitest';
import { readActionInputs } from '../../src/inputs/action-inputs.ts';
import { optionTable } from '../../src/inputs/options.ts';

describe('the Actions toolkit', () => {
  const variable = 'INPUT_DRY-RUN';
  afterEach(() => {
    delete process.env[variable];
  });

  it('finds an input under its upper-case name with the dashes kept, as we do', () => {
    process.env[variable] = ' true ';
    expect(core.getInput('dry-run')).toBe('true');
    expect(readActionInputs({ [variable]: ' true ' }).get('dry-run')?.raw).toBe('true');
  });

  it.each(['true', 'True', 'TRUE', 'false', 'False', 'FALSE', 'yes', '1', 'tRUE', 'on'])(
    'reads the boolean %s as we do',
    (raw) => {
      process.env[variable] = raw;
      let theirs: boolean | undefined;
      try {
        theirs = core.getBooleanInput('dry-run');
      } catch {
        theirs = undefined;
      }
      expect(optionTable['dry-run'].parse(raw)).toBe(theirs);
    },
  );
});
