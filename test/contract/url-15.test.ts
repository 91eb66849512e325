/** The contract in a throw-away database on somebody's server of Postgres 15. */
import { onPlainServer } from './on-plain-server.ts';
import { contractOn } from './suite.ts';

contractOn('url 15', () => onPlainServer(15));
