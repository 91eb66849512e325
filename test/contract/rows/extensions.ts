/** Extensions: the list that a hosted project lets through, and what it withholds. */
import type { ContractPart, ContractRow } from '../row.ts';

const denied = '42501';
const connects: Partial<ContractRow> = {
  apart: [
    {
      on: ['url'],
      outcome: 'not executed',
      why: 'it would open connections from the machine that the server is on',
    },
  ],
};
const owner = (name: string) => ({
  of: `select extowner from pg_extension where extname = '${name}'`,
  is: 'supabase_admin',
});

function made(name: string, more: Partial<ContractRow> = {}): ContractRow {
  const quoted = /^\w+$/.test(name) ? name : `"${name}"`;
  return {
    id: `${name} made`,
    sql: `create extension ${quoted} with schema extensions`,
    hosted: 'ok',
    owner: owner(name),
    extension: name,
    ...more,
  };
}

export const extensions: ContractPart = {
  title: 'Extensions',
  rows: [
    {
      id: 'uuid-ossp made if it is not there',
      sql: 'create extension if not exists "uuid-ossp" with schema extensions',
      hosted: 'ok',
    },
    { id: 'pgcrypto made if it is not there', sql: 'create extension if not exists pgcrypto', hosted: 'ok' },
    {
      id: 'pg_stat_statements made if it is not there',
      sql: 'create extension if not exists pg_stat_statements with schema extensions',
      hosted: 'ok',
    },
    {
      id: 'supabase_vault made if it is not there',
      sql: 'create extension if not exists supabase_vault with schema vault',
      hosted: 'ok',
      extension: 'supabase_vault',
    },
    made('citext'),
    made('pg_trgm'),
    made('btree_gist'),
    made('hstore'),
    made('moddatetime'),
    made('insert_username'),
    made('earthdistance', {
      sql: 'create extension earthdistance with schema extensions cascade',
    }),
    made('pgstattuple'),
    made('dblink', connects),
    made('postgres_fdw', connects),
    made('vector'),
    made('pg_cron', { sql: 'create extension pg_cron' }),
    {
      ...made('pg_cron', { sql: 'create extension if not exists pg_cron with schema extensions' }),
      id: 'pg_cron asked for in another schema',
      seen: {
        says: 'it lies in pg_catalog all the same',
        asks: "select extnamespace::regnamespace::text from pg_extension where extname = 'pg_cron'",
        answers: 'pg_catalog',
      },
    },
    made('pg_net'),
    made('pgmq', { sql: 'create extension pgmq' }),
    made('pg_graphql', { sql: 'create extension pg_graphql' }),
    made('pg_jsonschema'),
    made('http'),
    made('postgis'),
    made('pgtap'),
    made('timescaledb', {
      hosted: { 15: 'ok', 17: '0A000' },
      apart: [{ majors: [16, 17, 18], outcome: denied, why: 'refused before it is sent, with the reason' }],
    }),
    { id: 'file_fdw made', sql: 'create extension file_fdw', hosted: denied },
    { id: 'pageinspect made', sql: 'create extension pageinspect', hosted: denied },
    { id: 'xml2 made', sql: 'create extension xml2', hosted: denied },
    {
      id: 'extension that nobody knows made',
      sql: 'create extension gatekeeper_nobody_knows',
      hosted: '0A000',
      apart: [
        {
          outcome: 'not executed',
          why: 'a hosted project may have it one day: it is left out and said',
        },
      ],
    },
    {
      id: 'extension dropped',
      before: 'create extension citext with schema extensions',
      sql: 'drop extension citext',
      hosted: 'ok',
    },
    { id: 'pgcrypto dropped', sql: 'drop extension pgcrypto', hosted: 'ok' },
    {
      id: 'extension moved',
      before: 'create schema app; create extension citext with schema extensions',
      sql: 'alter extension citext set schema app',
      hosted: 'ok',
    },
    {
      id: 'extension updated',
      before: 'create extension citext with schema extensions',
      sql: 'alter extension citext update',
      hosted: 'ok',
    },
    {
      id: 'comment on an extension',
      before: 'create extension citext with schema extensions',
      sql: "comment on extension citext is 'without case'",
      hosted: 'ok',
    },
    {
      id: 'comment on an extension that a project is born with',
      sql: "comment on extension pgcrypto is 'as pg_dump writes it'",
      hosted: 'ok',
    },
    {
      id: 'vector column and index',
      before:
        'create extension vector with schema extensions; create table public.docs (e extensions.vector(1536))',
      sql: 'create index on public.docs using hnsw (e extensions.vector_cosine_ops)',
      hosted: 'ok',
      extension: 'vector',
    },
    {
      id: 'job scheduled',
      before: 'create extension pg_cron',
      sql: "select cron.schedule('nightly', '0 3 * * *', 'select 1')",
      hosted: 'ok',
      extension: 'pg_cron',
    },
    {
      id: 'job written without its function',
      before: 'create extension pg_cron',
      sql: "insert into cron.job (schedule, command) values ('0 3 * * *', 'select 1')",
      hosted: denied,
      extension: 'pg_cron',
    },
    {
      id: 'updated_at kept by moddatetime',
      before:
        'create extension moddatetime with schema extensions; create table public.notes (updated_at timestamptz)',
      sql: `create trigger touched before update on public.notes
        for each row execute function extensions.moddatetime(updated_at)`,
      hosted: 'ok',
    },
    { id: 'uuid_generate_v4() without its schema', sql: 'select uuid_generate_v4()', hosted: 'ok' },
  ],
};
