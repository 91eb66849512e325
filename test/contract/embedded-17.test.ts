/** The contract on the embedded server of Postgres 17. */
import { startServer } from '../server.ts';
import { contractOn } from './suite.ts';

contractOn('embedded 17', () => startServer({ majorVersion: 17 }));
