/** What `drizzle-kit push` does to what the schema does not declare, in both majors: it connects to a real server and is watched. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Server, Session } from '../../src/database/database.ts';
import { single, startServer } from '../server.ts';

const modules = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const kits = [
  ['0.31', modules('node_modules')],
  ['1.0', modules('test/kits/v1/node_modules')],
] as const;

let server: Server;
let admin: Session;
let owner: Session;
let credentials: Record<string, unknown>;
beforeAll(async () => {
  server = await startServer();
  admin = await server.connect('supabase_admin');
  owner = await server.connect('postgres');
  credentials = {
    // The setting keeps the quotes it was written with.
    host: String(await single(admin, 'show unix_socket_directories')).replaceAll('"', ''),
    port: Number(await single(admin, 'show port')),
    database: String(await single(admin, 'select current_database()')),
    user: 'postgres',
    password: 'none',
    ssl: false,
  };
});
afterAll(() => server.stop());

/** As a project that pushes: tables by drizzle-kit, the rest by hand. */
beforeEach(async () => {
  await admin.query(
    'drop schema public cascade; create schema public authorization postgres; grant usage on schema public to anon',
  );
  await owner.query(`
    create table note (id serial primary key, author text, body text);
    insert into note (author) values ('ann'), ('ann');
    alter table note enable row level security;
    create policy mine on note for select to authenticated using (author = (select auth.uid())::text);
    create view authors as select distinct author from note;
    create index note_author on note (author);
    alter table note add constraint note_has_id check (id > 0);
    create table scrap (id integer);
    create type mood as enum ('good');
    create sequence ticket;
    create function stamp() returns trigger language plpgsql as 'begin return new; end';
    create trigger stamped before update on note for each row execute function stamp();
    grant select on note to anon;
  `);
});

const columns = "id: serial('id').primaryKey(), author: text('author'), body: text('body')";
const declared = `import { integer, pgTable, serial, text, uniqueIndex } from 'drizzle-orm/pg-core';
export const note = pgTable('note', { ${columns} });
`;
const failing = `import { integer, pgTable, serial, text, uniqueIndex } from 'drizzle-orm/pg-core';
export const note = pgTable('note', { ${columns} }, (t) => [uniqueIndex('one_each').on(t.author)]);
export const extra = pgTable('extra', { id: integer('id') });
`;

/** Without a terminal, as a workflow runs it. */
function push(nodeModules: string, schema: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-push-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['drizzle-kit', 'drizzle-orm']) {
      symlinkSync(join(nodeModules, name), join(folder, 'node_modules', name));
    }
    symlinkSync(modules('node_modules/postgres'), join(folder, 'node_modules/postgres'));
    writeFileSync(join(folder, 'schema.ts'), schema);
    const config = {
      dialect: 'postgresql',
      schema: './schema.ts',
      schemaFilter: ['public'],
      dbCredentials: credentials,
    };
    writeFileSync(join(folder, 'drizzle.config.ts'), `export default ${JSON.stringify(config)};\n`);
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(nodeModules, 'drizzle-kit/bin.cjs'), 'push'],
      {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: '/usr/bin:/bin', HOME: folder, NO_COLOR: '1' },
      },
    );
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** By name, what of it is there. */
async function standing(): Promise<unknown> {
  return await single(
    owner,
    `select coalesce(json_agg(name order by name), '[]') from (
       select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind <> 'i'
       union all select indexrelid::regclass::text from pg_index where indrelid = 'note'::regclass and not indisprimary
       union all select polname from pg_policy where polrelid = 'note'::regclass
       union all select conname from pg_constraint where conrelid = 'note'::regclass and contype = 'c'
       union all select tgname from pg_trigger where tgrelid = 'note'::regclass and not tgisinternal
       union all select typname from pg_type where typnamespace = 'public'::regnamespace and typtype = 'e'
       union all select 'rls of note' from pg_class where oid = 'note'::regclass and relrowsecurity
       union all select 'note for anon' where has_table_privilege('anon', 'note', 'select')
     ) as found (name)`,
  );
}

describe.each(kits)('drizzle-kit %s', (_, nodeModules) => {
  test('push takes away what the schema does not declare without a question, but not triggers and grants', async () => {
    expect(await standing()).toEqual(
      'authors|mine|mood|note|note for anon|note_author|note_has_id|note_id_seq|rls of note|scrap|stamped|ticket'.split(
        '|',
      ),
    );
    expect(push(nodeModules, declared)).toContain('Changes applied');
    expect(await standing()).toEqual(['note', 'note for anon', 'note_id_seq', 'stamped']);
  });

  test('push runs its statements one by one: what came before the one that fails stays', async () => {
    // Else it asks whether they were renamed.
    await owner.query('drop table scrap; drop index note_author');
    expect(push(nodeModules, failing)).toContain('one_each');
    const found = await standing();
    expect(found).toContain('extra');
    expect(found).not.toContain('one_each');
  });
});
