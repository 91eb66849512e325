import { describe, expect, it } from 'vitest';
import { found, judged, shortly } from './case.ts';

const comment = (object: string, rule = 'column-dropped') =>
  `-- gatekeeper: allow ${rule} ${object} because "why"`;
const dropA = 'alter table todo drop column a;';
const dropB = 'alter table todo drop column b;';

describe('a waiver in SQL', () => {
  it('silences the finding of its rule and object at the statement right below', async () => {
    const [finding, ...more] = await judged({
      sql: `${comment('public.todo.a')}\n${dropA}`,
      found: [found('column-dropped', 'public.todo.a')],
    });
    expect(finding?.waived).toEqual({ file: '0001.sql', line: 1, reason: 'why', until: null });
    expect(more).toEqual([]);
  });

  it('may be stacked with others, with blank lines, prose and breakpoints between', async () => {
    const sql = [
      dropB,
      '--> statement-breakpoint',
      comment('public.todo.a'),
      '-- gatekeeper: no-transaction',
      '',
      comment('public.todo.z'),
      '-- the rest of the story',
      '',
      'alter table todo',
      '  drop column a,',
      '  drop column z;',
    ].join('\n');
    const findings = [
      found('column-dropped', 'public.todo.a', { line: 9 }),
      // A finding may point into the statement.
      found('column-dropped', 'public.todo.z', { line: 11 }),
      found('column-dropped', 'public.todo.b', { line: 1 }),
    ];
    expect(shortly(await judged({ sql, found: findings }))).toEqual([
      'column-dropped public.todo.b',
      'column-dropped public.todo.a waived: why',
      'column-dropped public.todo.z waived: why',
    ]);
  });

  it.each(['"public"."todo"."a"', 'public.todo.a', 'public."todo".a'])(
    'names the object with or without needless quotes: %s',
    async (object) => {
      const findings = await judged({
        sql: `${comment(object)}\n${dropA}`,
        found: [found('column-dropped', 'public.todo.a')],
      });
      expect(shortly(findings)).toEqual(['column-dropped public.todo.a waived: why']);
    },
  );

  it('silences nothing for another object, rule or case of letters', async () => {
    for (const line of [
      comment('public.todo.b'),
      comment('public.todo'),
      comment('public.todo.A'),
      comment('public."todo.a"'),
      comment('public.todo.*'),
      comment('public.todo.a', 'table-dropped'),
    ]) {
      const findings = await judged({
        sql: `${line}\n${dropA}`,
        found: [found('column-dropped', 'public.todo.a')],
      });
      expect(
        findings.map(({ rule, waived }) => [rule, waived]),
        line,
      ).toEqual([
        ['column-dropped', null],
        ['waiver-unused', null],
      ]);
    }
  });

  it('does not reach two statements down, and says where the finding is', async () => {
    const findings = await judged({
      sql: `${comment('public.todo.a')}\n${dropB}\n${dropA}`,
      found: [found('column-dropped', 'public.todo.a', { line: 3 })],
    });
    expect(findings[0]?.waived).toBeNull();
    expect(findings[1]).toMatchObject({ rule: 'waiver-unused', file: '0001.sql', line: 1 });
    expect(findings[1]?.remedy).toBe('Move the comment right above the statement at 0001.sql:3');
  });

  it('does not reach up, sideways or into another file', async () => {
    for (const sql of [
      `${dropA}\n${comment('public.todo.a')}`,
      `${dropA}\n${comment('public.todo.a')}\n${dropB}`,
      `${dropA} ${comment('public.todo.a')}`,
      `alter table todo ${comment('public.todo.a')}\n drop column a;`,
    ]) {
      const findings = await judged({ sql, found: [found('column-dropped', 'public.todo.a', { line: 1 })] });
      expect(shortly(findings), sql).toEqual(['column-dropped public.todo.a', 'waiver-unused public.todo.a']);
    }
    const elsewhere = await judged({
      sql: `${comment('public.todo.a')}\n${dropA}`,
      found: [found('column-dropped', 'public.todo.a', { file: '0002.sql' })],
    });
    expect(shortly(elsewhere)).toContain('column-dropped public.todo.a');
  });

  it('beside a statement does not fall to the next one', async () => {
    const sql = `${dropB} ${comment('public.todo.a')}\n${dropA}`;
    const findings = await judged({ sql, found: [found('column-dropped', 'public.todo.a')] });
    expect(shortly(findings)).toEqual(['column-dropped public.todo.a', 'waiver-unused public.todo.a']);
  });

  it('is none inside a string, a quoted name or a function body', async () => {
    const line = comment('public.todo.a');
    for (const before of [
      `select '\n${line}\n';`,
      `select $$\n${line}\n$$;`,
      `create function f() returns int language sql as $body$\n${line}\nselect 1 $body$;`,
      `select 1 as "\n${line}\n";`,
    ]) {
      const last = before.split('\n').length + 1;
      const findings = await judged({
        sql: `${before}\n${dropA}`,
        found: [found('column-dropped', 'public.todo.a', { line: last })],
      });
      expect(shortly(findings), before).toEqual(['column-dropped public.todo.a']);
    }
  });

  it('cannot silence a finding without a place, and says what can', async () => {
    const findings = await judged({
      sql: `${comment('public.todo', 'table-without-rls')}\n${dropA}`,
      found: [found('table-without-rls', 'public.todo', { file: null, line: null, introduced: false })],
    });
    expect(shortly(findings)).toEqual([
      'standing table-without-rls public.todo',
      'waiver-unused public.todo',
    ]);
    expect(findings[1]?.remedy).toContain('config file');
  });

  it('counts lines as Postgres does not, but files do: with CRLF and letters of several bytes', async () => {
    const sql = `-- größer → 🚪\r\nselect 'ü';\r\n${comment('public.todo.ä')}\r\nalter table todo drop column ä;\r\n`;
    const findings = await judged({ sql, found: [found('column-dropped', 'public.todo."ä"', { line: 4 })] });
    expect(shortly(findings)).toEqual(['column-dropped public.todo."ä" waived: why']);
  });

  it('without a reason silences nothing and is a finding', async () => {
    const sql = `-- gatekeeper: allow column-dropped public.todo.a\n${dropA}`;
    const findings = await judged({ sql, found: [found('column-dropped', 'public.todo.a')] });
    expect(shortly(findings)).toEqual([
      'waiver-without-reason public.todo.a',
      'column-dropped public.todo.a',
    ]);
    expect(findings[0]).toMatchObject({ severity: 'error', introduced: true, line: 1 });
  });

  it('holds through its last day and is a finding from the next', async () => {
    const sql = `${comment('public.todo.a')} until 2027-01-15\n${dropA}`;
    const request = { sql, found: [found('column-dropped', 'public.todo.a')] };
    expect(shortly(await judged({ ...request, today: '2027-01-15' }))).toEqual([
      'column-dropped public.todo.a waived: why',
    ]);
    expect(shortly(await judged({ ...request, today: '2027-01-16' }))).toEqual([
      'waiver-expired public.todo.a',
      'column-dropped public.todo.a',
    ]);
  });

  it('for a rule that cannot be waived, is off or does not exist silences nothing and says so', async () => {
    const detail = async (rule: string, config?: object) => {
      const sql = `${comment('0001', rule)}\n${dropA}`;
      const one = rule === 'migration-failed' ? [found(rule, '0001')] : [];
      const findings = await judged({ sql, found: one, ...(config === undefined ? {} : { config }) });
      expect(findings.every(({ waived }) => waived === null)).toBe(true);
      const unused = findings.find((finding) => finding.rule === 'waiver-unused');
      return `${unused?.detail} ${unused?.remedy}`;
    };
    expect(await detail('migration-failed')).toContain('migration-failed cannot be waived.');
    expect(await detail('column-droped')).toBe(
      'There is no rule column-droped. Did you mean column-dropped?',
    );
    expect(await detail('index-dropped', { rules: { 'index-dropped': 'off' } })).toContain('switched off');
  });

  it('that cannot be read is a finding where it stands', async () => {
    const findings = await judged({ sql: `${dropB}\n-- gatekeeper: allow column-dropped\n${dropA}` });
    expect(findings).toMatchObject([{ rule: 'waiver-unused', file: '0001.sql', line: 2, introduced: true }]);
    expect(findings[0]?.title).toContain('the object is missing');
  });

  it('is not called unused when part of the SQL was not tried', async () => {
    const sql = `${comment('public.todo.a')}\n${dropA}\n-- gatekeeper: allow\nselect 1;`;
    expect(shortly(await judged({ sql }))).toEqual(['waiver-unused public.todo.a', 'waiver-unused 0001.sql']);
    expect(shortly(await judged({ sql, incomplete: true }))).toEqual(['waiver-unused 0001.sql']);
  });

  it('is read in a migration that does not parse', async () => {
    const sql = `${comment('public.todo.a')}\nalter tabel todo drop column a;`;
    expect(shortly(await judged({ sql }))).toEqual(['waiver-unused public.todo.a']);
  });
});

