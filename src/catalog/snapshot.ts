/** Takes a catalog snapshot: everything in one instant, without names that the pull request could have put in the way. */

import { readFileSync } from 'node:fs';
import type { Row, Session } from '../database/database.ts';
import type { Catalog, CatalogObject } from './catalog.ts';
import { byCodeUnit } from './order.ts';

/**
 * What a migration may have set for this database and what changes how Postgres prints definitions. With this search
 * path only built-in names are printed bare; naming pg_temp last keeps temporary relations from standing before
 * pg_catalog's. Compiling takes longer than these queries do.
 */
const beginning = `begin isolation level repeatable read read only;
set local search_path = pg_catalog, pg_temp;
set local quote_all_identifiers = off;
set local standard_conforming_strings = on;
set local timezone = 'UTC';
set local datestyle = 'ISO, MDY';
set local intervalstyle = 'postgres';
set local bytea_output = 'hex';
set local extra_float_digits = 1;
set local lc_monetary = 'C';
set local xmloption = 'content';
set local row_security = on;
set local statement_timeout = 0;
set local jit = off`;

/** The catalog as this superuser session sees it. The session must not be inside a transaction. */
export async function takeSnapshot(session: Session): Promise<Catalog> {
  const sql = readQueries();
  // Nothing waits for an answer before the next query is sent: one round trip instead of seventeen.
  const opened = session.execute(beginning);
  const sections = Promise.all([
    section<Catalog['schemas'][number]>(session, sql.schemas),
    section<Catalog['tables'][number]>(session, sql.tables),
    section<Catalog['columns'][number]>(session, sql.columns),
    section<Catalog['constraints'][number]>(session, sql.constraints),
    section<Catalog['indexes'][number]>(session, sql.indexes),
    section<Catalog['policies'][number]>(session, sql.policies),
    section<Catalog['triggers'][number]>(session, sql.triggers),
    section<Catalog['functions'][number]>(session, sql.functions),
    section<Catalog['types'][number]>(session, sql.types),
    section<Catalog['sequences'][number]>(session, sql.sequences),
    section<Catalog['extensions'][number]>(session, sql.extensions),
    section<Catalog['publications'][number]>(session, sql.publications),
    section<Catalog['eventTriggers'][number]>(session, sql.eventTriggers),
    section<Catalog['roles'][number]>(session, sql.roles),
    section<Catalog['defaultPrivileges'][number]>(session, sql.defaultPrivileges),
  ]);
  const closed = session.execute('rollback');
  await Promise.allSettled([opened, sections, closed]);
  await opened;
  const [
    schemas,
    tables,
    columns,
    constraints,
    indexes,
    policies,
    triggers,
    functions,
    types,
    sequences,
    extensions,
    publications,
    eventTriggers,
    roles,
    defaultPrivileges,
  ] = await sections;
  await closed;
  return {
    schemas,
    tables,
    columns,
    constraints,
    indexes,
    policies,
    triggers,
    functions,
    types,
    sequences,
    extensions,
    publications,
    eventTriggers,
    roles,
    defaultPrivileges,
  };
}

/** Sorted here and not by the server, whose collation may differ from another's. */
async function section<Entry extends CatalogObject & { readonly table?: string; readonly number?: number }>(
  session: Session,
  sql: string,
): Promise<readonly Entry[]> {
  const rows = await session.query<Row>(sql);
  // The queries name their columns after the fields of the contract; test/catalog compares the two.
  return (rows as unknown as readonly Entry[]).toSorted(
    (one, other) =>
      (one.number === undefined
        ? 0
        : byCodeUnit(one.table ?? '', other.table ?? '') || one.number - (other.number ?? 0)) ||
      byCodeUnit(one.object, other.object),
  );
}

function readQueries() {
  return {
    schemas: readFileSync(new URL('./queries/catalog-schemas.sql', import.meta.url), 'utf8'),
    tables: readFileSync(new URL('./queries/catalog-tables.sql', import.meta.url), 'utf8'),
    columns: readFileSync(new URL('./queries/catalog-columns.sql', import.meta.url), 'utf8'),
    constraints: readFileSync(new URL('./queries/catalog-constraints.sql', import.meta.url), 'utf8'),
    indexes: readFileSync(new URL('./queries/catalog-indexes.sql', import.meta.url), 'utf8'),
    policies: readFileSync(new URL('./queries/catalog-policies.sql', import.meta.url), 'utf8'),
    triggers: readFileSync(new URL('./queries/catalog-triggers.sql', import.meta.url), 'utf8'),
    functions: readFileSync(new URL('./queries/catalog-functions.sql', import.meta.url), 'utf8'),
    types: readFileSync(new URL('./queries/catalog-types.sql', import.meta.url), 'utf8'),
    sequences: readFileSync(new URL('./queries/catalog-sequences.sql', import.meta.url), 'utf8'),
    extensions: readFileSync(new URL('./queries/catalog-extensions.sql', import.meta.url), 'utf8'),
    publications: readFileSync(new URL('./queries/catalog-publications.sql', import.meta.url), 'utf8'),
    eventTriggers: readFileSync(new URL('./queries/catalog-event-triggers.sql', import.meta.url), 'utf8'),
    roles: readFileSync(new URL('./queries/catalog-roles.sql', import.meta.url), 'utf8'),
    defaultPrivileges: readFileSync(
      new URL('./queries/catalog-default-privileges.sql', import.meta.url),
      'utf8',
    ),
  };
}
