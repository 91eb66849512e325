/** Whether a project makes a schema `auth` of its own: then its database cannot be that of a Supabase project. */
import type { Node } from 'libpg-query';
import type { SqlFile } from './migration.ts';
import { child, fieldsOf, list, namesOf } from './parse-tree.ts';
import { parseSql } from './statements.ts';

export interface OwnAuth {
  /** Where the schema is made. */
  readonly file: string;
  readonly line: number;
  /** The first thing in it that Supabase's schema does not have. */
  readonly foreign: string;
}

/**
 * A schema alone is no proof: Drizzle writes `CREATE SCHEMA "auth"` for who refers to Supabase's, and the statement is
 * then taken out by hand, or not. `IF NOT EXISTS` is none either: hosted projects once let postgres add tables there.
 */
export async function ownAuth(files: readonly SqlFile[]): Promise<OwnAuth | null> {
  let place: { file: string; line: number } | null = null;
  let foreign: string | null = null;
  for (const { file, statements } of files) {
    for (const { sql, line } of statements) {
      // What the parser gives takes its time; names are written as they are.
      if (!/auth/i.test(sql)) continue;
      const parsed = await parseSql(sql);
      if ('error' in parsed) continue;
      for (const { tree } of parsed.statements) {
        if (makesAuth(tree)) place ??= { file, line };
        foreign ??= foreignToAuth(tree);
      }
    }
  }
  return place === null || foreign === null ? null : { ...place, foreign };
}

function makesAuth(tree: Node): boolean {
  const { schemaname, if_not_exists } = fieldsOf(tree, 'CreateSchemaStmt');
  return schemaname === 'auth' && if_not_exists !== true;
}

/** What Supabase's own schema `auth` holds (as of 2026-08): making these is no sign of another one. */
const supabaseAuth: readonly string[] = [
  'aal_level',
  'audit_log_entries',
  'code_challenge_method',
  'custom_oauth_providers',
  'email',
  'factor_status',
  'factor_type',
  'flow_state',
  'identities',
  'instances',
  'jwt',
  'mfa_amr_claims',
  'mfa_challenges',
  'mfa_factors',
  'oauth_authorization_status',
  'oauth_authorizations',
  'oauth_client_states',
  'oauth_client_type',
  'oauth_clients',
  'oauth_consents',
  'oauth_registration_type',
  'oauth_response_type',
  'one_time_token_type',
  'one_time_tokens',
  'refresh_tokens',
  'role',
  'saml_providers',
  'saml_relay_states',
  'schema_migrations',
  'sessions',
  'sso_domains',
  'sso_providers',
  'sso_sessions',
  'uid',
  'users',
  'webauthn_challenges',
  'webauthn_credentials',
];

/** Columns of `auth.users`, the table that other projects have too. */
const supabaseUsers: readonly string[] = [
  'aud',
  'banned_until',
  'confirmation_sent_at',
  'confirmation_token',
  'confirmed_at',
  'created_at',
  'deleted_at',
  'email',
  'email_change',
  'email_change_confirm_status',
  'email_change_sent_at',
  'email_change_token_current',
  'email_change_token_new',
  'email_confirmed_at',
  'encrypted_password',
  'id',
  'instance_id',
  'invited_at',
  'is_anonymous',
  'is_sso_user',
  'is_super_admin',
  'last_sign_in_at',
  'phone',
  'phone_change',
  'phone_change_sent_at',
  'phone_change_token',
  'phone_confirmed_at',
  'raw_app_meta_data',
  'raw_user_meta_data',
  'reauthentication_sent_at',
  'reauthentication_token',
  'recovery_sent_at',
  'recovery_token',
  'role',
  'updated_at',
];

/** The name of what is put into `auth` and is not Supabase's, else null. */
function foreignToAuth(tree: Node): string | null {
  const table = fieldsOf(tree, 'CreateStmt');
  const relation = child(table.relation);
  if (relation.schemaname === 'auth' && typeof relation.relname === 'string') {
    if (!supabaseAuth.includes(relation.relname)) return `auth.${relation.relname}`;
    if (relation.relname !== 'users') return null;
    const columns = list(table.tableElts).map((element) => child(child(element).ColumnDef).colname);
    const other = columns.find((name) => typeof name === 'string' && !supabaseUsers.includes(name));
    return other === undefined ? null : `auth.users.${String(other)}`;
  }
  const view = child(fieldsOf(tree, 'ViewStmt').view);
  const composite = child(fieldsOf(tree, 'CompositeTypeStmt').typevar);
  const named = [
    [view.schemaname, view.relname],
    [composite.schemaname, composite.relname],
    namesOf(fieldsOf(tree, 'CreateFunctionStmt').funcname),
    namesOf(fieldsOf(tree, 'CreateEnumStmt').typeName),
    namesOf(fieldsOf(tree, 'CreateDomainStmt').domainname),
  ];
  const found = named.find(
    ([schema, name]) => schema === 'auth' && typeof name === 'string' && !supabaseAuth.includes(name),
  );
  return found === undefined ? null : `auth.${String(found[1])}`;
}
