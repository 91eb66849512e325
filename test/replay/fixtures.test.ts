/** On every pull request of every fixture project, our replay leaves behind what drizzle-orm's migrator leaves. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { casesOf, materialize, projects, workingDirectoryOf } from '../../fixtures/materialize.mjs';
import { openRepository } from '../../src/history/git.ts';
import type { History } from '../../src/history/history.ts';
import { readHistory } from '../../src/history/read-history.ts';
import { migrateFolder, migrateWithDrizzle, sqlstateOf } from '../drizzle-migrator.ts';
import { bothLeave } from './conformance/both.ts';

const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-equal-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The history of a case without what Drizzle knows nothing of: rls.sql, seed, baseline, bootstrap. */
async function historyOf(project: string, directory: string): Promise<History> {
  const repository = await openRepository(directory);
  const { base, mergeBase, head } = await repository.resolveCommits({ base: 'main', exact: true });
  return readHistory({
    trees: {
      base: repository.tree(base),
      mergeBase: repository.tree(mergeBase),
      head: repository.tree(head),
    },
    workingDirectory: workingDirectoryOf(project),
    migrationsFrom: 'drizzle',
    rlsFile: null,
    seedFile: null,
    bootstrapFile: null,
    baselineFile: null,
  });
}

/** A journal that is no JSON leaves nothing to apply, and a baseline in comments fails under Drizzle from nothing. */
const notForDrizzle = new Set(['drizzle-note/journal-conflict']);
const notFromNothing = 'drizzle-note-introspected';

/** Some projects commit none, and some have others apply them. */
function hasDrizzleMigrations(project: string): boolean {
  const files = readdirSync(new URL(`../../fixtures/projects/${project}/base/`, import.meta.url), {
    recursive: true,
    encoding: 'utf8',
  });
  return files.some((file) => file.endsWith('meta/_journal.json') || file.endsWith('/migration.sql'));
}

const cases = projects()
  .filter((project) => project !== notFromNothing && hasDrizzleMigrations(project))
  .flatMap((project) => casesOf(project).map((name) => [project, name] as const))
  .filter(([project, name]) => !notForDrizzle.has(`${project}/${name}`));

describe('what is left behind is what drizzle-orm leaves behind', () => {
  test.each(cases)('%s: %s', async (project, name) => {
    const directory = mkdtempSync(join(scratch, `${project}-`));
    materialize(project, name, directory);
    const history = await historyOf(project, directory);
    const { head = 'journal', base = 'journal' } = history.layout ?? {};
    const { ours, theirs } = await bothLeave(history, async (server) => {
      for (let count = 1; count <= history.base.length; count += 1)
        await migrateWithDrizzle(server, history, history.base.slice(0, count), base);
      // The folder as it stands at head, also with what Drizzle must skip as we say it does.
      const folder = join(directory, history.directory);
      return migrateFolder(server, history, folder, head).then(() => null, sqlstateOf);
    });
    expect(ours).toEqual(theirs);
    expect(ours.rows.length).toBeGreaterThan(0);
  });
});
