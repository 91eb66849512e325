/** Extensions that a hosted project withholds from `postgres`; of names that stand in no list nothing is said here. */

/** Each an extension and the language that it brings: its functions run as the server's own user. */
export const untrustedLanguages: readonly string[] = [
  'plperlu',
  'plpython2u',
  'plpython3u',
  'plpythonu',
  'plsh',
  'pltclu',
];

/** They lead out of the database: to files and programs of the server. */
const outside: ReadonlySet<string> = new Set([
  'adminpack',
  'file_fdw',
  'jsonb_plperlu',
  'jsonb_plpython3u',
  'hstore_plperlu',
  'hstore_plpython3u',
  'ltree_plpython3u',
  ...untrustedLanguages,
]);

/** They show or change what only an administrator of the server should. */
const inside: ReadonlySet<string> = new Set([
  'amcheck',
  'intagg',
  'old_snapshot',
  'pageinspect',
  'pg_freespacemap',
  'pg_surgery',
  'pg_visibility',
  'xml2',
]);

export function leadsOutside(extension: string): boolean {
  return outside.has(extension);
}

export function isWithheld(extension: string): boolean {
  return outside.has(extension) || inside.has(extension);
}
