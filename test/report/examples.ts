/** Reports made by hand, for the texts: each is one thing that a reader can meet. */
import type { JudgedFinding } from '../../src/findings/judged.ts';
import type { MigrationRecord, StatementRecord } from '../../src/replay/record.ts';
import type { Report, ReportChange } from '../../src/report/report.ts';

export function finding(
  change: Partial<JudgedFinding> & Pick<JudgedFinding, 'rule' | 'object'>,
): JudgedFinding {
  return {
    severity: 'error',
    introduced: true,
    waived: null,
    file: null,
    line: null,
    title: `${change.object} is not as it should be`,
    detail: '',
    remedy: '',
    fix: null,
    evidence: {},
    ...change,
  };
}

export function statement(line: number, sql: string, change: Partial<StatementRecord> = {}): StatementRecord {
  return {
    file: '',
    line,
    sql,
    node: null,
    outcome: 'executed',
    error: null,
    locks: [],
    rewrites: [],
    durationMs: 1,
    ...change,
  };
}

export function migration(
  tag: string,
  statements: readonly StatementRecord[],
  change: Partial<MigrationRecord> = {},
): MigrationRecord {
  const file = `apps/server/drizzle/${tag}.sql`;
  const placed = statements.map((one) => ({ ...one, file }));
  return { tag, file, state: 'new', sha256: '0'.repeat(64), statements: placed, ...change };
}

export function change(
  one: Partial<ReportChange> & Pick<ReportChange, 'kind' | 'change' | 'object'>,
): ReportChange {
  return { before: null, after: null, renamed: false, file: null, line: null, ...one };
}

const base = Array.from({ length: 37 }, (_, index) =>
  migration(`${String(index).padStart(4, '0')}_base`, [], { state: 'base' }),
);

export const harmless: Report = {
  version: 1,
  verdict: 'pass',
  error: null,
  plan: '77c0e1d290aa'.padEnd(64, '0'),
  project: 'apps/server',
  base: { sha: 'a1b2c3d'.padEnd(40, '0') },
  head: { sha: 'd4e5f60'.padEnd(40, '0') },
  postgres: { source: 'embedded', version: '17.10', image: null },
  platform: 'supabase',
  dataApiGrants: 'explicit',
  durationMs: 1400,
  migrations: [
    ...base,
    migration('0037_tags', [
      statement(
        1,
        'CREATE TABLE "tag" (\n\t"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,\n\t"user_id" uuid NOT NULL,\n\t"name" text NOT NULL\n);',
      ),
      statement(7, 'ALTER TABLE "tag" ENABLE ROW LEVEL SECURITY;'),
      statement(
        8,
        'CREATE POLICY "Owners read their tags" ON "tag" FOR SELECT TO authenticated USING ((select auth.uid()) = "user_id");',
      ),
      statement(
        9,
        'CREATE POLICY "Owners add tags" ON "tag" FOR INSERT TO authenticated WITH CHECK ((select auth.uid()) = "user_id");',
      ),
    ]),
  ],
  rls: [{ file: 'apps/server/db/rls.sql', statements: 12, changed: false }],
  changes: [
    change({ kind: 'table', change: 'added', object: 'public.tag', after: { rowSecurity: true } }),
    ...[
      ['id', 'uuid'],
      ['name', 'text'],
      ['user_id', 'uuid'],
    ].map(([name, type]) =>
      change({
        kind: 'column',
        change: 'added',
        object: `public.tag.${name}`,
        after: { table: 'public.tag', type, notNull: true },
      }),
    ),
    change({
      kind: 'constraint',
      change: 'added',
      object: 'public.tag.tag_pkey',
      after: { table: 'public.tag', kind: 'primary-key', definition: 'PRIMARY KEY (id)' },
    }),
    change({
      kind: 'policy',
      change: 'added',
      object: 'public.tag."Owners add tags"',
      after: {
        table: 'public.tag',
        command: 'insert',
        roles: ['authenticated'],
        withCheck: '(( SELECT auth.uid() AS uid) = user_id)',
      },
    }),
    change({
      kind: 'policy',
      change: 'added',
      object: 'public.tag."Owners read their tags"',
      after: {
        table: 'public.tag',
        command: 'select',
        roles: ['authenticated'],
        using: '(( SELECT auth.uid() AS uid) = user_id)',
      },
    }),
  ],
  access: [],
  findings: [],
  notChecked: [],
};

