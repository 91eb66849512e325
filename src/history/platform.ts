/** Whether the project runs on Supabase's own `auth` schema or brings its own. */
import type { History } from './history.ts';
import { parseSql } from './statements.ts';

export interface Platform {
  readonly platform: 'supabase' | 'postgres';
  /** In one clause, for the report. */
  readonly why: string;
}

/**
 * `auto`: a history that creates a schema `auth` itself cannot be Supabase's project database, where it exists and
 * belongs to somebody else; everything else is taken for Supabase. Where there is a base history it alone decides:
 * a pull request that adds such a statement would switch the rules about access off for itself.
 */
export async function platformOf(
  wanted: 'auto' | 'supabase' | 'postgres',
  history: History,
): Promise<Platform> {
  if (wanted !== 'auto') return { platform: wanted, why: 'as told by the option platform' };
  for (const migration of history.base.length > 0 ? history.base : history.new) {
    for (const statement of migration.statements) {
      if (statement.node !== 'CreateSchemaStmt') continue;
      if (await createsAuthSchema(statement.sql))
        return {
          platform: 'postgres',
          why: `${migration.file}:${statement.line} makes a schema auth of its own`,
        };
    }
  }
  return { platform: 'supabase', why: 'nothing says otherwise' };
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
