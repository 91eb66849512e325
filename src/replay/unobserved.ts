/** Commands of the superuser's own, while no event trigger of the project's is on. */
import { readFileSync } from 'node:fs';
import type { Session } from '../database/database.ts';

/**
 * Event triggers of the project's would run for our own commands, and as the superuser, which no code of a pull
 * request may ever do. Commands on event triggers fire none.
 */
export async function unobserved(observer: Session, commands: string): Promise<void> {
  const query = readFileSync(new URL('./queries/event-triggers.sql', import.meta.url), 'utf8');
  const triggers = await observer.query<{ name: string; state: string }>(query);
  const off = triggers.map(({ name }) => `alter event trigger ${name} disable;`);
  const on = triggers.map(({ name, state }) => `alter event trigger ${name} ${state};`);
  // One message is one transaction: either all of it happens or nothing.
  await observer.execute([...off, commands, ...on].join('\n'));
}
