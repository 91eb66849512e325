/** Where Postgres 15 and 17 part ways, our replay goes with each as drizzle-orm does. */
import { expect, test } from 'vitest';
import { startIfThere } from '../../server.ts';
import { asFolders, historyOf } from '../project.ts';
import { bothLeave, deployWithDrizzle } from './both.ts';

test('a type made, grown and used in one deploy, and what 16 has learned', async ({ skip }) => {
  const { server, missing } = await startIfThere(15);
  if (server === null) skip(missing);
  await server?.stop();
  const seen: (string | null)[] = [];
  const histories = [
    [
      `create type mood as enum ('sad');`,
      `alter type mood add value 'happy';`,
      `create table feeling (mood mood default 'happy');`,
    ],
    [`create table checked (a text check (a is json));`],
  ];
  for (const texts of histories) {
    const history = asFolders(await historyOf({ base: ['create table kept (id int);'], new: texts }));
    for (const majorVersion of [15, 17] as const) {
      const { ours, theirs } = await bothLeave(history, (on) => deployWithDrizzle(on, history), {
        majorVersion,
      });
      expect(ours).toEqual(theirs);
      seen.push(ours.failed);
    }
  }
  expect(seen).toEqual(['55P04', null, '42601', null]);
});
