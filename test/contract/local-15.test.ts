/** The contract on the machine's own server of Postgres 15, as Debian packs it. */
import { local } from '../../src/database/adapters/local.ts';
import { freshProject } from '../server.ts';
import { contractOn } from './suite.ts';

contractOn('local 15', async () => {
  const adapter = local(process.env);
  const request = { ...freshProject, majorVersion: 15 } as const;
  return (await adapter.unavailable(request)) ?? adapter.start(request);
});
