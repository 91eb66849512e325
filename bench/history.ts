/** A made-up but plausible history of any length, as a Drizzle migrations folder. */

export interface BenchMigration {
  readonly tag: string;
  readonly when: number;
  readonly sql: string;
}

const breakpoint = '--> statement-breakpoint\n';

/** What drizzle-kit writes over the years: in turn a new table with RLS, a column, an index, a foreign key. */
export function benchHistory(length: number): readonly BenchMigration[] {
  return Array.from({ length }, (_, index) => ({
    tag: `${String(index).padStart(4, '0')}_step`,
    when: Date.UTC(2024, 0, 1) + index * 3_600_000,
    sql: statements(index).join(`;${breakpoint}`),
  }));
}

function statements(index: number): readonly string[] {
  const round = Math.floor(index / 4);
  const table = `"table_${round}"`;
  switch (index % 4) {
    case 0:
      return [
        `CREATE TABLE ${table} (\n\t"id" serial PRIMARY KEY NOT NULL,\n\t"user_id" uuid NOT NULL,\n\t"title" text NOT NULL,\n\t"created_at" timestamp DEFAULT now() NOT NULL\n)`,
        `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
        `CREATE POLICY "own rows" ON ${table} AS PERMISSIVE FOR ALL TO "authenticated" USING ((select auth.uid()) = "user_id")`,
      ];
    case 1:
      return [
        `ALTER TABLE ${table} ADD COLUMN "note" varchar(256)`,
        `ALTER TABLE ${table} ADD COLUMN "done" boolean DEFAULT false NOT NULL`,
      ];
    case 2:
      return [`CREATE INDEX "table_${round}_user_idx" ON ${table} USING btree ("user_id")`];
    default:
      return round === 0
        ? [`ALTER TABLE ${table} ALTER COLUMN "note" SET DATA TYPE text`]
        : [
            `ALTER TABLE ${table} ADD COLUMN "parent_id" integer`,
            `ALTER TABLE ${table} ADD CONSTRAINT "table_${round}_parent_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."table_${round - 1}"("id") ON DELETE cascade ON UPDATE no action`,
          ];
  }
}

/** The migrations folder as files, relative to the project. */
export function benchFiles(migrations: readonly BenchMigration[]): Readonly<Record<string, string>> {
  const entries = migrations.map(({ tag, when }, idx) => ({
    idx,
    version: '7',
    when,
    tag,
    breakpoints: true,
  }));
  const files: Record<string, string> = {
    'drizzle/meta/_journal.json': JSON.stringify({ version: '7', dialect: 'postgresql', entries }, null, 2),
  };
  for (const { tag, sql } of migrations) files[`drizzle/${tag}.sql`] = sql;
  return files;
}