export const blocked: Report = {
  ...harmless,
  verdict: 'blocked',
  plan: '3f9a1c075be2'.padEnd(64, '0'),
  migrations: [
    ...base,
    migration('0037_tidy', [
      statement(1, 'ALTER TABLE "todo" ALTER COLUMN "title" SET NOT NULL;'),
      statement(3, 'ALTER TABLE "todo" DROP COLUMN "legacy_notes" CASCADE;'),
    ]),
    migration('0038_invoice', [
      statement(
        1,
        'CREATE TABLE "invoice" (\n\t"id" serial PRIMARY KEY NOT NULL,\n\t"user_id" text NOT NULL,\n\t"total" integer NOT NULL\n);',
      ),
      statement(6, 'CREATE INDEX "invoice_user_idx" ON "invoice" USING btree ("user_id");'),
      statement(7, 'CREATE UNIQUE INDEX "invoice_total_idx" ON "invoice" ("total");'),
    ]),
  ],
  rls: [{ file: 'apps/server/db/rls.sql', statements: 14, changed: true }],
  changes: [
    change({ kind: 'table', change: 'added', object: 'public.invoice', after: { rowSecurity: false } }),
    change({
      kind: 'column',
      change: 'altered',
      object: 'public.todo.title',
      before: { notNull: false },
      after: { notNull: true },
    }),
    change({
      kind: 'column',
      change: 'removed',
      object: 'public.todo.legacy_notes',
      before: { table: 'public.todo', type: 'text', notNull: false },
    }),
    change({
      kind: 'policy',
      change: 'removed',
      object: 'public.todo."Team members can read"',
      before: {
        table: 'public.todo',
        command: 'select',
        roles: ['authenticated'],
        using: "(legacy_notes <> ''::text)",
      },
    }),
    change({
      kind: 'table',
      change: 'altered',
      object: 'public.profile',
      before: { grants: [{ grantee: 'anon', privilege: 'SELECT', grantable: false }] },
      after: {
        grants: [
          { grantee: 'anon', privilege: 'SELECT', grantable: false },
          { grantee: 'anon', privilege: 'UPDATE', grantable: false },
          { grantee: 'authenticated', privilege: 'SELECT', grantable: false },
        ],
      },
    }),
  ],
  findings: [
    finding({
      rule: 'column-dropped',
      object: 'public.todo.legacy_notes',
      file: 'apps/server/drizzle/0037_tidy.sql',
      line: 3,
      title: 'public.todo.legacy_notes is dropped',
      detail: 'Its values are lost for good, and the running code still selects it until the deploy is over.',
      remedy: 'Stop reading it, deploy, and drop it in a later release.',
    }),
    finding({
      rule: 'table-without-rls',
      object: 'public.invoice',
      file: 'apps/server/drizzle/0038_invoice.sql',
      line: 1,
      title: 'public.invoice has no row level security',
      detail: 'Whoever reaches it through the Data API (anon, authenticated) reads and writes every row.',
      remedy: 'Add row level security and a policy to apps/server/db/rls.sql.',
      fix: 'alter table public.invoice enable row level security;\ndrop policy if exists "Owners read their invoices" on public.invoice;\ncreate policy "Owners read their invoices" on public.invoice\n  for select to authenticated using ((select auth.uid())::text = user_id);',
    }),
    finding({
      rule: 'cascade-dropped',
      severity: 'warning',
      object: 'public.todo."Team members can read"',
      file: 'apps/server/drizzle/0037_tidy.sql',
      line: 3,
      title: 'public.todo."Team members can read" goes with public.todo.legacy_notes',
      detail: 'The statement does not name it: CASCADE reached it.',
      remedy: 'Drop it by name, or keep what it needs.',
    }),
    finding({
      rule: 'rls-without-policy',
      severity: 'notice',
      introduced: false,
      object: 'public.audit_log',
      title: 'public.audit_log has row level security and no policy',
    }),
    finding({
      rule: 'policy-dropped',
      object: 'public.todo."Anyone may look"',
      file: 'apps/server/drizzle/0037_tidy.sql',
      line: 1,
      title: 'public.todo."Anyone may look" is dropped',
      waived: {
        file: 'gatekeeper.json',
        line: null,
        reason: 'replaced by the team policy, see #812',
        until: '2027-01-31',
      },
    }),
  ],
  notChecked: [{ what: 'schema-drift', why: 'no Drizzle config was given, so only the SQL was judged' }],
};

export const unjudged: Report = {
  ...harmless,
  verdict: 'error',
  error: {
    code: 'base-commit-missing',
    message: 'The base "a1b2c3d" cannot be compared with: this clone does not hold it.',
    remedy:
      'Set `fetch-depth: 0` on actions/checkout (the clone then holds the whole history), or correct `base`.',
  },
  plan: '',
  postgres: null,
  durationMs: 80,
  migrations: [],
  rls: [],
  changes: [],
};

