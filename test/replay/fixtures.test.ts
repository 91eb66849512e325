/** On every pull request of every fixture project, our replay leaves behind what drizzle-orm's migrator leaves. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { casesOf, materialize, projects, workingDirectoryOf } from '../../fixtures/materialize.mjs';
import { openRepository } from '../../src/history/git.ts';
import type { History } from '../../src/history/history.ts';
import { readHistory } from '../../src/history/read-history.ts';
import { replay } from '../../src/replay/replay.ts';
import { leftBy, migrateWithDrizzle } from '../drizzle-migrator.ts';
import { withServer } from '../server.ts';

const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-equal-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The history of a case without what Drizzle knows nothing of: rls.sql, seed, baseline, bootstrap. */
async function historyOf(project: string, name: string): Promise<History> {
  const directory = mkdtempSync(join(scratch, `${project}-`));
  materialize(project, name, directory);
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

const cases = projects()
  .filter((project) => project !== notFromNothing)
  .flatMap((project) => casesOf(project).map((name) => [project, name] as const))
  .filter(([project, name]) => !notForDrizzle.has(`${project}/${name}`));

describe('what is left behind is what drizzle-orm leaves behind', () => {
  test.each(cases)('%s: %s', async (project, name) => {
    const history = await historyOf(project, name);
    const ours = await withServer(async (server) => {
      const limits = { statementDeadlineMs: 20_000, overallDeadlineMs: 50_000 };
      const options = { platform: 'supabase', transaction: 'all', seedRows: 0, ...limits } as const;
      const { failed, gaps } = await replay(server, history, options, async () => undefined);
      return { ...(await leftBy(server, history)), gaps, failed: failed !== null };
    });
    const theirs = await withServer(async (server) => {
      for (let count = 1; count <= history.base.length; count += 1) {
        await migrateWithDrizzle(server, history, history.base.slice(0, count));
      }
      // Back-dated migrations are in the folder too: Drizzle must skip them as we say it does.
      const all = [...history.base, ...history.new, ...history.skipped];
      const failed = await migrateWithDrizzle(server, history, all).then(
        () => false,
        () => true,
      );
      return { ...(await leftBy(server, history)), gaps: [], failed };
    });
    expect(ours).toEqual(theirs);
    expect(ours.rows.length).toBeGreaterThan(0);
  });
});
