/** The contract in a throw-away database on somebody's server of Postgres 17. */
import { onPlainServer } from './on-plain-server.ts';
import { contractOn } from './suite.ts';

contractOn('url 17', () => onPlainServer(17));
