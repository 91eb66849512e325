/** The contract on the embedded server of Postgres 18, where it is in the cache or can be fetched. */
import { startOther } from './other-versions.ts';
import { contractOn } from './suite.ts';

contractOn('embedded 18', () => startOther({ majorVersion: 18 }));
