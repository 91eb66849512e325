/** Where the SQL comes from and who applies it: committed and applied by Drizzle or another tool, or made from the schema. */
import type { Layout } from '../history/history.ts';
import type { TransactionMode } from '../replay/new-set.ts';
import { prose } from './escape.ts';
import type { Report } from './report.ts';
import { clip } from './visible.ts';
import { count } from './words.ts';

/** The report file that generated migrations are lines of. */
export const planFile = 'plan.sql';

/** Whether nothing is committed: the SQL was made by drizzle-kit from the schema at base and head. */
export function isGenerated({ applier }: Pick<Report, 'applier'>): boolean {
  return applier?.kind === 'schema';
}

/** A file that the report speaks of and the repository does not have: no link may lead there. */
export function isAbsent(report: Pick<Report, 'applier' | 'migrations'>, file: string | null): boolean {
  if (!isGenerated(report)) return false;
  return file === planFile || report.migrations.some((migration) => migration.file === file);
}

const hows: Readonly<Record<TransactionMode, string>> = {
  all: 'in one transaction',
  each: 'one transaction per file',
  none: 'statement by statement',
};
const migrators: Readonly<Record<Layout, string>> = {
  journal: 'Drizzle',
  folders: 'Drizzle 1.0',
};

/** `applied as Drizzle does, in one transaction (drizzle/meta/_journal.json is there)`; null where a line of its own says it. */
export function appliedPhrase(report: Report): string | null {
  const { applier } = report;
  if (applier === null || applier.kind === 'schema' || report.postgres === null) return null;
  const { kind, layout, transaction, why } = applier;
  const whom = kind === 'supabase' ? 'the Supabase CLI' : migrators[layout ?? 'journal'];
  const as = kind === 'files' ? 'every file by name' : `as ${whom} does`;
  return `applied ${as}, ${hows[transaction]} (${clip(why, 200)})`;
}

/** As `notChecked` calls it. */
export const schemaQuestion = 'whether the Drizzle schema and the migrations agree';

/** `schema and migrations agree (drizzle-kit 0.31.11)`; what else is to be said of the schema is a finding, or not checked. */
export function schemaPhrase(report: Report): string | null {
  const { state, kit } = report.schema;
  if (state !== 'in-sync' || isGenerated(report)) return null;
  return `schema and migrations agree${kit === null ? '' : ` (${kit})`}`;
}

/** Of the new migrations: `2 new migrations`, `91 migrations moved from a to b; nothing new`. */
export function newPhrases(report: Report): readonly string[] {
  const added = report.migrations.filter(({ state }) => state === 'new');
  if (isGenerated(report)) {
    const statements = newStatements(report);
    return [statements === 0 ? 'the schema asks for nothing new' : count(statements, 'generated statement')];
  }
  const { moved } = report;
  const places =
    moved === null
      ? null
      : `${count(moved.migrations, 'migration')} moved from \`${clip(moved.from, 120)}\` to \`${clip(moved.to, 120)}\``;
  if (added.length === 0) return [places === null ? 'no new migrations' : `${places}; nothing new`];
  return [count(added.length, 'new migration'), ...(places === null ? [] : [places])];
}

function newStatements({ migrations }: Report): number {
  return migrations.filter(({ state }) => state === 'new').flatMap(({ statements }) => statements).length;
}

/** What a reader has to know of the SQL before reading it; empty for migrations that are committed as ever. */
export function originLines(report: Report): readonly string[] {
  const { applier, schema } = report;
  if (applier === null || report.migrations.length === 0) return [];
  if (applier.kind === 'schema') {
    const from = schema.file === null ? '' : ` (\`${clip(schema.file, 200)}\`)`;
    const kit = schema.kit ?? 'drizzle-kit';
    const made =
      newStatements(report) === 0
        ? `base and head are what ${kit} makes of the Drizzle schema${from}`
        : `the SQL below was made by ${kit} from the Drizzle schema${from}, at base and at head`;
    return [`Nothing is committed (${clip(applier.why, 200)}): ${made}.`];
  }
  if (applier.layout !== 'folders' || applier.layoutAtBase !== 'journal') return [];
  const old = report.migrations.filter(({ state }) => state === 'base').length;
  return [
    `\`drizzle-kit up\` was run: ${count(old, 'migration')} of the journal ${old === 1 ? 'is a folder' : 'are folders'} of Drizzle 1.0 now. The first deploy with drizzle-orm 1.0 writes their names into the migrations table; from then on no 0.x may apply migrations, or 1.0 runs those a second time.`,
  ];
}

export function originNote(report: Report): string {
  return originLines(report)
    .map((line) => prose(line))
    .join('\n\n');
}
