/** migrations-table-changed: the Drizzle config names another migrations table than production's. */
import { plainIdentifier } from '../database/quoting.ts';
import type { ChangeRule } from './rule.ts';

export const migrationsTableChanged: ChangeRule = {
  meta: {
    id: 'migrations-table-changed',
    title: 'Drizzle would look for its rows in another table',
    category: 'history',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      '`migrations.table` or `migrations.schema` of the Drizzle config differs between base and head, and base has migrations.',
    effect:
      'Drizzle makes the new table, finds no row in it, and runs every migration from the first one again, on a database that has them all.',
    remedy:
      'Leave the name as it is. To move the rows on purpose, rename the table by hand in the same moment as the deploy, and accept the finding in the config file.',
    silentWhen:
      'The config does not say it in literals (it is read, never run), or another tool than Drizzle applies the migrations.',
  },
  scope: 'change',
  check: ({ history }) => {
    const moved = history.migrationsTableMoved ?? null;
    if (moved === null) return [];
    const { from, to, file, line } = moved;
    const [before, after] = [from, to].map(
      ({ schema, name }) => `${plainIdentifier(schema)}.${plainIdentifier(name)}`,
    );
    return [
      {
        object: before ?? '',
        file,
        line,
        title: `Drizzle's migrations table changes from ${before} to ${after}`,
        detail: `Production's rows stand in ${before}. In ${after} Drizzle finds none, and runs all ${history.base.length} migrations of the base again: the first CREATE TABLE fails, or, where IF NOT EXISTS guards them all, every INSERT and DELETE runs a second time.`,
        remedy: `Put ${before} back into ${file}. To move the rows on purpose, rename the table by hand in the same moment as the deploy, and accept this finding in the config file.`,
        fix: null,
        evidence: { before, after, migrations: history.base.length },
      },
    ];
  },
};
