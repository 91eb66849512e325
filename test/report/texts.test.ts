/** What the texts say: counts, consequences, headlines, annotations, SARIF, terminal. */
import { describe, expect, test } from 'vitest';
import type { JudgedFinding } from '../../src/findings/judged.ts';
import { renderAnnotations } from '../../src/report/annotations.ts';
import { consequences } from '../../src/report/consequences.ts';
import { differenceLines } from '../../src/report/difference.ts';
import { renderJson } from '../../src/report/json.ts';
import type { Report, ReportChange } from '../../src/report/report.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { shownSql } from '../../src/report/sql.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { count, duration, headline, list, number, planDigits } from '../../src/report/words.ts';
import { blocked, harmless, nothing, unjudged } from './examples.ts';
import { hostileReport } from './hostile.ts';
import { manyFindings } from './large.ts';
import { change, finding, migration, statement } from './parts.ts';

const withChanges = (...changes: ReportChange[]): Report => ({ ...harmless, changes });
const withFindings = (...findings: JudgedFinding[]): Report => ({ ...harmless, findings });

describe('words', () => {
  test('one and many, thousands, lists, time, plan', () => {
    expect([count(1, 'policy'), count(2, 'policy'), count(0, 'index'), count(3, 'event trigger')]).toEqual([
      '1 policy',
      '2 policies',
      '0 indexes',
      '3 event triggers',
    ]);
    expect([number(999), number(1000), number(1234567)]).toEqual(['999', '1,000', '1,234,567']);
    expect([list([]), list(['a']), list(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
    expect([duration(80), duration(1449), duration(120_000)]).toEqual(['80 ms', '1.4 s', '2 min']);
    expect([planDigits('3f9a1c075be2aa'), planDigits('')]).toEqual(['3f9a 1c07 5be2', null]);
  });

  test('the headline follows the verdict and what was found', () => {
    const text = (report: Report) => `${headline(report).icon} ${headline(report).text}`;
    const error = finding({ rule: 'a', object: 'x' });
    const warning = { ...error, severity: 'warning' } as const;
    const notice = { ...error, severity: 'notice' } as const;
    const waived = { ...error, waived: { file: 'a.sql', line: 1, reason: 'r', until: null } };
    expect(text(nothing)).toBe('✅ Nothing to check');
    expect(text(harmless)).toBe('✅ Safe to merge');
    expect(text(withFindings(notice, { ...error, introduced: false }))).toBe('✅ Safe to merge');
    expect(text(withFindings({ ...waived, introduced: false }))).toBe('✅ Safe to merge');
    expect(text(withFindings(waived, waived))).toBe(
      '✅ Safe to merge, if you agree with 2 accepted findings',
    );
    expect(text(withFindings(warning))).toBe('⚠️ Safe to merge, with 1 warning to read');
    const never = { failOn: 'never', all: false } as const;
    expect(text({ ...withFindings(error), decidedBy: never })).toBe(
      '⚠️ Not blocked (fail-on: never), but 1 error to settle',
    );
    const strict = { verdict: 'blocked', decidedBy: { failOn: 'warning', all: false } } as const;
    expect(text({ ...withFindings(error, warning, notice), ...strict })).toContain('2 things to settle');
    const all = { verdict: 'blocked', decidedBy: { failOn: 'error', all: true } } as const;
    expect(text({ ...withFindings({ ...error, introduced: false }), ...all })).toContain('1 thing to settle');
    expect(text(unjudged)).toBe('❗ Could not judge this change');
  });
});

describe('consequences', () => {
  test('what comes and goes with a table is not counted again', () => {
    expect(consequences(harmless)).toEqual(['adds 1 table with row level security and 2 policies']);
    const gone = (kind: ReportChange['kind'], object: string, before = {}) =>
      change({ kind, change: 'removed', object, before });
    expect(
      consequences(
        withChanges(
          gone('table', 'public.todo'),
          gone('column', 'public.todo.id', { table: 'public.todo' }),
          gone('policy', 'public.todo."Owners read"'),
          gone('column', 'public.todo_item.id', { table: 'public.todo_item' }),
        ),
      ),
    ).toEqual(['drops 1 table and 1 column']);
  });

  test('the worst comes first', () => {
    const report: Report = {
      ...blocked,
      findings: [...blocked.findings, finding({ rule: 'migration-edited', object: '0001_a' })],
    };
    expect(consequences(report)).toEqual([
      'edits 1 migration that already ran',
      'drops 1 column and 1 policy',
      'leaves 1 table without row level security',
      'changes 1 table and 1 column',
      'adds 1 table',
    ]);
  });

  test('row level security turned on, renames, and what stands behind other things', () => {
    expect(
      consequences(
        withChanges(
          change({
            kind: 'table',
            change: 'altered',
            object: 'public.a',
            before: { rowSecurity: false },
            after: { rowSecurity: true },
          }),
          change({
            kind: 'column',
            change: 'altered',
            object: 'public.a.y',
            renamed: true,
            before: { object: 'public.a.x' },
          }),
          change({
            kind: 'sequence',
            change: 'added',
            object: 'public.a_id_seq',
            after: { ownedBy: 'public.a.id' },
          }),
          change({
            kind: 'index',
            change: 'added',
            object: 'public.a.a_pkey',
            after: { table: 'public.a', constraint: 'public.a.a_pkey' },
          }),
          change({
            kind: 'constraint',
            change: 'added',
            object: 'public.a.a_pkey',
            after: { table: 'public.a', kind: 'primary-key' },
          }),
        ),
      ),
    ).toEqual(['renames 1 column', 'turns row level security on for 1 table', 'adds 1 constraint']);
  });
});

describe('SQL', () => {
  test('gets its semicolons, and one after a comment on a line of its own', () => {
    const sql = migration('a', [
      statement(1, 'select 1'),
      statement(2, 'select 2;'),
      statement(3, 'select 3 -- x'),
    ]);
    expect(shownSql(sql, [], { lines: 10, characters: 1000 })).toEqual({
      text: 'select 1;\nselect 2;\nselect 3 -- x\n;',
      leftOut: 0,
    });
  });

  test('a long migration is shown around its findings, with the number of lines left out', () => {
    const long = migration(
      'a',
      Array.from({ length: 100 }, (_, index) => statement(index + 1, `select ${index + 1};`)),
    );
    const { text, leftOut } = shownSql(long, [50], { lines: 30, characters: 1000 });
    expect(text.split('\n').slice(5, 9)).toEqual([
      'select 6;',
      '-- … 37 lines left out, see plan.sql …',
      'select 44;',
      'select 45;',
    ]);
    expect(text.endsWith('select 56;\n-- … 44 lines left out, see plan.sql …')).toBe(true);
    expect(leftOut).toBe(81);
  });
});

test('a statement of a million lines is counted, and shown around its finding', () => {
  const sql = `insert into a values\n${'(1),\n'.repeat(1_000_000)}(2)`;
  const huge = migration('a', [statement(1, sql), statement(1_000_003, 'drop table b')]);
  const { text, leftOut } = shownSql(huge, [1_000_003], { lines: 30, characters: 1000 });
  expect(text).toMatch(
    /^insert into a values\n(?:\(1\),\n)+-- … [\d,]+ lines left out, see plan\.sql …\n(?:\(1\),\n)*\(2\);\ndrop table b;$/,
  );
  expect(leftOut + text.split('\n').length - 1).toBe(1_000_003);
});

describe('the difference', () => {
  test('a value of many lines cannot pose as another line', () => {
    const view = change({
      kind: 'view',
      change: 'removed',
      object: 'public.v',
      before: { definition: 'select 1\n+ table public.fine' },
    });
    expect(differenceLines([view])).toEqual(['- view public.v select 1', '-     + table public.fine']);
  });
});

describe('annotations', () => {
  test('ten of a level at most, the worst first, the last says how many more', () => {
    const annotations = renderAnnotations([manyFindings]);
    expect(annotations).toHaveLength(30);
    const errors = annotations.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(10);
    expect(errors[0]).toMatchObject({ file: 'apps/server/drizzle/0037_many.sql', line: 1 });
    expect(errors[9]).toMatchObject({ file: null, line: null, title: '91 more errors' });
  });

  test('exactly ten are all shown, and what stood there before or is accepted is not', () => {
    const ten = Array.from({ length: 10 }, (_, index) => finding({ rule: 'r', object: `o${index}` }));
    expect(renderAnnotations([withFindings(...ten)]).map(({ title }) => title)).toContain(
      'o9 is not as it should be',
    );
    expect(renderAnnotations([blocked]).map(({ level }) => level)).toEqual(['error', 'error', 'warning']);
  });

  test('what could not be judged is an error', () => {
    expect(renderAnnotations([unjudged])).toMatchObject([
      { level: 'error', title: 'Could not judge this change' },
    ]);
  });
});

describe('SARIF', () => {
  interface Result {
    ruleId: string;
    level: string;
    partialFingerprints: Record<string, string>;
    locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[];
    suppressions?: { kind: string; justification: string }[];
  }
  // Our own output, read back.
  const results = (report: Report) =>
    JSON.parse(renderSarif(report, { version: '1' })).runs[0].results as Result[];

  test('a finding keeps its fingerprint when its line and its words change', () => {
    const one = finding({ rule: 'column-dropped', object: 'public.a.b', file: 'x.sql', line: 3 });
    const moved = { ...one, line: 90, title: 'other words', severity: 'notice' } as const;
    const other = { ...one, object: 'public.a.c' };
    const [a, b, c] = [one, moved, other].map((each) => results(withFindings(each))[0]?.partialFingerprints);
    expect(b).toEqual(a);
    expect(c).not.toEqual(a);
  });

  test('levels, places and waivers in its own words', () => {
    const found = results(blocked);
    expect(found.map(({ level }) => level)).toEqual(['error', 'error', 'error', 'warning', 'note']);
    expect(found.flatMap(({ suppressions = [] }) => suppressions)).toMatchObject([
      { kind: 'external', justification: 'replaced by the team policy, see #812' },
    ]);
    for (const { locations } of [...found, ...results(hostileReport('a b%|\n#.sql'))]) {
      expect(locations[0]?.physicalLocation.region.startLine).toBeGreaterThan(0);
      expect(locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^[\w./%~!*'()-]+$/);
    }
  });
});

describe('the terminal', () => {
  test('holds no control characters without colour, and only our own with it', () => {
    const report = hostileReport('\u001b[2J\u0007\u202ex');
    const plain = renderTerminal(report, { color: false, width: 80, version: '1' });
    expect(plain.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    const coloured = renderTerminal(report, { color: true, width: 80, version: '1' });
    expect(coloured).toContain('\u001b[1m');
    expect(coloured).not.toContain('\u001b[2J');
    const ours = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    expect(coloured.replace(ours, '')).toBe(plain);
  });

  test('wraps words and never cuts a name', () => {
    const narrow = renderTerminal(blocked, { color: false, width: 60, version: '1' });
    expect(narrow).toContain('public.todo."Team members can read"'.slice(0, 17));
    const prose = narrow.split('\n').filter((line) => line.startsWith('   → ') || line.startsWith('   Its'));
    for (const line of prose) expect(line.length).toBeLessThanOrEqual(60);
  });
});

describe('report.json', () => {
  test('has one order of keys, whatever order they were made in', () => {
    const turned = Object.fromEntries(Object.entries(blocked).reverse()) as unknown as Report;
    expect(renderJson(turned)).toBe(renderJson(blocked));
    expect(renderJson(blocked).startsWith('{\n  "version": 1,\n  "verdict": "blocked",')).toBe(true);
    expect(renderJson(blocked).endsWith('}\n')).toBe(true);
    expect(JSON.parse(renderJson(blocked))).toEqual(blocked);
  });
});
