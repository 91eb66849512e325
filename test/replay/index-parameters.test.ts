import { expect, test } from 'vitest';
import { outcomes, replayed } from './project.ts';

test('an hnsw index with its parameters replays, is a stand-in’s, and is seen where it was made', async () => {
  const index = 'create index by_meaning on public.notes using hnsw (meaning vector_cosine_ops)';
  const result = await replayed({
    base: ['create extension if not exists vector with schema extensions;'],
    new: [
      `create table public.notes (id int primary key, meaning vector(1536));
      ${index} with (m = 16, ef_construction = 64);
      create index by_number on public.notes using ivfflat (meaning) with (lists = 10);`,
    ],
  });
  expect(outcomes(result.new)).toEqual([['stand-in', 'stand-in', 'stand-in']]);
  expect(result.new[0]?.statements[1]?.sql).toContain('(m = 16, ef_construction = 64)');
  expect(
    result.touched
      .filter(({ command }) => command === 'CREATE INDEX')
      .map(({ identity, place }) => [identity, place?.line]),
  ).toEqual([
    ['public.notes_pkey', 1],
    ['public.by_meaning', 2],
    ['public.by_number', 3],
  ]);
});
