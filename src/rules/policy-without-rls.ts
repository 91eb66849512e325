/** policy-without-rls: policies that were written and protect nothing, because nobody switched them on. */
import { identifier } from '../database/quoting.ts';
import { at } from './cause.ts';
import type { StateRule } from './rule.ts';
import { count, listed } from './wording.ts';

export const policyWithoutRls: StateRule = {
  meta: {
    id: 'policy-without-rls',
    title: 'A policy is not enforced',
    category: 'access',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      'A table, in whichever schema, has policies at the end of the pull request and its row level security is off.',
    effect:
      'Postgres does not ask the policies: the table looks protected in review and in the dashboard, and every role with a grant reaches every row.',
    remedy: 'Enable row level security on the table, in the migration or in `rls.sql`.',
    silentWhen:
      'An extension owns the table, or the pull request itself switched the protection off (`rls-disabled`).',
  },
  scope: 'state',
  check: ({ catalog, place }) =>
    catalog.tables.flatMap((table) => {
      if (table.rowSecurity || table.extension !== null) return [];
      const policies = catalog.policies.filter((policy) => policy.table === table.object);
      const [first] = policies;
      if (first === undefined) return [];
      const names = policies.map(({ name }) => identifier(name));
      return [
        {
          object: table.object,
          ...at(place(first.object) ?? place(table.object)),
          title: `${count(policies.length, 'policy')} of ${table.object} ${policies.length === 1 ? 'is' : 'are'} not enforced: row level security is off`,
          detail: `${listed(names)} ${policies.length === 1 ? 'looks' : 'look'} like protection, and Postgres does not ask ${policies.length === 1 ? 'it' : 'them'}.`,
          remedy: 'Enable row level security on the table, in the migration or in `rls.sql`.',
          fix: `alter table ${table.object} enable row level security;`,
          evidence: { policies: policies.map(({ name }) => name) },
        },
      ];
    }),
};