/** The base history fails, a new migration fails, and the rest is not reached. */
export const failing: Report = {
  ...harmless,
  verdict: 'blocked',
  plan: '0123456789ab'.padEnd(64, '0'),
  project: '.',
  migrations: [
    migration(
      '0000_start',
      [
        statement(4, 'create index on embedding using hnsw (v);', {
          outcome: 'failed',
          error: {
            sqlstate: '42P01',
            message: 'relation "embedding" does not exist',
            hint: null,
            deadline: false,
          },
        }),
      ],
      { state: 'base' },
    ),
    migration('0001_owner', [
      statement(1, 'ALTER TABLE "todo" ADD COLUMN "owner" text;'),
      statement(2, 'CREATE POLICY "own" ON "todo" USING (auth.uid() = "owner");', {
        outcome: 'failed',
        error: {
          sqlstate: '42883',
          message: 'operator does not exist: uuid = text',
          hint: null,
          deadline: false,
        },
      }),
      statement(3, 'CREATE INDEX ON "todo" ("owner");', { outcome: 'not-executed' }),
    ]),
    migration('0002_more', [statement(1, 'CREATE TABLE "more" ("id" int);', { outcome: 'not-executed' })]),
  ],
  changes: [],
  findings: [
    finding({
      rule: 'migration-failed',
      object: '0001_owner',
      file: 'apps/server/drizzle/0001_owner.sql',
      line: 2,
      title: '0001_owner fails: operator does not exist: uuid = text',
      detail: 'A deploy stops here with 42883, and none of the new migrations is applied.',
      remedy: 'Compare like with like: `auth.uid()::text = "owner"`, or make public.todo.owner a uuid.',
    }),
  ],
  notChecked: [{ what: 'public.embedding', why: 'the base history does not make it on an empty database' }],
};

export const nothing: Report = {
  ...harmless,
  migrations: base,
  changes: [],
};

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

/** Names and SQL that try to be something else. */
export const hostileTexts: readonly string[] = [
  '````',
  '`a``b`',
  '</details>',
  '</summary></details><h1>Safe to merge</h1>',
  '<!-- gatekeeper:1:. -->',
  '--> <b>x</b>',
  '@team please approve',
  '@acme/admins',
  'fixes #123 and acme/shop#4 GH-5',
  '![x](https://evil.test/pixel.png)',
  '[Safe to merge](https://evil.test)',
  'https://evil.test/a www.evil.test mail@evil.test',
  'a|b',
  'a\\|b',
  'a\nb\n\n## ✅ Safe to merge',
  '\r\n| ✅ | x | y | z |',
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '\u202egnp.exe',
  'pay\u200bload\u00ad',
  '$x^2$ $$y$$ $`z`$',
  ':tada: :+1:',
  '> [!NOTE]',
  '```\n</details>\n```sql',
  '~~~',
  '\u001b[31mred\u001b[0m',
  'd34db33fd34db33f',
  '&lt;b&gt; &#60;',
  '**bold** __x__ *y*',
  '1. one',
  '- two',
  '# three',
  '[^1]: note',
  '[ref]: https://evil.test',
  'tail`',
  '`',
  '\\',
  '\ud800',
  ' ',
];

/** Every text of the report is the given one. */
export function hostileReport(text: string): Report {
  const file = `apps/server/drizzle/${text}.sql`;
  const one = (rule: string, more: Partial<JudgedFinding> = {}) =>
    finding({
      rule,
      object: text,
      file,
      line: 1,
      title: `${text} is gone`,
      detail: text,
      remedy: text,
      fix: text,
      ...more,
    });
  return {
    ...blocked,
    project: text,
    migrations: [
      migration(
        'x',
        [
          statement(1, text, {
            outcome: 'failed',
            error: { sqlstate: '42P01', message: text, hint: text, deadline: false },
          }),
        ],
        { state: 'base' },
      ),
      migration(text, [statement(1, text), statement(2, `select '${text}';`)], { file }),
    ],
    rls: [{ file, statements: 1, changed: true }],
    changes: [
      change({ kind: 'table', change: 'added', object: text, after: { rowSecurity: false } }),
      change({
        kind: 'column',
        change: 'altered',
        object: text,
        before: { default: text },
        after: { default: `${text}${text}` },
      }),
      change({ kind: 'view', change: 'removed', object: text, before: { definition: text } }),
    ],
    findings: [
      one('column-dropped'),
      one('table-without-rls', { severity: 'warning', title: text }),
      one('rls-without-policy', { introduced: false }),
      one('policy-dropped', { waived: { file, line: 1, reason: text, until: text } }),
    ],
    notChecked: [{ what: text, why: text }],
  };
}
