/** The contract on the embedded server of Postgres 16, where it is in the cache or can be fetched. */
import { startOther } from './other-versions.ts';
import { contractOn } from './suite.ts';

contractOn('embedded 16', () => startOther({ majorVersion: 16 }));
