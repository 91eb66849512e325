/** Reports of runs whose server was not all that the SQL asked for. */
import type { Report } from '../../src/report/report.ts';
import { base, harmless } from './examples.ts';
import { finding, migration, statement } from './parts.ts';

/** A server that lacks an extension: the rest was tried, partly against stand-ins. */
export const partlyTried: Report = {
  ...harmless,
  plan: '5c1e40aa7d33'.padEnd(64, '0'),
  postgres: {
    source: 'embedded',
    version: '17.10',
    image: null,
    chosen: 'embedded: docker has none of what it lacks',
    tried: [{ adapter: 'docker', reason: 'no engine answers at /var/run/docker.sock' }],
    standIns: ['pg_cron', 'vector'],
  },
  outcomes: { executed: 1, standIn: 3, notExecuted: 1, failed: 0 },
  jobs: [
    { name: 'old', schedule: '0 4 * * *', command: 'select 1', active: true, state: 'removed' },
    {
      name: 'sweep',
      schedule: '0 3 * * *',
      command: "delete from note where at < now() - interval '30 days'",
      active: true,
      state: 'new',
    },
    { name: null, schedule: '30 seconds', command: 'call | tick()', active: false, state: 'new' },
    { name: 'weekly', schedule: '0 0 * * 0', command: 'vacuum note', active: true, state: 'standing' },
  ],
  migrations: [
    ...base,
    migration('0037_search', [
      statement(1, 'CREATE EXTENSION vector WITH SCHEMA extensions', {
        outcome: 'stand-in',
        because: 'vector',
      }),
      statement(2, 'CREATE EXTENSION pgroonga WITH SCHEMA extensions', {
        outcome: 'not-executed',
        because: 'this server does not have the extension pgroonga',
      }),
      statement(3, 'ALTER TABLE "note" ADD COLUMN "embedding" extensions.vector(1536)', {
        outcome: 'stand-in',
        because: 'vector',
      }),
      statement(4, "SELECT cron.schedule('sweep', '0 3 * * *', 'delete from note')", {
        outcome: 'stand-in',
        because: 'pg_cron',
      }),
      statement(5, 'ALTER TABLE "note" ADD COLUMN "body" text'),
    ]),
  ],
  changes: [],
  findings: [
    finding({
      rule: 'statement-not-executed',
      severity: 'warning',
      object: 'pgroonga',
      file: 'apps/server/drizzle/0037_search.sql',
      line: 2,
      title: 'The extension pgroonga could not be created here',
      detail: 'This server does not have the extension pgroonga. What was tried is the change without it.',
      remedy:
        'Let the gate use a server that has pgroonga: `postgres: docker`, `postgres: local`, or the URL of a throw-away server. Or accept it with a reason.',
    }),
  ],
  notChecked: [
    {
      what: 'the command of the job 30 seconds',
      why: 'Postgres cannot read it as SQL, and pg_cron would find that out each time it runs it',
      prominent: true,
    },
    { what: 'rows of public.note', why: 'no sample rows could be made: 22P02' },
  ],
};

/** Taken for a project that is not on Supabase, without anybody having said so. */
export const plainPostgres: Report = {
  ...harmless,
  platform: 'postgres',
  platformWhy: 'drizzle/0000_start.sql:1 makes a schema auth of its own',
  notChecked: [
    {
      what: 'who can read and write what',
      why: 'this was taken for a project that does not run on Supabase, since drizzle/0000_start.sql:1 makes a schema auth of its own; the option `platform: supabase` says otherwise',
      prominent: true,
    },
  ],
};
