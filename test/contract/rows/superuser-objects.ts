/** What Postgres keeps for superusers and a hosted project makes for postgres: event triggers, publications, wrappers. */
import type { ContractPart } from '../row.ts';

const denied = '42501';
const watch = `create function public.watch() returns event_trigger language plpgsql as 'begin end'`;
const publication = (name: string) => ({
  of: `select pubowner from pg_publication where pubname = '${name}'`,
  is: 'postgres',
});

export const superuserObjects: ContractPart = {
  title: 'Event triggers, publications, foreign data wrappers',
  rows: [
    {
      id: 'event trigger made',
      before: watch,
      sql: 'create event trigger watched on ddl_command_end execute function public.watch()',
      hosted: 'ok',
      owner: { of: "select evtowner from pg_event_trigger where evtname = 'watched'", is: 'postgres' },
    },
    {
      id: 'event trigger disabled by its owner',
      before: `${watch}; create event trigger watched on ddl_command_end execute function public.watch()`,
      sql: 'alter event trigger watched disable',
      hosted: 'ok',
    },
    {
      id: 'event trigger dropped by its owner',
      before: `${watch}; create event trigger watched on ddl_command_end execute function public.watch()`,
      sql: 'drop event trigger watched',
      hosted: 'ok',
    },
    {
      id: 'publication made',
      sql: 'create publication mine',
      hosted: 'ok',
      owner: publication('mine'),
    },
    {
      id: 'publication for all tables made',
      sql: 'create publication mine for all tables',
      hosted: 'ok',
      owner: publication('mine'),
    },
    {
      id: 'publication for a schema made',
      sql: 'create publication mine for tables in schema public',
      hosted: 'ok',
      owner: publication('mine'),
    },
    {
      id: 'table added to supabase_realtime',
      before: 'create table public.notes (id int primary key)',
      sql: 'alter publication supabase_realtime add table public.notes',
      hosted: 'ok',
      seen: {
        says: 'it is published',
        asks: "select tablename::text from pg_publication_tables where pubname = 'supabase_realtime'",
        answers: 'notes',
      },
    },
    {
      id: 'table added to supabase_realtime again',
      before:
        'create table public.notes (id int primary key); alter publication supabase_realtime add table public.notes',
      sql: 'alter publication supabase_realtime add table public.notes',
      hosted: '42710',
    },
    { id: 'supabase_realtime dropped', sql: 'drop publication supabase_realtime', hosted: 'ok' },
    {
      id: 'supabase_realtime made again',
      before: 'drop publication supabase_realtime',
      sql: 'create publication supabase_realtime for all tables',
      hosted: 'ok',
      owner: publication('supabase_realtime'),
    },
    {
      id: 'foreign data wrapper made',
      sql: 'create foreign data wrapper theirs',
      hosted: 'ok',
      owner: {
        of: "select fdwowner from pg_foreign_data_wrapper where fdwname = 'theirs'",
        is: 'postgres',
      },
    },
    {
      id: 'subscription made',
      sql: `create subscription theirs connection 'host=127.0.0.1 password=x' publication p
        with (connect = false)`,
      hosted: { 15: denied, 17: 'ok' },
      apart: [{ majors: [16, 17, 18], outcome: denied, why: 'it would open a connection to another server' }],
    },
    {
      id: 'access method made',
      sql: 'create access method theirs type index handler bthandler',
      hosted: denied,
    },
    {
      id: 'operator class made',
      sql: `create operator class theirs for type int4 using btree as operator 1 <, function 1 btint4cmp(int4, int4)`,
      hosted: denied,
    },
    { id: 'base type made', sql: 'create type theirs (input = textin, output = textout)', hosted: denied },
    {
      id: 'cast between built-in types made',
      sql: 'create cast (text as int) with inout',
      hosted: denied,
    },
    { id: 'enum made', sql: "create type public.mood as enum ('sad', 'ok')", hosted: 'ok' },
    { id: 'domain made', sql: 'create domain public.small as int check (value < 10)', hosted: 'ok' },
    {
      id: 'leakproof function made',
      sql: "create function public.leaky(text) returns bool language sql leakproof as 'select true'",
      hosted: denied,
    },
  ],
};
