/** A seed file whose rows cannot be loaded: the verdict rests on fewer rows than its author thinks, and says so. */
import { expect, test } from 'vitest';
import { judgeFiles } from '../judge.ts';
import { journal } from '../repository.ts';

test('a statement of the seed file that fails is named as not checked, and the rest is judged', async () => {
  const files = {
    'drizzle/0000_venue.sql':
      'CREATE TABLE "venue" ("id" serial PRIMARY KEY NOT NULL, "name" text NOT NULL);\nALTER TABLE "venue" ENABLE ROW LEVEL SECURITY;',
    'drizzle/meta/_journal.json': journal({ '0000_venue': 1_767_225_600_000 }),
  };
  const seed = "insert into venue (name) values ('a');\ninsert into venue (nme) values ('b');\n";
  const { report } = await judgeFiles(files, { ...files, 'db/seed.sql': seed });
  // Only SQL was given: that nobody compared it with a schema is said as well.
  const rows = report.notChecked.filter(({ what }) => !what.includes('Drizzle schema'));
  expect(rows).toEqual([
    {
      what: 'the rows of db/seed.sql:2',
      why: 'the statement failed: 42703: column "nme" of relation "venue" does not exist',
    },
  ]);
  expect(report.verdict).toBe('pass');
});
