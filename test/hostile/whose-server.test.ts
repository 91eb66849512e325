/** A pull request tried on a server that belongs to somebody: whatever it does, the server is as it was. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byUrl } from '../../src/database/adapters/url/url.ts';
import { type PlainServer, startPlainServer } from '../database/plain-server.ts';
import { judgeFiles } from '../judge.ts';
import { journal } from '../repository.ts';
import { freshProject, single } from '../server.ts';

const wholeServer = readFileSync(new URL('../database/url/whole-server.sql', import.meta.url), 'utf8');

describe.each([15, 17] as const)('somebody’s server of Postgres %s', (majorVersion) => {
  let plain: PlainServer;
  let before: unknown;

  beforeAll(async () => {
    plain = await startPlainServer({ majorVersion });
    before = await state();
  });
  afterAll(() => plain?.stop());

  async function state(): Promise<unknown> {
    const session = await plain.connect();
    try {
      return await single(session, wholeServer);
    } finally {
      await session.close();
    }
  }

  async function judged(sql: string) {
    const base = {
      'drizzle/0000_a.sql': 'create table public.todo (id int primary key);',
      'drizzle/meta/_journal.json': journal({ '0000_a': 1000 }),
    };
    const head = {
      ...base,
      'drizzle/0001_b.sql': sql,
      'drizzle/meta/_journal.json': journal({ '0000_a': 1000, '0001_b': 2000 }),
    };
    const options = { postgres: plain.url(), 'postgres-version': String(majorVersion) };
    const { report } = await judgeFiles(base, head, options);
    return report;
  }

  test('gets its names back although the pull request has taken every name that it could foresee', async () => {
    const names = ['left_postgres', 'left_', 'kept_supabase_admin', 'run_', 'run_0123456789abcdef'];
    const report = await judged(names.map((name) => `create role gatekeeper_${name};`).join('\n'));
    expect([report.verdict, report.error]).toEqual(['pass', null]);
    expect(await state()).toEqual(before);
  });

  test('keeps no prepared transaction, which is refused as on a hosted project', async () => {
    const report = await judged("commit;\nbegin;\nlock table public.todo;\nprepare transaction 'theirs';");
    const found = report.findings.map(({ rule, title }) => `${rule}: ${title}`);
    expect(found).toContain(
      'privileged-statement: 0001_b is refused by hosted Supabase: prepared transactions are disabled',
    );
    expect(await state()).toEqual(before);
  });

  test('gets its names back from a prepared transaction that holds the role of the migrations', async () => {
    const server = await byUrl(plain.url(), {}).start({ ...freshProject, majorVersion });
    const session = await server.connect('postgres');
    const observer = await server.connect('supabase_admin');
    // On 15 postgres cannot even set its own password; what holds the row is the same.
    await (majorVersion === 15 ? observer : session).execute(
      "begin; alter role postgres password 'x'; prepare transaction 'theirs'",
    );
    await observer.execute(
      "do $$ begin execute format('alter database %I set role = anon', current_database()); end $$",
    );
    await Promise.all([session.close(), observer.close()]);
    await server.stop();
    expect(await state()).toEqual(before);
  });
});
