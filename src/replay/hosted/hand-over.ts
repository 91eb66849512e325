/** What a superuser made for `postgres`, given to it in the same breath. */
import { identifier } from '../../database/quoting.ts';
import type { HandOver } from './handling.ts';

/**
 * Postgres lets only superusers own these. No code of anybody's runs between the first command and the last, nobody
 * else sees what is not committed, and at the end of the transaction nothing has changed about the role.
 */
export function handedOver({ kind, name }: HandOver): readonly string[] {
  return [
    'alter role postgres superuser',
    `alter ${kind} ${identifier(name)} owner to postgres`,
    'alter role postgres nosuperuser',
  ];
}
