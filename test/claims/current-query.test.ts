import { expect, test } from 'vitest';
import { withSession } from '../server.ts';

test('in an event trigger current_query() is the text the client sent, also inside DO, functions and pipelines', async () => {
  await withSession('supabase_admin', async (session) => {
    await session.execute(`
create table seen (position int generated always as identity, query text, started timestamptz);
create function see() returns event_trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin insert into public.seen (query, started) values (pg_catalog.current_query(), pg_catalog.statement_timestamp()); end $$;
create function make() returns void language plpgsql as $$ begin create table by_function (); end $$;
create event trigger see on ddl_command_end execute function see();`);
    const sent = [
      'begin',
      'create table plain ()',
      'do $$ begin create table by_do_1 (); create table by_do_2 (); end $$',
      'select make()',
      'commit',
    ];
    await Promise.all(sent.map((sql) => session.execute(sql)));
    const rows = await session.query<{ query: string; started: string }>(
      'select query, started::text as started from seen order by position',
    );
    expect(rows.map(({ query }) => query)).toEqual([sent[1], sent[2], sent[2], sent[3]]);
    // One value per message: what tells one statement's rows from the next one's.
    expect(new Set(rows.map(({ started }) => started)).size).toBe(3);
  });
});
