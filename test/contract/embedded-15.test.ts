/** The contract on the embedded server of Postgres 15, where it is in the cache or can be fetched. */
import { startOther } from './other-versions.ts';
import { contractOn } from './suite.ts';

contractOn('embedded 15', () => startOther({ majorVersion: 15 }));
