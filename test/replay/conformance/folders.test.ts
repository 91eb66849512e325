/** What only Drizzle 1.0 does: by name, whatever came before; and on a table that 0.x has made. */
import { describe, expect, test } from 'vitest';
import type { History, Layout } from '../../../src/history/history.ts';
import type { Migration } from '../../../src/history/migration.ts';
import { readSqlFile } from '../../../src/history/statements.ts';
import { migrateWithDrizzle, sqlstateOf } from '../../drizzle-migrator.ts';
import { historyOf } from '../project.ts';
import { bothLeave, deployWithDrizzle } from './both.ts';

type Sql = Readonly<Record<string, string>>;

/** By the name of the folder. */
async function folders(sql: Sql, state: Migration['state']): Promise<readonly Migration[]> {
  return Promise.all(
    Object.entries(sql).map(async ([tag, text]) => {
      const file = await readSqlFile(`drizzle/${tag}/migration.sql`, text, { breakpoints: true });
      const at = /^\d{14}/.exec(tag)?.[0].replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6Z');
      return { ...file, tag, state, when: at === undefined ? null : Date.parse(at) };
    }),
  );
}

/** By tag, in the order of the journal; `when` as given. */
async function entries(
  sql: Readonly<Record<string, readonly [number, string]>>,
): Promise<readonly Migration[]> {
  return Promise.all(
    Object.entries(sql).map(async ([tag, [when, text]]) => {
      const file = await readSqlFile(`drizzle/${tag}.sql`, text, { breakpoints: true });
      return { ...file, tag, state: 'base', when };
    }),
  );
}

async function ofLayout(
  layout: { readonly base: Layout; readonly head: Layout },
  base: readonly Migration[],
  fresh: readonly Migration[],
  migrationsTable: History['migrationsTable'] = { schema: 'drizzle', name: '__drizzle_migrations' },
): Promise<History> {
  return { ...(await historyOf({})), layout, base, new: fresh, migrationsTable };
}

const both = { base: 'folders', head: 'folders' } as const;

describe('names decide', () => {
  test('a migration that sorts before what production has runs there all the same', async () => {
    const base = await folders(
      {
        '20260101000000_a': 'create table a (id int);',
        '20260103000000_c': 'create table c (id int);',
      },
      'base',
    );
    const fresh = await folders({ '20260102000000_b': 'create table b (id int);' }, 'new');
    const history = await ofLayout(both, base, fresh);
    const { ours, theirs } = await bothLeave(history, (server) => deployWithDrizzle(server, history));
    expect(ours).toEqual(theirs);
    expect(ours.rows.map((row) => (row as { name: string }).name.slice(-1))).toEqual(['a', 'c', 'b']);
  });

  test('and fails there on what a later one has taken away, with nothing of the deploy kept', async () => {
    const base = await folders(
      {
        '20260101000000_a': 'create table a (id int, x int);',
        '20260103000000_c': 'alter table a drop column x;',
      },
      'base',
    );
    const fresh = await folders(
      { '20260102000000_b': 'update a set x = 1;', '20260104000000_d': 'create table d (id int);' },
      'new',
    );
    const history = await ofLayout(both, base, fresh);
    const { ours, theirs } = await bothLeave(history, (server) => deployWithDrizzle(server, history));
    expect(ours).toEqual(theirs);
    expect(ours.failed).toBe('42703');
  });

  test('one without a time is run, and then its row is refused', async () => {
    const base = await folders({ '20260101000000_a': 'create table a (id int);' }, 'base');
    const fresh = await folders({ by_hand: 'create table b (id int);' }, 'new');
    const history = await ofLayout(both, base, fresh);
    const { ours, theirs } = await bothLeave(history, (server) => deployWithDrizzle(server, history));
    expect(ours).toEqual(theirs);
    expect(ours.failed).toBe('22P02');
  });

  test('a table of another name, quotes and all, in another schema', async () => {
    const base = await folders({ '20260101000000_a': 'create table a (id int);' }, 'base');
    const fresh = await folders({ "20260102000000_b'c": 'create table b (id int);' }, 'new');
    const table = { schema: 'public', name: 'migrations "of" Drizzle' };
    const history = await ofLayout(both, base, fresh, table);
    const { ours, theirs } = await bothLeave(history, (server) => deployWithDrizzle(server, history));
    expect(ours).toEqual(theirs);
    expect(ours.failed).toBeNull();
  });
});

describe('from a journal to folders', () => {
  const old = {
    '0000_init': [1_767_225_600_123, 'create table a (id int);'],
    '0001_more_to_come': [1_767_312_000_456, 'create table c (id int);'],
  } as const;
  const moved = {
    '20260101000000_init': 'create table a (id int);',
    '20260102000000_more_to_come': 'create table c (id int);',
  };

  test('old rows get their names and no time; what 0.x had skipped runs now, before what is new', async () => {
    const base = await entries(old);
    const skipped = '20260101120000_skipped';
    const fresh = await folders(
      { [skipped]: 'create table b (id int);', '20260103000000_new': 'create table d (id int);' },
      'new',
    );
    const folder = [...(await folders(moved, 'base')), ...fresh];
    const late = await entries({ '0002_skipped': [1_767_268_800_789, 'create table b (id int);'] });
    const history = await ofLayout({ base: 'journal', head: 'folders' }, base, fresh);
    const { ours, theirs } = await bothLeave(history, async (server) => {
      await migrateWithDrizzle(server, history, base.slice(0, 1));
      await migrateWithDrizzle(server, history, base);
      await migrateWithDrizzle(server, history, [...base, ...late]);
      return migrateWithDrizzle(server, history, folder, 'folders').then(() => null, sqlstateOf);
    });
    expect(ours).toEqual(theirs);
    const seen = ours.rows as { name: string; applied_at: boolean }[];
    expect(seen.map(({ name, applied_at }) => [name.slice(15), applied_at])).toEqual([
      ['init', false],
      ['more_to_come', false],
      ['skipped', true],
      ['new', true],
    ]);
  });

  test('the table is another one afterwards also where nothing is new, or what is new fails', async () => {
    const base = await entries(old);
    const fresh = await folders({ '20260103000000_new': 'select 1 / 0;' }, 'new');
    for (const added of [[], fresh]) {
      const history = await ofLayout({ base: 'journal', head: 'folders' }, base, added);
      const folder = [...(await folders(moved, 'base')), ...added];
      const { ours, theirs } = await bothLeave(history, (server) =>
        deployWithDrizzle(server, history, folder),
      );
      expect(ours).toEqual(theirs);
      expect(ours.rows).toHaveLength(2);
    }
  });

  test('a journal again: its row has a time and no name', async () => {
    const base = await folders(moved, 'base');
    const fresh = (await entries({ '0002_back': [1_767_398_400_000, 'create table d (id int);'] })).map(
      (migration) => ({ ...migration, state: 'new' as const }),
    );
    const history = await ofLayout({ base: 'folders', head: 'journal' }, base, fresh);
    const { ours, theirs } = await bothLeave(history, (server) =>
      deployWithDrizzle(server, history, [...base, ...fresh]),
    );
    expect(ours).toEqual(theirs);
    expect(ours.rows.at(-1)).toMatchObject({ name: null, applied_at: true });
  });
});
