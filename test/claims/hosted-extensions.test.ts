/** Claims about extensions: what `trusted` in a control file gives, and what is said of one that is not there. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MajorVersion, Server, Session } from '../../src/database/database.ts';
import { StatementError } from '../../src/database/database.ts';
import { trustedExtensions } from '../../src/database/extensions/hosted.ts';
import { single, startIfThere } from '../server.ts';

describe.each<MajorVersion>([15, 16, 17, 18])('Postgres %i', (majorVersion) => {
  let server: Server | null = null;
  let missing = '';
  let postgres: Session;

  beforeAll(async () => {
    ({ server, missing } = await startIfThere(majorVersion));
    if (server === null) return;
    postgres = await server.connect('postgres');
  }, 240_000);

  afterAll(async () => {
    await server?.stop();
  });

  async function inTransaction(...statements: string[]): Promise<unknown> {
    await postgres.execute('begin');
    try {
      for (const sql of statements) await postgres.execute(sql);
      return 'it ran';
    } catch (error) {
      return error instanceof StatementError ? `${error.sqlstate} ${error.message}` : error;
    } finally {
      await postgres.execute('rollback');
    }
  }

  test.for(trustedExtensions(17))(
    'postgres makes and drops %s, as on a hosted project',
    async (name, { skip }) => {
      skip(server === null, missing);
      const here = trustedExtensions(majorVersion).includes(name);
      const drop = `drop extension if exists ${name}`;
      // A fresh project has it, made by the superuser.
      const first = name === 'pg_stat_statements' ? [] : [drop];
      const outcome = await inTransaction(
        ...first,
        'create extension if not exists cube schema extensions',
        `create extension if not exists ${name} schema extensions`,
        ...(name === 'pg_stat_statements' ? [] : [drop]),
      );
      expect(outcome).toBe(here ? 'it ran' : `42501 permission denied to create extension "${name}"`);
    },
  );

  test('its objects are the superuser’s, so that postgres cannot change what they do', async ({ skip }) => {
    skip(server === null, missing);
    await postgres.execute('begin; create extension moddatetime schema extensions');
    expect(
      await single(
        postgres,
        "select extowner::regrole::text from pg_extension where extname = 'moddatetime'",
      ),
    ).toBe('postgres');
    expect(
      await single(postgres, "select proowner::regrole::text from pg_proc where proname = 'moddatetime'"),
    ).toBe('supabase_admin');
    await expect(
      postgres.execute('alter function extensions.moddatetime() security definer'),
    ).rejects.toMatchObject({ sqlstate: '42501' });
    await postgres.execute('rollback');
  });

  test('moddatetime works', async ({ skip }) => {
    skip(server === null, missing);
    await postgres.execute(`begin;
      create extension if not exists moddatetime schema extensions;
      create table public.noted (id int, at timestamptz);
      create trigger t before update on public.noted for each row execute procedure moddatetime (at);
      insert into public.noted values (1, null);
      update public.noted set id = 2`);
    expect(await single(postgres, 'select at is not null from public.noted')).toBe(true);
    await postgres.execute('rollback');
  });

  test.for(['postgis', 'pgroonga', 'timescaledb'])('%s is not there: 0A000', async (name, { skip }) => {
    skip(server === null, missing);
    const expected = `0A000 extension "${name}" is not available`;
    expect(await inTransaction(`create extension ${name}`)).toBe(expected);
    expect(await inTransaction(`create extension if not exists ${name} with schema extensions cascade`)).toBe(
      expected,
    );
  });

  test('event triggers fire within a trusted extension’s script, as the superuser who runs it', async ({
    skip,
  }) => {
    if (server === null) return skip(missing);
    const superuser = await server.connect('supabase_admin');
    try {
      // What the gate makes of a project's own event trigger: the function is postgres'.
      await postgres.execute(`create table public.seen (who text);
        create function public.spy() returns event_trigger language plpgsql
          as $$ begin insert into public.seen values (current_user); end $$`);
      await superuser.execute('create event trigger spy on ddl_command_end execute function public.spy()');
      // One that is trusted everywhere.
      await postgres.execute('begin; create extension citext schema extensions');
      expect(await single(postgres, 'select json_agg(distinct who order by who) from public.seen')).toEqual([
        'postgres',
        'supabase_admin',
      ]);
      await postgres.execute('rollback');

      // One of our own sees the command before its script is run, and may refuse it to who is no superuser.
      await superuser.execute(`create function extensions.guard() returns event_trigger language plpgsql as $$
          begin
            if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
              raise exception 'not here' using errcode = '42501';
            end if;
          end
        $$;
        create event trigger guard on ddl_command_start when tag in ('CREATE EXTENSION', 'ALTER EXTENSION')
          execute function extensions.guard()`);
      expect(await inTransaction('create extension citext schema extensions')).toBe('42501 not here');
      expect(
        await inTransaction("do $$ begin execute 'create extension citext schema extensions'; end $$"),
      ).toBe('42501 not here');
    } finally {
      await superuser.execute(`drop event trigger if exists guard; drop event trigger if exists spy;
        drop function if exists extensions.guard(); drop function if exists public.spy();
        drop table if exists public.seen`);
      await superuser.close();
    }
  });

  test('earthdistance is trusted only where its script asks nobody else what a cube is', async ({ skip }) => {
    if (server === null) return skip(missing);
    const superuser = await server.connect('supabase_admin');
    // What CREATE EXTENSION as the superuser does in a schema prepared for it; trusted, postgres could bring it about.
    await superuser.execute(`begin;
      create extension cube schema extensions;
      create schema trap;
      create function trap.sprung(x text) returns bool language plpgsql
        as $$ begin raise 'as %', current_user using errcode = 'ZZ001'; end $$;
      create domain trap.d as text check (trap.sprung(value));
      create type trap.cube as (x trap.d);
      create function trap.cube_is_point(trap.cube) returns bool language sql as 'select true';
      create function trap.cube_dim(trap.cube) returns int language sql as 'select 1'`);
    const outcome = await superuser.execute('create extension earthdistance schema trap').then(
      () => 'it ran',
      (error: unknown) => (error instanceof StatementError ? error.sqlstate : error),
    );
    await superuser.execute('rollback');
    expect(outcome === 'ZZ001').toBe(!trustedExtensions(majorVersion).includes('earthdistance'));
  });
});
