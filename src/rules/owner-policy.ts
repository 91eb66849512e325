/** The SQL that protects a table: row level security, and a policy for owners where a column says who owns a row. */
import type { Catalog, ColumnObject, TableObject } from '../catalog/catalog.ts';
import { identifier } from '../database/quoting.ts';
import { spelled } from './wording.ts';

export interface Protection {
  readonly fix: string;
  /** Who reaches the table once the fix is in. */
  readonly outcome: string;
}

/** Written so that it can stand in rls.sql and run twice. Never opens anything to everybody. */
export function protectionOf(catalog: Catalog, table: TableObject): Protection {
  const enable = `alter table ${table.object} enable row level security;`;
  if (table.partitionBound !== null) {
    return {
      fix: enable,
      outcome:
        'Queries through the parent follow its policies as before; asked for by its own name, the partition shows nothing.',
    };
  }
  const columns = catalog.columns.filter((column) => column.table === table.object);
  const owner = ownerColumn(catalog, table, columns);
  if (owner === null) {
    return {
      fix: enable,
      outcome: 'Only service_role reaches it then; add a policy for each group of people who should.',
    };
  }
  const user = comparison(owner.type);
  if (user === null) {
    return {
      fix: enable,
      outcome: `Only service_role reaches it then: ${spelled(owner)} is ${owner.type}, which the uuid of auth.uid() cannot be compared with, so a policy has to look the user up.`,
    };
  }
  const name = identifier(`Owners reach their own rows`);
  const test = `(${user} = ${spelled(owner)})`;
  return {
    fix: [
      enable,
      `drop policy if exists ${name} on ${table.object};`,
      `create policy ${name} on ${table.object}`,
      '  for all to authenticated',
      `  using ${test}`,
      `  with check ${test};`,
    ].join('\n'),
    outcome: `Signed-in users then reach the rows whose ${spelled(owner)} is theirs, as far as grants allow; loosen or tighten that as the table needs.`,
  };
}

/** Null for types no user id can be compared with. */
function comparison(type: string): string | null {
  if (type === 'uuid') return '(select auth.uid())';
  return /^(text|character varying|character|citext)\b/.test(type) ? '(select auth.uid())::text' : null;
}

/** As people name the column that says whose row it is; capitals and underscores do not matter. */
const ownerNames = [
  'userid',
  'ownerid',
  'authuserid',
  'createdby',
  'authorid',
  'creatorid',
  'createdbyid',
  'owner',
  'useruuid',
];

function ownerColumn(
  catalog: Catalog,
  table: TableObject,
  columns: readonly ColumnObject[],
): ColumnObject | null {
  const key = catalog.constraints.find(
    ({ table: of, references, columns: names }) =>
      of === table.object && references === 'auth.users' && names.length === 1,
  );
  const referencing = columns.find(({ name }) => name === key?.columns[0]);
  if (referencing !== undefined) return referencing;
  for (const name of ownerNames) {
    const column = columns.find((one) => one.name.toLowerCase().replaceAll('_', '') === name);
    if (column !== undefined) return column;
  }
  return null;
}
