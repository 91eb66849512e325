/** What a superuser made for `postgres`, given to it in the same breath. */
import { identifier } from '../../database/quoting.ts';
import type { HandOver } from './handling.ts';

/**
 * Postgres gives event triggers and wrappers to superusers only. No code of anybody's runs between the first command
 * and the last, nobody else sees what is not committed, and at the end nothing has changed about the role.
 */
export function handedOver({ kind, name }: HandOver): readonly string[] {
  const give = `alter ${kind} ${identifier(name)} owner to postgres`;
  if (kind === 'publication') return [give];
  return ['alter role postgres superuser', give, 'alter role postgres nosuperuser'];
}
