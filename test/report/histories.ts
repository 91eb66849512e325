/** Reports of every way to keep a Drizzle history, and of a schema that it is behind. */
import type { Report } from '../../src/report/report.ts';
import { base, harmless } from './examples.ts';
import { change, finding, migration, statement } from './parts.ts';

const drizzle = {
  kind: 'drizzle',
  why: 'apps/server/drizzle/meta/_journal.json is there',
  layout: 'journal',
  layoutAtBase: 'journal',
  transaction: 'all',
} as const;

/** A column that the schema has and no migration makes. */
export const drift: Report = {
  ...harmless,
  verdict: 'blocked',
  migrations: base,
  changes: [],
  outcomes: { executed: 0, standIn: 0, notExecuted: 0, failed: 0 },
  schema: { state: 'drift', kit: 'drizzle-kit 0.31.11', file: 'apps/server/src/db/schema.ts' },
  findings: [
    finding({
      rule: 'schema-drift',
      object: 'apps/server/src/db/schema.ts',
      file: 'apps/server/src/db/schema.ts',
      line: null,
      title: 'The Drizzle schema declares what no migration makes: 1 statement is missing',
      detail:
        'The code is deployed with columns that the database does not have, and every query of them fails.',
      remedy: 'Run `npx drizzle-kit generate` in apps/server and commit what it writes.',
      fix: 'ALTER TABLE "todo" ADD COLUMN "due_on" date;',
    }),
  ],
};

/** Nothing is committed: what drizzle-kit makes of the schema at base and at head. */
export const generated: Report = {
  ...harmless,
  verdict: 'blocked',
  project: '.',
  plan: '9d02c4417bfa'.padEnd(64, '0'),
  applier: {
    kind: 'schema',
    why: 'as told by the option migrations-from',
    layout: null,
    layoutAtBase: null,
    transaction: 'none',
  },
  schema: { state: 'in-sync', kit: 'drizzle-kit 0.31.11', file: 'drizzle-dev.config.ts' },
  outcomes: { executed: 4, standIn: 0, notExecuted: 0, failed: 0 },
  migrations: [
    migration('schema', [statement(1, 'CREATE TABLE "todo" ("id" serial PRIMARY KEY NOT NULL);')], {
      state: 'base',
      file: 'plan.sql',
    }),
    migration(
      'plan',
      [
        statement(1, 'ALTER TABLE "todo" DROP COLUMN "legacy_notes";', { file: 'plan.sql' }),
        statement(2, 'ALTER TABLE "todo" ADD COLUMN "notes" text;', { file: 'plan.sql' }),
      ],
      { file: 'plan.sql' },
    ),
  ],
  rls: [{ file: 'db/rls.sql', statements: 9, changed: true }],
  changes: [
    change({
      kind: 'column',
      change: 'removed',
      object: 'public.todo.legacy_notes',
      before: { table: 'public.todo', type: 'text', notNull: false },
    }),
  ],
  findings: [
    finding({
      rule: 'column-dropped',
      object: 'public.todo.legacy_notes',
      file: 'plan.sql',
      line: 1,
      title: 'public.todo.legacy_notes is dropped',
      detail: 'Its values are lost for good.',
      remedy: 'Stop reading it, deploy, and drop it in a later release.',
    }),
    finding({
      rule: 'policy-dropped',
      object: 'public.todo."Owners read"',
      file: 'db/rls.sql',
      line: 4,
      title: 'public.todo."Owners read" is dropped',
    }),
  ],
};

/** 91 files in another folder, and nothing else. */
export const moved: Report = {
  ...harmless,
  migrations: Array.from({ length: 91 }, (_, index) =>
    migration(`${String(index).padStart(4, '0')}_base`, [], { state: 'base' }),
  ),
  changes: [],
  moved: { from: 'apps/server/drizzle', to: 'packages/db/migrations', migrations: 91 },
  outcomes: { executed: 0, standIn: 0, notExecuted: 0, failed: 0 },
};

/** `drizzle-kit up`, and the kit cannot be asked. */
export const upgraded: Report = {
  ...harmless,
  migrations: base,
  changes: [],
  applier: { ...drizzle, why: 'apps/server/drizzle holds folders of Drizzle 1.0', layout: 'folders' },
  schema: { state: 'unchecked', kit: null, file: null },
  outcomes: { executed: 0, standIn: 0, notExecuted: 0, failed: 0 },
  notChecked: [
    {
      what: 'whether the Drizzle schema and the migrations agree',
      why: 'drizzle-kit is not installed here; add `npm ci` to the workflow, before this step',
      prominent: true,
    },
  ],
};

/** A folder of 1.0 that sorts before one of base. */
export const outOfOrder: Report = {
  ...harmless,
  applier: {
    ...drizzle,
    why: 'apps/server/drizzle holds folders of Drizzle 1.0',
    layout: 'folders',
    layoutAtBase: 'folders',
  },
  schema: { state: 'in-sync', kit: 'drizzle-kit 1.0.0-rc.5', file: 'apps/server/src/db/schema.ts' },
  migrations: [
    ...base,
    migration('20260301120000_tags', [statement(1, 'CREATE TABLE "tag" ("id" serial PRIMARY KEY);')], {
      file: 'apps/server/drizzle/20260301120000_tags/migration.sql',
    }),
  ],
  changes: [],
  findings: [
    finding({
      rule: 'migration-out-of-order',
      severity: 'warning',
      object: '20260301120000_tags',
      file: 'apps/server/drizzle/20260301120000_tags/migration.sql',
      line: null,
      title: '20260301120000_tags sorts before 20260302080000_rooms, which production has run',
      detail: 'Production runs it last, a fresh database before 20260302080000_rooms.',
      remedy: 'Give the folder a later time.',
    }),
  ],
};

/** The Supabase CLI applies, though a journal stands beside its files. */
export const supabaseFiles: Report = {
  ...harmless,
  applier: {
    kind: 'supabase',
    why: '.github/workflows/deploy.yml:14 runs supabase db push',
    layout: null,
    layoutAtBase: null,
    transaction: 'each',
  },
};
