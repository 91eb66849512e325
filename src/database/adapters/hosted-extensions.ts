/** Extensions that hosted Supabase lets `postgres` create although Postgres asks for a superuser: trusted in our copy. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MajorVersion } from '../database.ts';

/**
 * What supautils lists as privileged, 2026-08, as far as these binaries have it, it is not trusted anyway, and it
 * opens no connections: in schema `extensions` postgres is granted all that the superuser makes, and with it
 * `dblink_connect_u`, which connects as anybody; `postgres_fdw` is of no use to who may not use its wrapper.
 */
const always = [
  'autoinc',
  'bloom',
  'dict_xsyn',
  'insert_username',
  'moddatetime',
  'pg_buffercache',
  'pg_prewarm',
  'pg_stat_statements',
  'pgrowlocks',
  'pgstattuple',
  'refint',
  'sslinfo',
];

/**
 * On 15 the script of `earthdistance` reads a literal of whatever is called `cube` in the schema it is put in, and the
 * check of a domain in there would run as the superuser. That of `pg_walinspect` grants to a role that `logins.sql`
 * takes away on 15.
 */
export function hostedExtensions(major: MajorVersion): readonly string[] {
  return major === 15 ? always : [...always, 'earthdistance', 'pg_walinspect'];
}

/** A trusted extension's script runs as the superuser, who then owns its objects; the extension is its creator's. */
export function trustHostedExtensions(native: string, major: MajorVersion): void {
  for (const name of hostedExtensions(major)) {
    const control = join(native, 'share', 'postgresql', 'extension', `${name}.control`);
    if (existsSync(control)) writeFileSync(control, `${readFileSync(control, 'utf8')}\ntrusted = true\n`);
  }
}
