/** A policy of the catalog as the SQL that makes it. */
import type { PolicyObject } from '../catalog/catalog.ts';
import { identifier, plainIdentifier } from '../database/quoting.ts';

export function createPolicy(policy: Omit<PolicyObject, 'oid' | 'object' | 'table'>, table: string): string {
  const roles = policy.roles.map(plainIdentifier);
  return [
    `create policy ${identifier(policy.name)} on ${table}`,
    `  as ${policy.permissive ? 'permissive' : 'restrictive'} for ${policy.command} to ${roles.join(', ')}`,
    ...(policy.using === null ? [] : [`  using (${policy.using})`]),
    ...(policy.withCheck === null ? [] : [`  with check (${policy.withCheck})`]),
  ]
    .join('\n')
    .concat(';');
}
