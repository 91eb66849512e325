import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { inputsTable, withInputsTable } from '../../scripts/readme-inputs.ts';
import { optionNames, optionTable } from '../../src/inputs/options.ts';

interface ActionFile {
  readonly description: string;
  readonly inputs: Record<string, { description: string; required: boolean; default?: string }>;
  readonly outputs: Record<string, { description: string }>;
  readonly runs: { using: string; main: string };
}

// The file is ours; its shape is what the tests below check.
const action = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')) as ActionFile;

describe('action.yml', () => {
  it('has the inputs of the table, in its order and words', () => {
    const inputs = Object.entries(action.inputs).map(([name, { description }]) => [name, description]);
    expect(inputs).toEqual(optionNames.map((name) => [name, optionTable[name].description]));
  });

  it('gives no default but the token, so that the config file can', () => {
    const defaults = Object.entries(action.inputs).filter(([, input]) => input.default !== undefined);
    expect(defaults.map(([name, input]) => [name, input.default])).toEqual([
      ['github-token', `\${{ github.token }}`],
    ]);
    expect(Object.values(action.inputs).every(({ required }) => required === false)).toBe(true);
  });

  it('has the outputs of the public interface', () => {
    expect(Object.keys(action.outputs)).toEqual([
      'verdict',
      'plan',
      'errors',
      'warnings',
      'notices',
      'report-path',
      'sql-path',
      'comment-path',
      'sarif-path',
      'comment-id',
      'applied',
    ]);
  });

  it('runs the bundle on Node 24 and has a description the Marketplace takes', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' });
    expect(action.description.length).toBeLessThanOrEqual(125);
  });
});

describe('the table of inputs in the README', () => {
  it('is put between the markers and leaves the rest alone', () => {
    const readme = 'a\n<!-- inputs:start -->\nold\n<!-- inputs:end -->\nb\n';
    const written = withInputsTable(readme);
    expect(written).toBe(`a\n<!-- inputs:start -->\n${inputsTable()}\n<!-- inputs:end -->\nb\n`);
    expect(withInputsTable(written)).toBe(written);
  });

  it.each(['', '<!-- inputs:start -->', '<!-- inputs:end --><!-- inputs:start -->'])(
    'is refused when the markers are not there: %j',
    (readme) => {
      expect(() => withInputsTable(readme)).toThrow('README.md needs exactly one');
    },
  );

  it('has one row of three cells for every option', () => {
    const rows = inputsTable().split('\n').slice(2);
    expect(rows).toHaveLength(optionNames.length);
    for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(5);
  });
});
