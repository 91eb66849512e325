/** Reports made by hand, for the texts: each is one thing that a reader can meet. */
import type { Report } from '../../src/report/report.ts';
import { change, finding, migration, statement } from './parts.ts';

export const base = Array.from({ length: 37 }, (_, index) =>
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
  postgres: {
    source: 'embedded',
    version: '17.10',
    image: null,
    chosen: 'embedded: the first that works here',
    tried: [],
    standIns: [],
  },
  platform: 'supabase',
  platformWhy: 'nothing says otherwise',
  outcomes: { executed: 4, standIn: 0, notExecuted: 0, failed: 0 },
  jobs: [],
  applier: {
    kind: 'drizzle',
    why: 'apps/server/drizzle/meta/_journal.json is there',
    layout: 'journal',
    layoutAtBase: 'journal',
    transaction: 'all',
  },
  moved: null,
  schema: { state: 'in-sync', kit: 'drizzle-kit 0.31.11', file: 'apps/server/src/db/schema.ts' },
  dataApiGrants: 'explicit',
  fingerprint: null,
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
