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
    firesWhen: 'A `.sql` file stands in the migrations folder and no journal entry has its name.',
    effect: 'Drizzle reads the journal only: the file never runs anywhere, however finished it looks.',
    remedy:
      'Make an entry for it with `drizzle-kit generate --custom --name <name>` and move the SQL there, or delete the file. Notes and scripts belong in another folder.',
    silentWhen:
      'The migrations are applied by name by another tool than Drizzle, or the file is `rls.sql`, a seed or another file the gate was told about.',
  },
  {
    title: ({ object }) => `${object} is not in the journal and will never run`,
    titleOfMany: (files, n) => `${n} SQL files are not in the journal and will never run: ${files}`,
    effect: 'Drizzle runs what the journal names and nothing else, however finished a file looks.',
    titleSaysWhat: true,
  },
);
