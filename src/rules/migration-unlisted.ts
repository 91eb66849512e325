/** migration-unlisted: SQL in the migrations folder that the journal does not name. */
import { historyRule } from './history-problem.ts';

export const migrationUnlisted = historyRule(
  {
    id: 'migration-unlisted',
    title: 'A SQL file is not in the journal',
    category: 'history',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      'A `.sql` file stands in the migrations folder and no journal entry has its name; with the Supabase CLI: a file whose name is not `<digits>_<name>.sql`; with Drizzle 1.0: SQL beside the folders, or a folder without `migration.sql`.',
    effect:
      'Drizzle reads the journal only, the Supabase CLI goes by the name: the file never runs anywhere, however finished it looks.',
    remedy:
      'Make an entry for it with `drizzle-kit generate --custom --name <name>` and move the SQL there, or delete the file. Notes and scripts belong in another folder.',
    silentWhen:
      'The migrations are applied by name by another tool than Drizzle, or the file is `rls.sql`, a seed or another file the gate was told about.',
  },
  {
    title: ({ object, evidence }) =>
      evidence.applier === 'supabase'
        ? `${object} has a name that the Supabase CLI passes over`
        : `${object} is not in the journal and will never run`,
    titleOfMany: (files, n) => `${n} SQL files will never run: ${files}`,
    effect: 'However finished it looks, it runs nowhere.',
    titleSaysWhat: true,
  },
);
