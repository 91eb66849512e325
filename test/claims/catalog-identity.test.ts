/** What identity, renames and printed definitions in the catalog room rest on. */
import { expect, test } from 'vitest';
import { around } from '../catalog/around.ts';

const database = around();

/** One value of one row. */
async function value(sql: string, by: 'postgres' | 'superuser' = 'superuser'): Promise<unknown> {
  const [row] = await database()[by].query<{ value: unknown }>(sql);
  return row?.value;
}

test('Postgres prints a policy relative to the search path, fully qualified only without the schema in it', async () => {
  const { postgres, superuser } = database();
  await postgres.execute(`
    create function me() returns int language sql as 'select 1';
    create table todo (owner int); create policy p on todo using (owner = me())`);
  const printed = `select pg_get_expr(polqual, polrelid) as value from pg_policy where polrelid = 'app.todo'::regclass`;
  await superuser.execute('set search_path = app');
  expect(await value(printed)).toBe('(owner = me())');
  await superuser.execute('set search_path = pg_catalog, pg_temp');
  expect(await value(printed)).toBe('(owner = app.me())');
  await superuser.execute('reset search_path');
});

test('a temporary table hides a catalog of the same name, unless pg_temp is named last', async () => {
  const { superuser } = database();
  await superuser.execute("create temp table pg_class (mine text); set search_path = ''");
  expect(
    await value("select 'pg_class'::regclass::oid = 'pg_catalog.pg_class'::regclass::oid as value"),
  ).toBe(false);
  await superuser.execute('set search_path = pg_catalog, pg_temp');
  expect(
    await value("select 'pg_class'::regclass::oid = 'pg_catalog.pg_class'::regclass::oid as value"),
  ).toBe(true);
  await superuser.execute('reset search_path; drop table pg_temp.pg_class');
});

test('a stored policy, check, index and view name columns and tables by number: a rename does not touch them', async () => {
  const { postgres } = database();
  await postgres.execute(`
    create table todo (owner int, constraint c check (owner > 0));
    create index i on todo (abs(owner)) where owner > 3;
    create policy p on todo using (owner > 1); create view v as select owner from todo`);
  const stored = `
    select concat_ws('|', p.polqual::text, k.conbin::text, i.indexprs::text, i.indpred::text, r.ev_action::text) as value
    from pg_policy p, pg_constraint k, pg_index i, pg_rewrite r
    where p.polrelid = 'app.todo'::regclass and k.conrelid = p.polrelid and i.indrelid = p.polrelid
      and r.ev_class = 'app.v'::regclass`.replace(/app\.todo/, 'NAME');
  const before = await value(stored.replace('NAME', 'app.todo'));
  await postgres.execute('alter table todo rename owner to owner_id; alter table todo rename to task');
  expect(await value(stored.replace('NAME', 'app.task'))).toBe(before);
  expect(
    await value(
      "select pg_get_expr(polqual, polrelid) as value from pg_policy where polrelid = 'app.task'::regclass",
    ),
  ).toBe('(owner_id > 1)');
});

test('the number of a dropped column is never given out again', async () => {
  const { postgres } = database();
  await postgres.execute(
    'create table todo (a int, b int); alter table todo drop column b; alter table todo add column b int',
  );
  expect(
    await value(
      "select attnum as value from pg_attribute where attrelid = 'app.todo'::regclass and attname = 'b'",
    ),
  ).toBe(3);
});

test('widening an indexed varchar gives its index and its unique constraint new oids and keeps the file', async () => {
  const { postgres } = database();
  await postgres.execute('create table todo (title varchar(10) unique)');
  const identity = `
    select json_build_array(k.oid, k.conindid) as value from pg_constraint k where k.conrelid = 'app.todo'::regclass`;
  const file = "select pg_relation_filenode('app.todo_title_key') as value";
  const [before, fileBefore] = [await value(identity), await value(file)];
  await postgres.execute('alter table todo alter title type varchar(20)');
  const [constraint, index] = before as [number, number];
  const [newConstraint, newIndex] = (await value(identity)) as [number, number];
  expect(newConstraint).not.toBe(constraint);
  expect(newIndex).not.toBe(index);
  expect(await value(file)).toBe(fileBefore);
});

test('a domain keeps the text of its default as it was printed under the search path of its maker', async () => {
  const { postgres } = database();
  await postgres.execute(`
    create function seven() returns int language sql as 'select 7'; create domain age as int default seven()`);
  expect(await value("select typdefault as value from pg_type where oid = 'app.age'::regtype")).toBe(
    'seven()',
  );
  expect(
    await value("select pg_get_expr(typdefaultbin, 0) as value from pg_type where oid = 'app.age'::regtype"),
  ).toBe('app.seven()');
});
