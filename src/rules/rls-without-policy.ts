/** rls-without-policy: a protected table nobody but service_role can reach; often meant so, sometimes forgotten. */
import { at } from './cause.ts';
import { thosePast } from './reach.ts';
import type { State, StateRule } from './rule.ts';

export const rlsWithoutPolicy: StateRule = {
  meta: {
    id: 'rls-without-policy',
    title: 'A protected table has no policy',
    category: 'access',
    severity: 'notice',
    configurable: true,
    waivable: true,
    firesWhen:
      'A table in a schema the Data API serves (on plain `postgres`: in any schema of the project) has row level security on and no policy at the end of the pull request.',
    effect:
      'Every query of anon and authenticated finds no rows, without an error. Right for tables only the server uses; a riddle where an app should read.',
    remedy: 'If people should reach rows, write a policy for them. If not, nothing is to be done.',
    silentWhen:
      "The table is a partition (queries through its parent follow the parent's policies), Drizzle's migrations table or an extension's; or the pull request dropped the last policy, which `policy-dropped` or `cascade-dropped` says.",
  },
  scope: 'state',
  check: (state) => {
    const withPolicy = new Set(state.catalog.policies.map(({ table }) => table));
    return state.catalog.tables
      .filter(
        ({ object, schema, name, rowSecurity, extension, partitionBound }) =>
          rowSecurity &&
          !withPolicy.has(object) &&
          extension === null &&
          partitionBound === null &&
          isServed(state, schema) &&
          !(state.migrationsTable?.schema === schema && state.migrationsTable.name === name),
      )
      .map(({ object }) => ({
        object,
        ...at(state.place(object)),
        title: `${object} has row level security and no policy`,
        detail: `Only ${thosePast(state.platform)} can reach its rows; others find none, and get no error. That is right for a table only the server uses.`,
        remedy: 'Write a policy if people should reach rows; if not, leave it as it is.',
        fix: null,
        evidence: {},
      }));
  },
};

function isServed({ platform, exposedSchemas }: State, schema: string): boolean {
  return platform === 'postgres' || exposedSchemas.includes(schema);
}