describe("a waiver in head's rls.sql", () => {
  const line = comment('public.country', 'table-without-rls');
  const rls = `${line}\nalter table country disable row level security;`;
  const finding = found('table-without-rls', 'public.country', { file: 'rls.sql' });

  it('silences like one in a migration', async () => {
    const findings = await judged({ rls: { head: rls }, found: [finding] });
    expect(shortly(findings)).toEqual(['table-without-rls public.country waived: why']);
  });

  it('that the base has too is standing when it is unused, and still silences', async () => {
    expect(shortly(await judged({ rls: { base: rls, head: `select 1;\n${rls}` } }))).toEqual([
      'standing waiver-unused public.country',
    ]);
    expect(shortly(await judged({ rls: { base: rls, head: rls }, found: [finding] }))).toEqual([
      'table-without-rls public.country waived: why',
    ]);
  });

  it('that the base has too and nobody can read is standing, and in a new migration it is not', async () => {
    const broken = `-- gatekeeper: allow table-without-rls\nselect 1;`;
    expect(shortly(await judged({ rls: { base: broken, head: broken } }))).toEqual([
      'standing waiver-unused rls.sql',
    ]);
    expect(shortly(await judged({ rls: { base: rls, head: '' }, sql: rls }))).toEqual([
      'waiver-unused public.country',
    ]);
  });

  it('that is only at base has no effect', async () => {
    const findings = await judged({ rls: { base: rls, head: 'select 1;\nselect 2;' }, found: [finding] });
    expect(shortly(findings)).toEqual(['table-without-rls public.country']);
  });
});

