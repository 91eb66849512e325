/** Our stand-ins for extensions that a server of our own does not have, or had better not have; one script each. */
import { readFileSync } from 'node:fs';

export interface StandIn {
  readonly name: string;
  /** Near the one that hosted projects have. */
  readonly version: string;
  /** As upstream: the schema that it is always in, if there is one. */
  readonly schema: string | null;
  /** As upstream: whether ALTER EXTENSION … SET SCHEMA can move it. */
  readonly relocatable: boolean;
  readonly requires: readonly string[];
  /** False where whoever creates it owns what is made, as upstream. */
  readonly superuser: boolean;
  /** It takes the place of the real one too, which opens connections, or asks for a server that preloads it. */
  readonly always: boolean;
  readonly script: URL;
}

const plain = {
  schema: null,
  relocatable: false,
  requires: [],
  superuser: true,
  always: false,
} as const;

/** Each script is named in full: the bundler takes along what it can read here. */
export const standIns: readonly StandIn[] = [
  {
    ...plain,
    name: 'dblink',
    version: '1.2',
    relocatable: true,
    always: true,
    script: new URL('./stand-ins/dblink.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'http',
    version: '1.6',
    always: true,
    script: new URL('./stand-ins/http.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'hypopg',
    version: '1.4.1',
    relocatable: true,
    script: new URL('./stand-ins/hypopg.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'index_advisor',
    version: '0.2.0',
    relocatable: true,
    requires: ['hypopg'],
    script: new URL('./stand-ins/index_advisor.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'pg_cron',
    version: '1.6',
    schema: 'pg_catalog',
    always: true,
    script: new URL('./stand-ins/pg_cron.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'pg_graphql',
    version: '1.5.11',
    schema: 'graphql',
    script: new URL('./stand-ins/pg_graphql.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'pg_hashids',
    version: '1.3',
    relocatable: true,
    script: new URL('./stand-ins/pg_hashids.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'pg_jsonschema',
    version: '0.3.3',
    script: new URL('./stand-ins/pg_jsonschema.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'pg_net',
    version: '0.19.5',
    always: true,
    script: new URL('./stand-ins/pg_net.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'pg_repack',
    version: '1.5.2',
    script: new URL('./stand-ins/pg_repack.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'pg_stat_monitor',
    version: '2.1',
    relocatable: true,
    always: true,
    script: new URL('./stand-ins/pg_stat_monitor.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'pg_tle',
    version: '1.4.0',
    schema: 'pgtle',
    always: true,
    script: new URL('./stand-ins/pg_tle.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'pgaudit',
    version: '1.7',
    relocatable: true,
    always: true,
    script: new URL('./stand-ins/pgaudit.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'pgjwt',
    version: '0.2.0',
    relocatable: true,
    requires: ['pgcrypto'],
    script: new URL('./stand-ins/pgjwt.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'pgmq',
    version: '1.5.1',
    schema: 'pgmq',
    superuser: false,
    script: new URL('./stand-ins/pgmq.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'pgsodium',
    version: '3.1.8',
    schema: 'pgsodium',
    always: true,
    script: new URL('./stand-ins/pgsodium.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'pgtap',
    version: '1.3.3',
    relocatable: true,
    superuser: false,
    script: new URL('./stand-ins/pgtap.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'plpgsql_check',
    version: '2.7',
    requires: ['plpgsql'],
    script: new URL('./stand-ins/plpgsql_check.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'postgres_fdw',
    version: '1.1',
    relocatable: true,
    always: true,
    script: new URL('./stand-ins/postgres_fdw.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'supabase_vault',
    version: '0.3.1',
    schema: 'vault',
    always: true,
    script: new URL('./stand-ins/supabase_vault.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'vector',
    version: '0.8.0',
    relocatable: true,
    script: new URL('./stand-ins/vector.sql', import.meta.url),
  },
  {
    ...plain,
    name: 'wrappers',
    version: '0.5.7',
    always: true,
    script: new URL('./stand-ins/wrappers.sql', import.meta.url),
  },
];

/** Trusted, as hosted lets `postgres` create it: its script runs as the superuser, who owns what is made. */
export function controlFile(standIn: StandIn): string {
  const { name, version, schema, relocatable, requires, superuser } = standIn;
  const lines = [
    `comment = 'stand-in for ${name}'`,
    `default_version = '${version}'`,
    `relocatable = ${relocatable}`,
    `superuser = ${superuser}`,
    `trusted = ${superuser}`,
  ];
  if (schema !== null) lines.push(`schema = '${schema}'`);
  if (requires.length > 0) lines.push(`requires = '${requires.join(', ')}'`);
  return `${lines.join('\n')}\n`;
}

export function scriptOf({ script }: StandIn): string {
  return readFileSync(script, 'utf8');
}
