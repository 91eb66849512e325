/** The parameters granted on a server of ours are those that the shim knows as granted: two lists of one thing. */
import { expect, test } from 'vitest';
import { isPrivilegedSetting } from '../../../src/replay/hosted/privileged-settings.ts';
import { withSession } from '../../server.ts';

test('every parameter that is granted is known, and no other', async () => {
  const granted = await withSession('supabase_admin', (session) =>
    session.query<{ name: string }>('select parname as name from pg_catalog.pg_parameter_acl'),
  );
  expect(granted.length).toBeGreaterThan(50);
  expect(granted.map(({ name }) => name).filter((name) => !isPrivilegedSetting(name))).toEqual([]);
  const others = ['work_mem', 'statement_timeout', 'app.jwt_secret', 'pgrst', 'shared_preload_libraries'];
  expect(others.filter(isPrivilegedSetting)).toEqual([]);
});
