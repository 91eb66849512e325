/** A program for the tests: boots a server, says where it is, and then leaves as its arguments say. */

import type { OpenRequest } from '../../src/database/open.ts';
import { openServer } from '../../src/database/open.ts';
import { late, within } from '../../src/replay/deadline.ts';
import { freshProject } from '../server.ts';
import { leave } from './leave.ts';

const [manner, request = '{}'] = process.argv.slice(2);
const { server } = await openServer({ ...freshProject, ...(JSON.parse(request) as Partial<OpenRequest>) });
const observer = await server.connect('supabase_admin');
const session = await server.connect('postgres');
const [row] = await observer.query(
  "select current_setting('data_directory') as directory, current_database()::text as database",
);
console.log(JSON.stringify(row));
// Something that runs when the end comes, and would run for long.
const busy = session.execute('select pg_sleep(600)').catch(() => undefined);

if (manner === 'deadline') {
  // As the executor does it with a statement that does not end in time.
  if ((await within(busy, 100)) !== late) throw new Error('the statement ended by itself');
  await observer.query('select pg_terminate_backend($1)', [session.pid]);
  await busy;
  await leave('stop', { server, sessions: [session, observer], busy });
} else {
  await leave(manner, { server, sessions: [session, observer], busy });
}
