import { describe, expect, it } from 'vitest';
import type { History } from '../../src/history/history.ts';
import type { Migration } from '../../src/history/migration.ts';
import { planDigest, planOfAll, planSql } from '../../src/history/plan.ts';
import { readSqlFile } from '../../src/history/statements.ts';

async function migration(tag: string, text: string, state: 'base' | 'new'): Promise<Migration> {
  return { ...(await readSqlFile(`drizzle/${tag}.sql`, text, { breakpoints: true })), tag, state, when: 1 };
}

async function history(change: Partial<History> = {}): Promise<History> {
  return {
    applier: 'drizzle',
    applierWhy: 'as told by the option migrations-from',
    layout: { head: 'journal', base: 'journal' },
    moved: null,
    outOfOrder: [],
    drizzle: null,
    directory: 'drizzle',
    journalFile: 'drizzle/meta/_journal.json',
    base: [await migration('0000_a', 'create table a ();', 'base')],
    new: [
      await migration('0001_b', 'select 1;--> statement-breakpoint\nselect 2;', 'new'),
      await migration('0002_c', 'select 3;\n', 'new'),
    ],
    skipped: [],
    rls: { base: [], head: [await readSqlFile('rls.sql', 'select 4;\n', { breakpoints: false })] },
    bootstrap: null,
    baseline: null,
    seed: null,
    migrationsTable: null,
    problems: [],
    unreadable: false,
    ...change,
  };
}

describe('planSql', () => {
  it('is what would run, in order, each file as it is under its path', async () => {
    expect(planSql(await history())).toBe(
      [
        '-- drizzle/0001_b.sql',
        'select 1;--> statement-breakpoint',
        'select 2;',
        '',
        '-- drizzle/0002_c.sql',
        'select 3;',
        '',
        '-- rls.sql',
        'select 4;',
        '',
      ].join('\n'),
    );
  });

  it('says when nothing would run', async () => {
    expect(planSql(await history({ new: [], rls: { base: [], head: [] } }))).toBe('-- Nothing to run.\n');
  });
});

describe('planDigest', () => {
  it('is the same for the same plan, also on another machine', async () => {
    expect(planDigest(await history())).toBe(planDigest(await history()));
    expect(planDigest(await history())).toMatchInlineSnapshot(
      `"dcf4b87f56aa4235b0aeb3d1d51b17583bddbf69ccf1c9b261e5a8d8adccc419"`,
    );
  });

  it('changes with every part of what runs: text, name, order, base, rls.sql', async () => {
    const plain = await history();
    const [first, second] = plain.new;
    if (first === undefined || second === undefined) throw new Error('two migrations were made');
    const others = [
      await history({ new: [second, first] }),
      await history({ new: [first] }),
      await history({ new: [first, { ...second, tag: '0002_d' }] }),
      await history({ new: [first, await migration('0002_c', 'select 3; \n', 'new')] }),
      await history({ base: [] }),
      await history({ base: [...plain.base, first], new: [second] }),
      await history({ rls: { base: [], head: [] } }),
      await history({ applier: 'files' }),
    ];
    const digests = [plain, ...others].map(planDigest);
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('does not change with what does not run: problems, skipped ones, the rls.sql of the base', async () => {
    const plain = await history();
    const other = await history({ skipped: plain.new, rls: { base: plain.rls.head, head: plain.rls.head } });
    expect(planDigest(other)).toBe(planDigest(plain));
  });
});

describe('planOfAll', () => {
  const server = { project: 'apps/server', plan: '1'.repeat(64) };
  const web = { project: 'apps/web', plan: '2'.repeat(64) };

  it('is the digest of the only project', () => {
    expect(planOfAll([server])).toBe(server.plan);
    expect(planOfAll([])).toBe('');
  });

  it('is one digest over all pairs, in whatever order they were named', () => {
    const all = planOfAll([server, web]);
    expect(all).toMatch(/^[0-9a-f]{64}$/);
    expect(planOfAll([web, server])).toBe(all);
    const others = [
      planOfAll([server, { ...web, plan: server.plan }]),
      planOfAll([
        { ...server, plan: web.plan },
        { ...web, plan: server.plan },
      ]),
      planOfAll([server, web, { project: '.', plan: web.plan }]),
    ];
    expect(new Set([all, ...others]).size).toBe(4);
  });

  it('is none when one of them has none', () => {
    expect(planOfAll([server, { ...web, plan: '' }])).toBe('');
  });
});
