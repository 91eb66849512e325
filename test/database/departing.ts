/** A program for the tests: boots a server, says where it is, and then leaves as its argument says. */

import { openServer } from '../../src/database/open.ts';
import { freshProject } from '../server.ts';

const { server } = await openServer(freshProject);
const session = await server.connect('postgres');
const [row] = await session.query("select current_setting('data_directory') as directory");
console.log(JSON.stringify(row));
// Something that runs when the end comes, and would run for long.
const busy = session.execute('select pg_sleep(600)').catch(() => undefined);

switch (process.argv[2]) {
  case 'throw':
    throw new Error('on purpose');
  case 'exit':
    process.exit(7);
    break;
  case 'stop':
    await server.stop();
    break;
  case 'forget':
    // The connection alone would keep the process; without it only the server is left behind.
    await session.close();
    break;
  default:
    await busy;
    await new Promise((resolve) => setTimeout(resolve, 60_000));
}
