/** Extensions that hosted Supabase lets `postgres` create, and what becomes of them on a server of our own. */
import type { MajorVersion } from '../database.ts';

/** On supautils' list of privileged extensions as of 2026-08, trusted by Postgres itself, or in need of no superuser. */
const onEvery = [
  'address_standardizer',
  'address_standardizer_data_us',
  'autoinc',
  'bloom',
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'dblink',
  'dict_int',
  'dict_xsyn',
  'earthdistance',
  'fuzzystrmatch',
  'hstore',
  'http',
  'hypopg',
  'index_advisor',
  'insert_username',
  'intarray',
  'isn',
  'ltree',
  'moddatetime',
  'pg_buffercache',
  'pg_cron',
  'pg_graphql',
  'pg_hashids',
  'pg_jsonschema',
  'pg_net',
  'pg_partman',
  'pg_prewarm',
  'pg_repack',
  'pg_stat_monitor',
  'pg_stat_statements',
  'pg_tle',
  'pg_trgm',
  'pg_walinspect',
  'pgaudit',
  'pgcrypto',
  'pgjwt',
  'pgmq',
  'pgroonga',
  'pgroonga_database',
  'pgrouting',
  'pgrowlocks',
  'pgsodium',
  'pgstattuple',
  'pgtap',
  'plpgsql',
  'plpgsql_check',
  'postgis',
  'postgis_raster',
  'postgis_sfcgal',
  'postgis_tiger_geocoder',
  'postgis_topology',
  'postgres_fdw',
  'refint',
  'rum',
  'seg',
  'sslinfo',
  'supabase_vault',
  'tablefunc',
  'tcn',
  'tsm_system_rows',
  'tsm_system_time',
  'unaccent',
  'uuid-ossp',
  'vector',
  'wrappers',
];

const only15 = ['pljava', 'plcoffee', 'plls', 'plv8', 'timescaledb'];
const since17 = ['orioledb'];

/** What a hosted project of this major version offers; there is no hosted 16 or 18, they are taken for 17. */
export function hostedExtensions(major: MajorVersion): ReadonlySet<string> {
  return new Set([...onEvery, ...(major === 15 ? only15 : since17)].sort());
}

/**
 * Of what our servers bring, what hosted lets `postgres` create although Postgres asks for a superuser. Not in here:
 * `dblink` and `postgres_fdw`, which open connections; stand-ins take their places (stand-ins.ts).
 */
const trusted = [
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
 * check of a domain in there would run as the superuser. That of `pg_walinspect` grants to a role that `containment.sql`
 * takes away on 15.
 */
export function trustedExtensions(major: MajorVersion): readonly string[] {
  return major === 15 ? trusted : [...trusted, 'earthdistance', 'pg_walinspect'];
}

const geometry = 'its types and hundreds of functions compute geometry';
const language = 'it is a language: its functions would have to be run';

/**
 * What hosted projects offer and our servers have neither for real nor as a stand-in: statements that name it are left
 * out, and the image of hosted projects is what could run them.
 */
export const withoutStandIn: ReadonlyMap<string, string> = new Map([
  ['address_standardizer', 'it parses addresses by tables of its own'],
  ['address_standardizer_data_us', 'it is tables for address_standardizer'],
  ['orioledb', 'it stores tables in a way of its own'],
  ['pg_partman', 'the partitions that it makes are the point of it'],
  ['pgroonga', 'its indexes and operators search text as no other'],
  ['pgroonga_database', 'it belongs to pgroonga'],
  ['pgrouting', geometry],
  ['pljava', language],
  ['plcoffee', language],
  ['plls', language],
  ['plv8', language],
  ['postgis', geometry],
  ['postgis_raster', geometry],
  ['postgis_sfcgal', geometry],
  ['postgis_tiger_geocoder', geometry],
  ['postgis_topology', geometry],
  ['rum', 'its indexes and operators order by distance as no other'],
  ['timescaledb', 'the chunks that it makes of tables are the point of it'],
]);
