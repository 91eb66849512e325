/** Keeps extensions from being made by the SQL that is judged itself while event triggers of its own are there. */
import { readFileSync } from 'node:fs';
import type { Session } from '../database/database.ts';
import { unobserved } from './unobserved.ts';

/** What the gate makes for the SQL, as the superuser, passes. Returns what takes the guard away again. */
export async function guardExtensions(observer: Session): Promise<() => Promise<void>> {
  const name = `gatekeeper_guard_${observer.pid}`;
  const install = readFileSync(new URL('./queries/extension-guard.sql', import.meta.url), 'utf8');
  await unobserved(
    observer,
    install.replaceAll(':name', () => name),
  );
  return async () => {
    const remove = `drop event trigger ${name}; drop function pg_temp.gatekeeper_guard();`;
    // Where it cannot be done any more, the session is lost, and what hangs on its temporary function with it.
    await unobserved(observer, remove).catch(() => undefined);
  };
}
