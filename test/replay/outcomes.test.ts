/** What is missed because it was left out, and what is not: the words of Postgres against what extensions bring. */
import { describe, expect, test } from 'vitest';
import { parseSql } from '../../src/history/statements.ts';
import { gapsAtBase, neededExtension, neededFromBase } from '../../src/replay/needed-from-base.ts';
import type { StatementRecord } from '../../src/replay/record.ts';
import { broughtBy } from '../../src/replay/stand-ins/brought-by.ts';
import { extensionOf, lackingExtension } from '../../src/replay/stand-ins/left-out.ts';

const statement: StatementRecord = {
  file: 'drizzle/0001_b.sql',
  line: 1,
  sql: '',
  node: null,
  outcome: 'executed',
  because: null,
  error: null,
  locks: [],
  rewrites: [],
  durationMs: 1,
};

const leftOut = (name: string): StatementRecord => ({
  ...statement,
  sql: `create extension "${name}"`,
  node: 'CreateExtensionStmt',
  outcome: 'not-executed',
  because: `this server does not have ${name}`,
});

const failed = (sqlstate: string, message: string): StatementRecord => ({
  ...statement,
  outcome: 'failed',
  error: { sqlstate, message, hint: null, deadline: false },
});

describe('what an extension brings', () => {
  test.each([
    ['postgis', 'type "geometry" does not exist'],
    ['postgis', 'type extensions.geography does not exist'],
    ['postgis', 'function st_distance(text, text) does not exist'],
    ['postgis', 'operator class "gist_geometry_ops_2d" does not exist for access method "gist"'],
    ['postgis', 'relation "spatial_ref_sys" does not exist'],
    ['pgroonga', 'access method "pgroonga" does not exist'],
    ['plv8', 'language "plv8" does not exist'],
    ['wrappers', 'function stripe_fdw_handler() does not exist'],
    ['pg_partman', 'schema "partman" does not exist'],
    ['pg_partman', 'function partman.create_parent(text, text) does not exist'],
    ['honeycomb', 'type "honeycomb" does not exist'],
    ['honeycomb', 'relation "honeycomb.cell" does not exist'],
  ])('%s: %s', (extension, message) => {
    expect(broughtBy(extension, message)).toBe('yes');
  });

  test.each([
    ['postgis', 'type "txet" does not exist'],
    ['postgis', 'function now_utc() does not exist'],
    ['postgis', 'relation "place" does not exist'],
    ['postgis', 'operator does not exist: uuid = text'],
    ['postgis', 'column "geometry" does not exist'],
    ['postgis', 'role "geometry" does not exist'],
    ['postgis', 'permission denied for schema topology'],
    ['honeycomb', 'relation "cell" does not exist'],
    ['honeycomb', 'column "honeycomb" does not exist'],
  ])('not %s: %s', (extension, message) => {
    expect(broughtBy(extension, message)).toBe('no');
  });

  test.each([
    'type "cell" does not exist',
    'function fill(integer) does not exist',
    'operator does not exist: text <=> text',
    'access method "hex" does not exist',
  ])('nobody knows whether honeycomb brings it: %s', (message) => {
    expect(broughtBy('honeycomb', message)).toBe('perhaps');
  });
});

test('one that is known is named before those that might be', async () => {
  await parseSql('select 1');
  const gaps = gapsAtBase({
    gaps: [],
    baseRls: null,
    new: [{ file: 'drizzle/0001_b.sql', statements: ['postgis', 'honeycomb', 'swarm'].map(leftOut) }],
  });
  const lacking = (message: string) => lackingExtension({ message }, gaps);
  expect(lacking('type "geometry" does not exist')).toEqual({ extensions: ['postgis'], isKnown: true });
  expect(lacking('type "cell" does not exist')).toEqual({
    extensions: ['honeycomb', 'swarm'],
    isKnown: false,
  });
  expect(lacking('required extension "swarm" is not installed')).toEqual({
    extensions: ['swarm'],
    isKnown: true,
  });
  expect(lacking('extension "other" does not exist')).toBeNull();
  expect(neededFromBase(failed('42704', 'type "cell" does not exist'), gaps)).toBe(
    'extension honeycomb or swarm',
  );
  expect(neededExtension(failed('22P02', 'type "cell" does not exist'), gaps)).toBeNull();
});

test('what the base could not make explains more than an extension that nobody knows', async () => {
  await parseSql('select 1');
  const error = { sqlstate: '42601', message: 'syntax error', hint: null, deadline: false };
  const place = { file: 'drizzle/0000_a.sql', line: 1 };
  const gaps = [
    { place, error, missing: ['public.cell'] },
    { place, error, missing: ['extension honeycomb'] },
  ];
  const cell = failed('42704', 'type "cell" does not exist');
  expect(neededExtension(cell, gaps)).toBeNull();
  expect(neededFromBase(cell, gaps)).toBe('public.cell');
});

test.each([
  ['create extension if not exists "uuid-ossp"', 'CreateExtensionStmt', 'uuid-ossp'],
  ['alter extension postgis update', 'AlterExtensionStmt', 'postgis'],
  ['drop extension if exists postgis cascade', 'DropStmt', 'postgis'],
  ["comment on extension postgis is 'x'", 'CommentStmt', 'postgis'],
  ['drop table postgis', 'DropStmt', null],
  ["comment on table postgis is 'x'", 'CommentStmt', null],
  ['create table postgis (id int)', 'CreateStmt', null],
])('%s is about %s %s', async (sql, node, extension) => {
  await parseSql(sql);
  expect(extensionOf({ sql, node })).toBe(extension);
});
