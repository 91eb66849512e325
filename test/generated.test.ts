/** What is said twice is written once and generated: the pages, the README's tables and its workflow say what the code does. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { staleErrorPage } from '../scripts/error-docs.ts';
import { withInputsTable } from '../scripts/readme-inputs.ts';
import { staleRulePages } from '../scripts/rule-docs.ts';
import { isOptionName } from '../src/inputs/options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const readme = read('README.md');
const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-generated-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('the pages of the rules, the page of errors and the table of inputs are what the code says', () => {
  expect(staleRulePages()).toEqual([]);
  expect(staleErrorPage()).toEqual([]);
  expect(withInputsTable(readme)).toBe(readme);
});

test.each([
  ['scripts/contract-docs.ts', 'docs/contract.md'],
  ['scripts/error-docs.ts', 'docs/errors.md'],
  ['scripts/rule-docs.ts', 'docs/rules/column-dropped.md'],
  ['scripts/readme-inputs.ts', 'README.md'],
])('%s --check fails when one word of %s differs, and not before', (script, page) => {
  const copy = mkdtempSync(join(scratch, 'copy-'));
  for (const part of [
    'src',
    'scripts',
    'docs',
    'fixtures/rules',
    'test/contract',
    'README.md',
    'package.json',
  ]) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const check = () =>
    spawnSync(process.execPath, ['--no-warnings', script, '--check'], { cwd: copy, encoding: 'utf8' });
  expect(check()).toMatchObject({ status: 0, stderr: '' });
  const text = readFileSync(join(copy, page), 'utf8');
  // The table's first row stands in both kinds of page; a word of it is what somebody would mend by hand.
  const changed = page === 'README.md' ? text.replace('What to do:', 'What to make:') : `${text}By hand.\n`;
  expect(changed).not.toBe(text);
  writeFileSync(join(copy, page), changed);
  const stale = check();
  expect(stale.status).toBe(1);
  expect(stale.stderr).toContain(page.split('/').at(-1));
});

describe('the README', () => {
  interface Step {
    readonly uses: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }
  const [yaml = ''] = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

  test('shows a workflow with the versions that our own workflows run', () => {
    const own = readdirSync(join(root, '.github/workflows')).map((file) => read(`.github/workflows/${file}`));
    const pins = [...yaml.matchAll(/uses: (actions\/.*)/g)].map((match) => match[1] ?? '');
    expect(pins.length).toBeGreaterThan(0);
    for (const pin of pins)
      expect(
        own.some((text) => text.includes(`uses: ${pin}\n`)),
        pin,
      ).toBe(true);
  });

  test('shows a workflow that parses, gives no right that is not needed, and names inputs that exist', () => {
    // Also what is commented out, as the reader would use it.
    const workflow: unknown = parse(yaml.replaceAll(/^(\s+)# (with:| {2}[\w-]+:)/gm, '$1$2'));
    expect(workflow).toMatchObject({
      permissions: {},
      jobs: { gate: { permissions: { contents: 'read', 'pull-requests': 'write' } } },
    });
    // Just shown to have this shape.
    const { steps } = (workflow as { jobs: { gate: { steps: Step[] } } }).jobs.gate;
    const gate = steps.find(({ uses }) => uses.startsWith('migration-gatekeeper/'));
    const inputs = Object.keys(gate?.with ?? {});
    expect(inputs.length).toBeGreaterThan(0);
    expect(inputs.filter((name) => !isOptionName(name))).toEqual([]);
  });

  test('lists the outputs of action.yml, and no others', () => {
    const { outputs } = parse(read('action.yml')) as { outputs: Record<string, unknown> };
    const section = /## Outputs\n([\s\S]*?)\n## /.exec(`${readme}\n## `)?.[1] ?? '';
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g)].map((match) => match[1]),
    );
    expect(named.toSorted()).toEqual(Object.keys(outputs).toSorted());
  });
});
