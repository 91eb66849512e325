/** Whether the project runs on Supabase's own `auth` schema or brings its own. */
import type { History } from './history.ts';
import { parseSql } from './statements.ts';

/**
 * `auto`: a history that creates a schema `auth` itself cannot be Supabase's project database, where it exists and
 * belongs to somebody else; everything else is taken for Supabase. Where there is a base history it alone decides:
 * a pull request that adds such a statement would switch the rules about access off for itself.
 */
export async function platformOf(
  wanted: 'auto' | 'supabase' | 'postgres',
  history: History,
): Promise<'supabase' | 'postgres'> {
  if (wanted !== 'auto') return wanted;
  for (const migration of history.base.length > 0 ? history.base : history.new) {
    for (const statement of migration.statements) {
      if (statement.node !== 'CreateSchemaStmt') continue;
      if (await createsAuthSchema(statement.sql)) return 'postgres';
    }
  }
  return 'supabase';
}

async function createsAuthSchema(sql: string): Promise<boolean> {
  const parsed = await parseSql(sql);
  if (!('statements' in parsed)) return false;
  return parsed.statements.some(
    ({ tree }) =>
      'CreateSchemaStmt' in tree &&
      tree.CreateSchemaStmt.schemaname === 'auth' &&
      tree.CreateSchemaStmt.if_not_exists !== true,
  );
}
