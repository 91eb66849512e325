/** What extensions bring along, as far as it tells whether one of them is missed: facts of their own documentation. */

/** What Postgres can say that there is not. */
type Kind =
  | 'type'
  | 'function'
  | 'operator'
  | 'operator class'
  | 'access method'
  | 'language'
  | 'wrapper'
  | 'schema'
  | 'relation';

/** By name without its schema; for operators the names of the types they are between. */
type Brought = { readonly [Each in Kind]?: RegExp };

const known: ReadonlyMap<string, Brought> = new Map<string, Brought>([
  [
    'postgis',
    {
      type: /^(?:geometry|geography|box2d|box3d|geometry_dump)$/,
      function: /^(?:_?st_|postgis_|geometry|geography|addgeometrycolumn$|find_srid$)/,
      operator: /^(?:geometry|geography)$/,
      'operator class': /geometry|geography/,
      relation: /^(?:spatial_ref_sys|geometry_columns|geography_columns)$/,
    },
  ],
  [
    'postgis_raster',
    { type: /^raster$/, function: /^(?:st_|addraster)/, relation: /^raster_(?:columns|overviews)$/ },
  ],
  ['postgis_topology', { type: /^topo(?:geometry|element)$/, schema: /^topology$/ }],
  ['postgis_tiger_geocoder', { schema: /^tiger(?:_data)?$/ }],
  ['pgrouting', { function: /^_?pgr_/ }],
  [
    'pgroonga',
    {
      function: /^pgroonga_/,
      'operator class': /^pgroonga_/,
      'access method': /^pgroonga$/,
      schema: /^pgroonga$/,
    },
  ],
  ['rum', { function: /^rum_/, 'operator class': /^rum_/, 'access method': /^rum$/ }],
  [
    'timescaledb',
    {
      function: /hypertable|time_bucket|chunk|_policy$/,
      schema: /timescaledb/,
      relation: /^(?:hypertables|chunks|jobs)$/,
    },
  ],
  ['plv8', { language: /^plv8$/, function: /^plv8_/ }],
  ['pgsodium', { schema: /^pgsodium/ }],
  ['pg_tle', { schema: /^pgtle$/ }],
  ['pg_partman', { schema: /^partman$/, function: /^(?:create_parent|run_maintenance)/ }],
  ['wrappers', { wrapper: /_wrapper$/, function: /_fdw_(?:handler|validator)$/ }],
  [
    'vector',
    {
      type: /^(?:vector|halfvec|sparsevec)$/,
      function: /^(?:l1_|l2_|cosine_distance|inner_product|vector_|halfvec_|sparsevec_|subvector)/,
      operator: /^(?:vector|halfvec|sparsevec)$/,
      'operator class': /^(?:vector_|halfvec_|sparsevec_|bit_)/,
      'access method': /^(?:hnsw|ivfflat)$/,
    },
  ],
  ['dblink', { function: /^dblink/ }],
  ['hypopg', { function: /^hypopg/ }],
  ['index_advisor', { function: /^index_advisor/ }],
  ['pg_repack', { schema: /^repack$/ }],
  ['plpgsql_check', { function: /^plpgsql_/ }],
  ['postgres_fdw', { function: /^postgres_fdw_/ }],
  ['pg_cron', { schema: /^cron$/ }],
  ['pg_net', { schema: /^net$/ }],
  ['pgmq', { schema: /^pgmq$/ }],
  ['pg_graphql', { schema: /^graphql$/ }],
  ['supabase_vault', { schema: /^vault$/ }],
  ['pg_jsonschema', { function: /^(?:jsonb?_matches_schema|jsonschema_)/ }],
  ['http', { function: /^http/, type: /^http_/ }],
  ['pgjwt', { function: /^(?:sign|verify|url_encode|url_decode|algorithm_sign)$/ }],
  ['pg_hashids', { function: /^(?:id_encode|id_decode|hash_)/ }],
]);

/**
 * `perhaps`: of an extension that is not in the list, which may bring anything of any name, but hardly a table. `no`:
 * the message is about something that this extension does not bring, or about something else.
 */
export function broughtBy(extension: string, message: string): 'yes' | 'perhaps' | 'no' {
  const missing = missingIn(message);
  if (missing === null) return 'no';
  const { kind, schema, names } = missing;
  const brought = known.get(extension);
  if (brought === undefined) {
    if (schema === extension || names.includes(extension)) return 'yes';
    return kind === 'relation' ? 'no' : 'perhaps';
  }
  if (schema !== null && brought.schema?.test(schema)) return 'yes';
  return names.some((name) => brought[kind]?.test(name)) ? 'yes' : 'no';
}

/** The name that a message says there is not, as the extension would have it; null when it is about something else. */
export function missingName(message: string): { readonly kind: string; readonly name: string } | null {
  const missing = missingIn(message);
  return missing === null ? null : { kind: missing.kind, name: missing.names.at(-1) ?? '' };
}

interface Missing {
  readonly kind: Kind;
  readonly schema: string | null;
  /** One name; for an operator its two types. */
  readonly names: readonly string[];
}

function missingIn(message: string): Missing | null {
  for (const [kind, pattern] of patterns) {
    const [, found] = pattern.exec(message) ?? [];
    if (found === undefined) continue;
    if (kind === 'operator') return { kind, schema: null, names: found.split(/[^\w]+/) };
    const parts = (found.match(/"(?:[^"]|"")*"|[^."]+/g) ?? []).map((part) =>
      part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
    );
    const name = parts.at(-1) ?? '';
    return { kind, schema: kind === 'schema' ? name : (parts.at(-2) ?? null), names: [name] };
  }
  return null;
}

const patterns: readonly (readonly [Kind, RegExp])[] = [
  ['type', /^type "(.+)" does not exist/],
  ['type', /^type ([^\s"]+) does not exist/],
  ['function', /^function ([^(]+)\(.*\) does not exist/s],
  ['function', /^could not find a function named "(.+)"/],
  ['operator', /^operator does not exist: (.+)/s],
  ['operator class', /^operator class "(.+?)" does not exist/],
  ['access method', /^access method "(.+)" does not exist/],
  ['language', /^language "(.+)" does not exist/],
  ['wrapper', /^foreign-data wrapper "(.+)" does not exist/],
  ['schema', /^schema "(.+)" does not exist/],
  ['relation', /^relation "(.+)" does not exist/],
];
