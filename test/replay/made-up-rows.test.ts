/** Rows that the gate made up must not fail a migration whose real rows nobody here has seen. */
import { expect, test } from 'vitest';
import { outcomes, replayed } from './project.ts';

const base = ['create table shop (id int primary key, kind text not null, opened text);'];

test('a check that made-up rows break is tried again without them', async () => {
  const seen = await replayed({
    base,
    new: [
      "alter table shop add constraint kinds check (kind = 'never made up');\nalter table shop add note text;",
    ],
  });
  expect(seen.failedOnMadeUpRows).toMatchObject({ line: 1, error: { sqlstate: '23514' } });
  expect(seen.failed).toBeNull();
  expect(outcomes(seen.new)).toEqual([['executed', 'executed']]);
});

test('a required column without default is broken by any row, and said so', async () => {
  const seen = await replayed({ base, new: ['alter table shop add owner uuid not null;'] });
  expect(seen.failedOnMadeUpRows).toMatchObject({ line: 1, error: { sqlstate: '23502' } });
  expect(seen.failed).toBeNull();
});

const kinds = "alter table shop add constraint kinds check (kind = 'never made up');";

test('also when each file, or each statement, is committed: as long as nothing was', async () => {
  for (const transaction of ['each', 'none'] as const) {
    const seen = await replayed(
      { base, new: [`${kinds}\nalter table shop add note text;`] },
      { transaction },
    );
    expect(seen.failedOnMadeUpRows).toMatchObject({ line: 1, error: { sqlstate: '23514' } });
    expect(seen.failed).toBeNull();
    expect(outcomes(seen.new)).toEqual([['executed', 'executed']]);
  }
});

test('what was committed before is not applied twice: only another database can tell', async () => {
  const note = 'alter table shop add note text;';
  for (const [transaction, ...files] of [
    ['each', note, kinds],
    ['none', `${note}\n${kinds}`],
    ['all', `${note}\ncommit;\n${kinds}`],
  ] as const) {
    const seen = await replayed({ base, new: files }, { transaction });
    expect(seen.failedOnMadeUpRows).toBeNull();
    expect(seen.failed).toMatchObject({ error: { sqlstate: '23514' } });
    expect(seen.blamesMadeUpRows).toBe(true);
  }
});

test('rows of the seed file are evidence: what they break stays broken', async () => {
  const seen = await replayed({
    base,
    seed: "insert into shop values (1, 'kiosk', 'last spring');",
    new: ['alter table shop alter opened type date using opened::date;'],
  });
  expect(seen.failed).toMatchObject({ error: { sqlstate: '22007' } });
});

test('what fails for another reason is not tried again', async () => {
  const seen = await replayed({ base, new: ['alter table shop add id int;'] });
  expect(seen.failedOnMadeUpRows).toBeNull();
  expect(seen.failed).toMatchObject({ error: { sqlstate: '42701' } });
});

test('a loss after a second try is counted from what was there then', async () => {
  const seen = await replayed({
    base,
    new: ["alter table shop add constraint kinds check (kind = 'never made up');"],
  });
  expect(seen.rows.filter(({ before, after }) => before !== after)).toEqual([]);
});

test('without made-up rows there is nothing to try again', async () => {
  const seen = await replayed({ base, new: ['alter table shop add owner uuid not null;'] }, { seedRows: 0 });
  expect(seen.failedOnMadeUpRows).toBeNull();
  expect(seen.failed).toBeNull();
});
