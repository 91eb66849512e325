/** unsafe-push: the schema is pushed to a database that is not a developer's own. */
import { historyRule } from './history-problem.ts';

export const unsafePush = historyRule(
  {
    id: 'unsafe-push',
    title: 'drizzle-kit push is run against a database that is not local',
    category: 'history',
    severity: 'warning',
    configurable: true,
    waivable: true,
    firesWhen:
      'A script of package.json, or a workflow with the scripts it calls, runs `drizzle-kit push`, and something says that the database is not local: a host or a URL, a secret, a name with `prod`, `staging` or `live` in it, a script or workflow that deploys, or ssh.',
    effect:
      'What push would do is seen by nobody beforehand: it makes the database equal to the schema, switches row level security off, and drops policies, views and indexes that the schema does not declare, without asking.',
    remedy:
      'Commit migrations (`drizzle-kit generate`) and let the deploy apply them (`drizzle-kit migrate`); keep `push` for a database of your own.',
    silentWhen:
      'Nothing says where the database is (a script `db:push` for developers), or something says that it is local, for tests, for development or made for the occasion: its URL, its name, a service of the job, `supabase start` before it.',
  },
  {
    title: ({ object }) => `${object} pushes the schema to a database that is not local`,
    titleOfMany: (objects, n) => `${n} scripts push the schema to databases that are not local: ${objects}`,
    effect:
      'push makes the database equal to the schema before anybody has seen the SQL: it switches row level security off and drops policies, views and indexes that the schema does not declare.',
    oneAct: true,
  },
);
