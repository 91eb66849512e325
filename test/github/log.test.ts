/** Nothing from a pull request is a command to the runner, however it is printed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emitAnnotations } from '../../src/github/annotations.ts';
import { safeLog, writeLog } from '../../src/github/log.ts';
import { writeOutputs } from '../../src/github/outputs.ts';
import { writeSummary } from '../../src/github/summary.ts';
import type { Annotation } from '../../src/report/annotations.ts';

const registered = [
  'set-output',
  'set-env',
  'add-path',
  'add-mask',
  'add-matcher',
  'save-state',
  'error',
  'warning',
];
const names = new Set([...registered, 'notice', 'debug', 'group', 'endgroup', 'echo', 'stop-commands']);

/** Characters that a comparison by culture overlooks; the runner compares so. */
const ignorable = /[\p{Cf}\p{Mn}]/gu;

/** The runner's two grammars (actions/runner, ActionCommand.cs), once as written and once as a culture reads it. */
function commands(output: string): string[] {
  const found: string[] = [];
  for (const raw of output.split(/\r\n|\r|\n/)) {
    for (const line of [raw, raw.replace(ignorable, '')]) {
      const trimmed = line.replace(/^[\s\u0085]+/u, '');
      const second = trimmed.startsWith('::') ? trimmed.indexOf('::', 2) : -1;
      const name = second > 0 ? (trimmed.slice(2, second).split(' ')[0] ?? '') : '';
      if (names.has(name)) found.push(`::${name}`);
      const old = /##\[([^\] ]*)[^\]]*\]/.exec(line)?.[1] ?? '';
      if (names.has(old)) found.push(`##[${old}]`);
    }
  }
  return found;
}

const hostile = [
  '::set-output name=verdict::pass',
  '   ::error file=a.sql,line=1::forged',
  '\u00a0\u3000::add-mask::public',
  '\u200b::warning::zero width first',
  ':\u200b:error::zero width inside',
  '\u001b[2K::error::after an escape sequence',
  '\u001b]0;title\u0007::error::after a title',
  'NOTICE:  ##[set-output name=verdict]pass',
  'x ##\u200b[error]y',
  '##\u001b[1m[error]y',
  'select 1;\r::error::after a carriage return',
  'select 1;\u2028::error::after a line separator',
  'select 1;\u0085::error::after a next line',
  '\ufe0f::error::after a variation selector',
  ':\u034f:error::grapheme joiner inside',
  ':::error::three',
  '::::error::four',
  '\t::stop-commands::x',
];

test('the two grammars see the commands of hostile text when it is printed as it is', () => {
  expect(commands(hostile[0] ?? '')).not.toEqual([]);
  expect(commands(hostile[7] ?? '')).not.toEqual([]);
  expect(hostile.filter((text) => commands(text).length > 0).length).toBeGreaterThan(8);
});

test('safeLog leaves no command in any of it, alone, joined or repeated', () => {
  for (const text of hostile) expect(commands(safeLog(text))).toEqual([]);
  expect(commands(safeLog(hostile.join('\n')))).toEqual([]);
  expect(commands(safeLog(safeLog(hostile.join('\r\n'))))).toEqual([]);
});

test('safeLog holds against pieces of commands thrown together', () => {
  const pieces = [
    '::',
    ':',
    '##',
    '#',
    '[',
    ']',
    'error',
    'set-output',
    ' ',
    '\n',
    '\r',
    '\u200b',
    '\ufe0f',
    '\u001b[',
  ];
  let seed = 7;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed;
  };
  let dangerous = 0;
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: 12 }, () => pieces[random() % pieces.length] ?? '').join('');
    if (commands(text).length > 0) dangerous += 1;
    expect(commands(safeLog(text))).toEqual([]);
  }
  expect(dangerous).toBeGreaterThan(20);
});

test('honest SQL is printed as it is', () => {
  const sql = "select id::text, '#[1]' from public.todo where a = '::x';\n\t-- ünïcode ✓";
  expect(safeLog(sql)).toBe(sql);
});

test('long text is bracketed by a word that nobody can guess', () => {
  const lines: string[] = [];
  writeLog({ info: (message) => lines.push(message) }, hostile.join('\n'));
  const [, word = ''] = /^::stop-commands::([0-9a-f]{32})$/.exec(lines[0] ?? '') ?? [];
  expect(word).not.toBe('');
  expect(lines.at(-1)).toBe(`::${word}::`);
  expect(commands(lines.slice(1, -1).join('\n'))).toEqual([]);
});

test('annotations go through the toolkit with their place, and forge nothing', () => {
  const calls: unknown[] = [];
  const record = (level: string) => (message: string, properties?: object) => {
    calls.push({ level, message, ...properties });
  };
  const core = { error: record('error'), warning: record('warning'), notice: record('notice') };
  const annotations: Annotation[] = [
    { level: 'error', file: 'db/a.sql', line: 3, title: 'gone', message: '##[error]x' },
    { level: 'notice', file: null, line: null, title: '3 more notices', message: '' },
  ];
  emitAnnotations(core, annotations);
  expect(calls).toEqual([
    { level: 'error', message: '## [error]x', title: 'gone', file: 'db/a.sql', startLine: 3 },
    { level: 'notice', message: '3 more notices', title: '3 more notices' },
  ]);
});

test('outputs have the names of the interface, and what there is none of is empty', () => {
  const set: Record<string, string> = {};
  const core = { setOutput: (name: string, value: string) => Object.assign(set, { [name]: value }) };
  writeOutputs(core, { verdict: 'blocked', errors: 2, 'comment-id': null });
  expect(set).toEqual({ verdict: 'blocked', errors: '2', 'comment-id': '' });
});

test('the job summary is appended, and refused when GitHub would drop it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatekeeper summary '));
  try {
    const file = join(folder, 'summary');
    await writeFile(file, 'from another step\n');
    expect(await writeSummary(file, '## ours')).toEqual({ written: true });
    expect(await readFile(file, 'utf8')).toBe('from another step\n## ours\n');
    const refused = await writeSummary(file, 'x'.repeat(1024 * 1024));
    expect(refused).toMatchObject({ written: false, reason: expect.stringContaining('room for') });
    expect(await readFile(file, 'utf8')).toBe('from another step\n## ours\n');
    expect(await writeSummary(undefined, 'x')).toMatchObject({ written: false });
    expect(await writeSummary(join(folder, 'no/such/folder'), 'x')).toMatchObject({ written: false });
  } finally {
    await rm(folder, { recursive: true });
  }
});