describe('a waiver in the config file', () => {
  const config = (waiver: object) => ({
    waivers: [{ rule: 'table-without-rls', object: 'public.country', reason: 'on purpose', ...waiver }],
  });
  const request = { found: [found('table-without-rls', 'public.country', { file: 'db/0009.sql', line: 7 })] };

  it('silences wherever the finding is', async () => {
    const [finding] = await judged({ ...request, config: config({}) });
    expect(finding?.waived).toEqual({ file: 'gatekeeper.json', line: 3, reason: 'on purpose', until: null });
    const nowhere = found('table-without-rls', 'public.country', {
      file: null,
      line: null,
      introduced: false,
    });
    expect((await judged({ found: [nowhere], config: config({}) }))[0]?.waived).not.toBeNull();
  });

  it.each([
    ['public.*', true],
    ['public.coun*', true],
    ['"public".*', true],
    ['public.country*', true],
    ['public.city*', false],
    ['pub*lic.country', false],
    ['country', false],
    ['api.*', false],
  ])('takes a trailing star for any ending: %s', async (object, silenced) => {
    const findings = await judged({ ...request, config: config({ object }) });
    expect(findings[0]?.waived !== null).toBe(silenced);
  });

  it('is standing debt when it is at fault, because the base has it', async () => {
    expect(shortly(await judged({ config: config({}) }))).toEqual(['standing waiver-unused public.country']);
    expect(shortly(await judged({ ...request, config: config({ reason: '' }) }))).toEqual([
      'table-without-rls public.country',
      'standing waiver-without-reason public.country',
    ]);
    expect(shortly(await judged({ ...request, config: config({ until: '2027-01-14' }) }))).toEqual([
      'table-without-rls public.country',
      'standing waiver-expired public.country',
    ]);
    expect(shortly(await judged({ config: config({ rule: 'table-wihout-rls' }) }))).toEqual([
      'standing waiver-unused public.country',
    ]);
  });

  it('and one in SQL are both used by the finding they share', async () => {
    const findings = await judged({
      sql: `${comment('public.country', 'table-without-rls')}\ncreate table country ();`,
      found: [found('table-without-rls', 'public.country')],
      config: config({}),
    });
    expect(shortly(findings)).toEqual(['table-without-rls public.country waived: why']);
  });
});
