import { expect, it } from 'vitest';
import { sharedTable } from '../../src/history/shared-table.ts';

const one = {
  migrationsTable: { schema: 'drizzle', name: '__drizzle_migrations' },
  credentials: ['process.env.DATABASE_URL'],
  layout: { head: 'journal', base: 'journal' },
} as const;

it('is named when table and credentials are the same and one of the two goes by times', () => {
  expect(sharedTable(one, one)).toBe('drizzle.__drizzle_migrations');
  const folders = { ...one, layout: { head: 'folders', base: 'folders' } } as const;
  expect(sharedTable(one, folders)).toBe('drizzle.__drizzle_migrations');
  expect(sharedTable(folders, folders)).toBeNull();
});

it('is none with another table, another database, an unknown one, or without a table', () => {
  const others = [
    { ...one, migrationsTable: { schema: 'drizzle', name: 'web_migrations' } },
    { ...one, credentials: ['process.env.WEB_DATABASE_URL'] },
    { ...one, credentials: [] },
    { ...one, credentials: null },
    { ...one, migrationsTable: null },
  ];
  expect(others.map((other) => sharedTable(one, other))).toEqual(others.map(() => null));
  expect(sharedTable({ ...one, credentials: [] }, { ...one, credentials: [] })).toBeNull();
});
