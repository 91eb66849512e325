import { expect, test } from 'vitest';
import type { Row } from '../../src/database/database.ts';
import { outcomes, replayed } from './project.ts';

test('no event trigger of the project’s is a superuser in the script of an extension', async () => {
  const inBlock = (sql: string) => `do $$ begin execute '${sql}'; end $$;`;
  const seen: Row[] = [];
  const result = await replayed(
    {
      base: [
        // Without event triggers a block may make what is trusted.
        inBlock('create extension citext schema extensions'),
        'create table public.seen (who text);',
        `create function public.spy() returns event_trigger language plpgsql as $$
          begin
            insert into public.seen values (current_user);
            if (select rolsuper from pg_roles where rolname = current_user) then
              execute 'alter role postgres superuser';
            end if;
          end
        $$;
        create event trigger spy on ddl_command_end execute function public.spy();`,
      ],
      new: [
        'create extension hstore schema extensions;',
        'create table public.made (id int);',
        inBlock('create extension ltree schema extensions'),
      ],
    },
    { platform: 'supabase', transaction: 'each', seedRows: 0 },
    async (session, moment) => {
      if (moment !== 'head') return;
      seen.push(
        ...(await session.query(
          `select (select json_agg(distinct who) from public.seen) as who, rolsuper,
            (select count(*)::int from pg_event_trigger) as triggers
          from pg_roles where rolname = 'postgres'`,
        )),
      );
    },
  );
  expect(outcomes(result.base)).toEqual([['executed'], ['executed'], ['executed', 'executed']]);
  expect(outcomes(result.new)).toEqual([['executed'], ['executed'], ['42501']]);
  expect(result.failed?.error?.hint).toBe('Write CREATE EXTENSION as a statement of its own.');
  expect(seen).toEqual([{ who: ['postgres'], rolsuper: false, triggers: 2 }]);
});
