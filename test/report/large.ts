/** Reports that do not fit: three hundred findings, two megabytes of SQL. */
import type { Report } from '../../src/report/report.ts';
import { base, harmless } from './examples.ts';
import { change, finding, migration, statement } from './parts.ts';

const many = Array.from({ length: 300 }, (_, index) => {
  const severity = index % 3 === 0 ? 'error' : index % 3 === 1 ? 'warning' : 'notice';
  return finding({
    rule: 'table-without-rls',
    severity,
    object: `public.table_${index}`,
    file: 'apps/server/drizzle/0037_many.sql',
    line: index + 1,
    title: `public.table_${index} has no row level security`,
    detail: 'Whoever reaches it through the Data API reads and writes every row. '.repeat(8),
    remedy: 'Add row level security and a policy to your rls.sql. '.repeat(8),
    fix: `alter table public.table_${index} enable row level security;`,
  });
});

export const manyFindings: Report = {
  ...harmless,
  verdict: 'blocked',
  migrations: [
    ...base,
    migration(
      '0037_many',
      many.map((_, index) => statement(index + 1, `CREATE TABLE "table_${index}" ("id" int);`)),
    ),
  ],
  changes: many.map(({ object }) =>
    change({ kind: 'table', change: 'added', object, after: { rowSecurity: false } }),
  ),
  findings: many,
  notChecked: many.map(({ object }) => ({ what: object, why: 'it could not be given rows' })),
};

/** Two megabytes: one statement of one line, one of many lines with the finding deep inside, many safe files. */
export const hugeSql: Report = {
  ...harmless,
  verdict: 'blocked',
  migrations: [
    ...base,
    migration('0037_seed', [
      statement(1, `INSERT INTO "todo" ("title") VALUES ${"('x'),".repeat(150_000)}('y');`),
      statement(
        2,
        `INSERT INTO "todo" ("title") VALUES\n${"('a row of its own'),\n".repeat(40_000)}('last');`,
      ),
      statement(40_003, 'DROP TABLE "invoice";'),
      statement(40_004, `SELECT 1${'\n\n'.repeat(500)};`),
    ]),
    ...Array.from({ length: 60 }, (_, index) =>
      migration(`00${38 + index}_safe`, [
        statement(1, `CREATE TABLE "t${index}" (\n${'\t"c" int,\n'.repeat(300)}\t"z" int\n);`),
      ]),
    ),
  ],
  changes: [
    change({ kind: 'table', change: 'removed', object: 'public.invoice', before: { rowSecurity: true } }),
  ],
  findings: [
    finding({
      rule: 'table-dropped',
      object: 'public.invoice',
      file: 'apps/server/drizzle/0037_seed.sql',
      line: 40_003,
      title: 'public.invoice is dropped',
      detail: 'All of its rows are lost.',
      remedy: 'Keep it until nothing reads it.',
    }),
  ],
};
