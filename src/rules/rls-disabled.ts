/** rls-disabled: a table that was protected no longer is. */
import type { TableObject } from '../catalog/catalog.ts';
import type { Place } from '../replay/record.ts';
import { at } from './cause.ts';
import { reachOf, reachWords } from './reach.ts';
import type { ChangeRule, Evidence, State } from './rule.ts';

export const rlsDisabled: ChangeRule = {
  meta: {
    id: 'rls-disabled',
    title: 'Row level security was switched off',
    category: 'access',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      'A table of the base state, told by its oid, had row level security on and has it off at head.',
    effect: 'Its policies are no longer asked: every role with a grant reaches every row.',
    remedy:
      'Take the statement out. drizzle-kit writes DISABLE ROW LEVEL SECURITY when the last policy leaves the Drizzle schema, and `push` does it for every table whose policies it does not know: keep a policy or `.enableRLS()` there.',
    silentWhen: 'The table is dropped (drizzle-kit disables it first), or it is on again at head.',
  },
  scope: 'change',
  check: (evidence) => {
    const { base, head } = evidence;
    if (base === null || head === null) return [];
    const before = new Set(
      base.catalog.tables.filter(({ rowSecurity }) => rowSecurity).map(({ oid }) => oid),
    );
    return head.catalog.tables
      .filter((table) => before.has(table.oid) && !table.rowSecurity)
      .map((table) => {
        const policies = head.catalog.policies.filter((policy) => policy.table === table.object);
        return {
          object: table.object,
          ...at(placeOf(table, evidence)),
          title: `Row level security of ${table.object} is switched off`,
          detail: `Its policies are no longer asked${today(head, table)}.`,
          remedy:
            'Take the statement out, and keep a policy or `.enableRLS()` on the table in the Drizzle schema.',
          fix: `alter table ${table.object} enable row level security;`,
          evidence: { table: table.object, policies: policies.map(({ name }) => name) },
        };
      });
  },
};

function today({ catalog, platform }: State, table: TableObject): string {
  if (platform === 'postgres') return ': every role with a grant reaches every row';
  const words = reachWords(reachOf(catalog, table));
  return words === null
    ? '; no grant lets anon or authenticated in today, and the first one opens every row'
    : `: ${words}`;
}

/** Several statements may have altered the table: the one that speaks of row security is shown. */
function placeOf(table: TableObject, { replay, place }: Evidence): Place | null {
  const sqlAt = new Map(
    [...(replay?.new ?? []), ...(replay?.headRls?.files ?? [])].flatMap(({ statements }) =>
      statements.map(({ file, line, sql }) => [`${file}:${line}`, sql] as const),
    ),
  );
  const speaking = (replay?.touched ?? []).flatMap(({ oid, place: where }) => {
    const sql = where === null || oid !== table.oid ? undefined : sqlAt.get(`${where.file}:${where.line}`);
    return sql?.toLowerCase().includes('row level security') ? [where] : [];
  });
  return speaking.at(-1) ?? place(table.object);
}
