/** A server with a trap in it, and SQL sent to it as the user's: whoever springs the trap as a superuser is seen. */
import { afterAll, beforeAll } from 'vitest';
import type { MajorVersion, Server, Session } from '../../src/database/database.ts';
import { parseSql } from '../../src/history/statements.ts';
import { deadlines } from '../../src/replay/deadline.ts';
import { type Answer, type Executor, openExecutor } from '../../src/replay/executor.ts';
import { guardExtensions } from '../../src/replay/extension-guard.ts';
import { hosted } from '../../src/replay/hosted/hosted.ts';
import { single, startIfThere } from '../server.ts';

/** A sequence keeps its number when the transaction is undone. */
export const trap = `
create sequence public.caught;
create function public.note() returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = current_user) then
    perform pg_catalog.nextval('public.caught');
  end if;
  begin
    execute 'alter role postgres superuser';
    perform pg_catalog.nextval('public.caught');
  exception when others then null;
  end;
end $$;
create function public.noting() returns event_trigger language plpgsql as $$ begin perform public.note(); end $$;
create function public.noted(text) returns bool language plpgsql as $$ begin perform public.note(); return true; end $$;
create domain public.trapped as text check (public.noted(value));
create type public.trapping as (x public.trapped);
`;

export interface Ground {
  /** null, and why: this version cannot be had here. */
  server: Server | null;
  missing: string;
  observer: Session;
  executor: Executor;
}

/** One server for all tests of a describe block. */
export function ground(majorVersion: MajorVersion): Ground {
  const held = { server: null, missing: '' } as unknown as Ground;
  beforeAll(async () => {
    const { server, missing } = await startIfThere(majorVersion);
    held.missing = missing;
    if (server === null) return;
    held.server = server;
    held.observer = await server.connect('supabase_admin');
    held.executor = hosted(
      await openExecutor(server, 'postgres', held.observer, deadlines(60_000, 600_000)),
      held.observer,
      { platform: 'supabase', majorVersion, foundation: 'own', standIns: server.standIns },
    );
    // As every replay has it.
    await guardExtensions(held.observer);
    const { error } = await held.executor.run(trap);
    if (error !== null) throw new Error(error.message);
  });
  afterAll(async () => {
    await held.executor?.close();
    await held.server?.stop();
  });
  return held;
}

/** As the user's statements, past those that fail, in one transaction that is undone. */
export async function attempt(executor: Executor, statements: readonly string[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  await executor.run('begin');
  for (const sql of statements) {
    const parsed = await parseSql(sql);
    const node = 'statements' in parsed ? (parsed.statements[0]?.node ?? null) : null;
    await executor.run('savepoint attempt');
    const answer = await executor.run(sql, node);
    if (answer.error !== null) await executor.run('rollback to attempt');
    answers.push(answer);
  }
  await executor.run('set constraints all immediate');
  await executor.run('rollback');
  return answers;
}

/** `ok`, `not-executed`, or the SQLSTATE. */
export function outcomeOf({ error, treated }: Answer): string {
  return error?.sqlstate ?? treated?.outcome ?? 'ok';
}

export async function isCaught(observer: Session): Promise<boolean> {
  return (await single(observer, 'select is_called from public.caught')) === true;
}

/** Roles that are superusers, and what `postgres` is a member of though it must not be. */
export async function mighty(observer: Session): Promise<unknown> {
  return observer.query(`select rolname::text as role from pg_roles where rolsuper
    union all
    select roleid::regrole::text from pg_auth_members
    where member = 'postgres'::regrole and roleid::regrole::text ~ 'supabase_.*admin|pg_.*server'`);
}
