/** A program for the tests: boots on the server of URL, makes what migrations make, and leaves as its argument says. */
import { byUrl } from '../../../src/database/adapters/url/url.ts';
import type { MajorVersion } from '../../../src/database/database.ts';
import { freshProject } from '../../server.ts';
import { leave } from '../leave.ts';

const [, , manner, major] = process.argv;
const adapter = byUrl(process.env.URL ?? '', {});
const server = await adapter.start({ ...freshProject, majorVersion: Number(major) as MajorVersion });
const observer = await server.connect('supabase_admin');
const session = await server.connect('postgres');
// On a shared 15 the shim lends CREATEROLE for one statement.
await observer.execute('alter role postgres createrole');
await session.execute(`
create role app_owner createdb; create table t (); grant all on t to app_owner;
alter role app_owner set search_path to app; grant app_owner to postgres; create role app_bare;`);
await session.execute('create database app_database template template0 is_template true');
await session.execute("begin; create table u (); prepare transaction 'of the migration'");
console.log(JSON.stringify(await session.query('select current_database() as database')));
await observer.close();
// Something that runs when the end comes, would run for long, and holds what is to be put back.
const busy = session
  .execute("begin; alter role postgres set work_mem to '5MB'; select pg_sleep(600)")
  .catch(() => undefined);

await leave(manner, { server, sessions: [session], busy });
