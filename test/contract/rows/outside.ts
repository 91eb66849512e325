/** What leads out of the database: files, programs, code, other sessions. */
import type { ContractPart, ContractRow } from '../row.ts';

const denied = '42501';
const row = (sql: string, more: Partial<ContractRow> = {}): ContractRow => ({
  id: sql,
  sql,
  hosted: denied,
  ...more,
});

export const outside: ContractPart = {
  title: 'Out of the database',
  rows: [
    row("copy (select 1) to program 'true'"),
    row("copy (select 1) to '/tmp/gatekeeper-contract'"),
    row("copy public.notes from program 'true'", { before: 'create table public.notes (line text)' }),
    row("copy public.notes from '/etc/passwd'", { before: 'create table public.notes (line text)' }),
    row("select pg_read_file('/etc/passwd')"),
    row("select pg_ls_dir('.')"),
    row("select lo_import('/etc/passwd')"),
    row("select lo_export(1, '/tmp/gatekeeper-contract')"),
    row("load '/tmp/gatekeeper-contract.so'"),
    row("create function public.c() returns int language c as 'x', 'y'"),
    row('select pg_reload_conf()'),
    row("create tablespace theirs location '/tmp'", { alone: true }),
    row('update pg_catalog.pg_authid set rolsuper = true'),
    row("select pg_create_logical_replication_slot('theirs', 'pgoutput', true)", {
      alone: true,
      hosted: 'ok',
      apart: [
        {
          outcome: denied,
          why: 'an output plugin is loaded by any path, and a slot outlives the run',
        },
      ],
    }),
  ],
};
