import { describe, expect, it } from 'vitest';
import { deployCommands } from '../../src/history/deploy-commands.ts';
import { openRepository } from '../../src/history/git.ts';
import { readDefaultExport } from '../../src/history/literals.ts';
import { pushSites } from '../../src/history/push/sites.ts';
import { readJson } from '../../src/inputs/json.ts';
import { judgeFiles } from '../judge.ts';
import { journal, makeRepository } from '../repository.ts';

describe('what costs more than it looks', () => {
  it('is not evaluated: constants of a config that name each other again and again', () => {
    const constants = Array.from({ length: 45 }, (_, at) =>
      at === 0 ? 'const a0 = 1;' : `const a${at} = [a${at - 1}, a${at - 1}];`,
    );
    const twice = readDefaultExport(`${constants.join('\n')}\nexport default { schema: a44 };`, true);
    const itself = readDefaultExport('const a = [a, a, a, a, a]; export default { schema: a };', true);
    expect([twice, itself]).toEqual(
      Array.from({ length: 2 }, () => ({ mistake: 'it refers to itself too often to be read', line: null })),
    );
  });

  it('is read in one go: a journal of megabytes on one line', () => {
    const started = performance.now();
    readJson(`[${'{"idx":1,"when":2000,"tag":"t"},'.repeat(100_000)}{}]`);
    // Looking back to the start of the line for every name took minutes.
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('is not followed for ever: scripts that each call all others, a shell script that calls itself', async () => {
    const names = Array.from({ length: 40 }, (_, at) => `s${at}`);
    const all = names.map((name) => `npm run ${name}`).join(' && ');
    const repository = makeRepository({
      'package.json': JSON.stringify({ scripts: Object.fromEntries(names.map((name) => [name, all])) }),
      'again.sh': './again.sh\n'.repeat(2000),
      '.github/workflows/a.yml': `jobs:\n  a:\n    steps:\n      - run: ./again.sh\n      - run: ${all}\n`,
    });
    try {
      const opened = await openRepository(repository.directory);
      const tree = opened.tree(repository.git('rev-parse', 'HEAD'));
      expect([await pushSites(tree, '.'), await deployCommands(tree, ['.'], undefined)]).toEqual([[], []]);
      await opened.close();
    } finally {
      repository.remove();
    }
  });

  it('is cut: an error and a hint of megabytes', async () => {
    const base = {
      'drizzle/0000_a.sql': 'create table public.a (id int);',
      'drizzle/meta/_journal.json': journal({ '0000_a': 1000 }),
    };
    const { report } = await judgeFiles(base, {
      ...base,
      'drizzle/0001_b.sql':
        "do $$ begin raise exception '%', repeat('😀x', 2000000) using hint = repeat('y', 2000000); end $$;",
      'drizzle/meta/_journal.json': journal({ '0000_a': 1000, '0001_b': 2000 }),
    });
    const text = JSON.stringify(report);
    expect([report.verdict, text.length < 100_000]).toEqual(['blocked', true]);
  });

  it('is refused by the server: more memory than a backend may have', async () => {
    const base = {
      'drizzle/0000_a.sql': 'create table public.a (id int);',
      'drizzle/meta/_journal.json': journal({ '0000_a': 1000 }),
    };
    const parts = Array.from({ length: 5 }, (_, at) => `p${at} text := repeat('x', 900000000);`);
    const { report } = await judgeFiles(base, {
      ...base,
      'drizzle/0001_b.sql': `do $$ declare ${parts.join(' ')} begin end $$;`,
      'drizzle/meta/_journal.json': journal({ '0000_a': 1000, '0001_b': 2000 }),
    });
    const failed = report.migrations.flatMap(({ statements }) =>
      statements.flatMap(({ error }) => error ?? []),
    );
    expect([report.verdict, failed.map(({ sqlstate }) => sqlstate)]).toEqual(['blocked', ['53200']]);
  });

  it('is counted in portions: thousands of tables', async () => {
    const base = {
      'drizzle/0000_a.sql': 'create schema many; create table public.a (id int);',
      'drizzle/meta/_journal.json': journal({ '0000_a': 1000 }),
    };
    const many =
      "do $$ begin for i in 1..6000 loop execute 'create table many.t' || i || ' ()'; end loop; end $$;";
    const { report } = await judgeFiles(base, {
      ...base,
      'drizzle/0001_b.sql': many,
      'drizzle/meta/_journal.json': journal({ '0000_a': 1000, '0001_b': 2000 }),
    });
    expect([report.verdict, report.error]).toEqual(['pass', null]);
  });
});
