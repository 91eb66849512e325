/** What a hosted project refuses, or what reaches outside the database, with the reason and what to do instead. */
import {
  child,
  grantedRolesOf,
  optionOf,
  roleOf,
  rolesOf,
  type Tree,
  textOf,
} from '../../history/parse-tree.ts';
import type { Ground } from './handling.ts';
import { isPrivilegedSetting } from './privileged-settings.ts';
import { isReserved, isReservedMembership, isServiceRole, serverRoles } from './reserved-roles.ts';
import { untrustedLanguages } from './withheld-extensions.ts';

export interface Refusal {
  /** In Postgres' manner: one clause, without a full stop. */
  readonly why: string;
  readonly hint: string;
  /** Postgres refuses it to who is no superuser on its own, so that it does no harm where it cannot be kept back. */
  readonly byPostgres: boolean;
}

/** The statements below; no other node is ever refused. */
export const refusable: ReadonlySet<string> = new Set([
  'AlterDatabaseSetStmt',
  'AlterRoleSetStmt',
  'AlterRoleStmt',
  'AlterSystemStmt',
  'CopyStmt',
  'CreateFunctionStmt',
  'CreatePLangStmt',
  'CreateRoleStmt',
  'CreateSubscriptionStmt',
  'CreateTableSpaceStmt',
  'DoStmt',
  'DropRoleStmt',
  'GrantRoleStmt',
  'LoadStmt',
  'RenameStmt',
  'TransactionStmt',
]);

export function refusalOf(node: string, fields: Tree, ground: Ground): Refusal | null {
  return (
    outside(node, fields) ??
    preparedRefusal(node, fields, ground) ??
    roleRefusal(node, fields, ground) ??
    settingRefusal(node, fields, ground)
  );
}

/** Out of the database: refused wherever production is. */
function outside(node: string, fields: Tree): Refusal | null {
  switch (node) {
    case 'CopyStmt':
      return copyRefusal(fields);
    case 'LoadStmt':
      return {
        why: 'permission denied to load a library into the server',
        hint: 'Leave LOAD out: a hosted project loads the libraries of its extensions by itself.',
        byPostgres: true,
      };
    case 'AlterSystemStmt':
      return {
        why: 'permission denied to change the configuration of the server',
        hint: 'Set the parameter for a role or the database (ALTER ROLE … SET, ALTER DATABASE … SET), or in the settings of the project.',
        byPostgres: true,
      };
    case 'CreateTableSpaceStmt':
      return {
        why: 'permission denied to create a tablespace',
        hint: 'Leave the tablespace out: a tablespace is a directory of the server.',
        byPostgres: true,
      };
    case 'CreateSubscriptionStmt':
      return {
        why: 'a subscription opens a connection to another server',
        hint: 'Set up logical replication by hand, outside the migrations.',
        byPostgres: false,
      };
    case 'CreatePLangStmt':
      return fields.plhandler === undefined
        ? null
        : {
            why: 'permission denied to create a procedural language',
            hint: 'Write functions in SQL or PL/pgSQL, or create the extension that has the language.',
            byPostgres: true,
          };
    case 'CreateFunctionStmt':
      return languageRefusal(textOf(optionOf(fields.options, 'language')));
    case 'DoStmt':
      return languageRefusal(textOf(optionOf(fields.args, 'language')));
    default:
      return null;
  }
}

/**
 * Servers do not allow it unless they are told to, and hosted ones are not. Where somebody else's does, it would keep
 * its locks after the session, and after the run.
 */
function preparedRefusal(node: string, { kind }: Tree, { foundation }: Ground): Refusal | null {
  if (node !== 'TransactionStmt' || foundation !== 'shared' || !prepared.has(String(kind))) return null;
  return {
    why: 'prepared transactions are disabled',
    hint: 'End the transaction with COMMIT.',
    byPostgres: false,
  };
}

const prepared = new Set([
  'TRANS_STMT_PREPARE',
  'TRANS_STMT_COMMIT_PREPARED',
  'TRANS_STMT_ROLLBACK_PREPARED',
]);

function copyRefusal({ filename, is_from, is_program }: Tree): Refusal | null {
  if (typeof filename !== 'string') return null;
  const hint =
    is_from === true
      ? 'Write the rows as INSERT statements into the migration.'
      : 'Leave the export out of the migrations; psql’s \\copy writes a file on your own machine.';
  if (is_program === true)
    return { why: 'permission denied to COPY to or from an external program', hint, byPostgres: true };
  return {
    why: `permission denied to COPY ${is_from === true ? 'from' : 'to'} a file of the server`,
    hint,
    byPostgres: true,
  };
}

/** What runs as the server's own user and may do all that it may. */
const untrusted = new Set(['c', 'internal', ...untrustedLanguages]);

function languageRefusal(language: string | null): Refusal | null {
  if (language === null || !untrusted.has(language.toLowerCase())) return null;
  return {
    why: `permission denied for language ${language}`,
    hint: 'Write the function in SQL or PL/pgSQL: a function in this language could do anything the server itself can.',
    byPostgres: true,
  };
}

function roleRefusal(node: string, fields: Tree, ground: Ground): Refusal | null {
  const { majorVersion } = ground;
  const hosted = ground.platform === 'supabase';
  switch (node) {
    case 'CreateRoleStmt':
      return (
        attributeRefusal('create', fields.options) ??
        membershipRefusal(rolesOf(optionOf(fields.options, 'addroleto')), hosted)
      );
    case 'AlterRoleStmt': {
      const role = roleOf(fields.role);
      const members = optionOf(fields.options, 'rolemembers');
      // ALTER GROUP … ADD USER is a grant; `action` is -1 for DROP USER.
      if (members !== undefined)
        return fields.action === 1 ? membershipRefusal(role === null ? [] : [role], hosted) : null;
      const attribute = attributeRefusal('alter', fields.options);
      if (attribute !== null) return attribute;
      // Without a name it is CURRENT_USER, CURRENT_ROLE or SESSION_USER.
      if (role === null || role === 'postgres') return ownRole;
      return hosted && isReserved(role, majorVersion) ? reserved(role, 'altered') : null;
    }
    case 'AlterRoleSetStmt': {
      const role = roleOf(fields.role);
      return hosted && role !== null && isServiceRole(role) ? reserved(role, 'altered') : null;
    }
    case 'DropRoleStmt': {
      const role = hosted ? rolesOf(fields.roles).find((name) => isReserved(name, majorVersion)) : undefined;
      return role === undefined ? null : reserved(role, 'dropped');
    }
    case 'RenameStmt': {
      if (fields.renameType !== 'OBJECT_ROLE' || !hosted) return null;
      const role = [fields.subname, fields.newname].find(
        (name) => typeof name === 'string' && isReserved(name, majorVersion),
      );
      return typeof role === 'string' ? reserved(role, 'renamed') : null;
    }
    case 'GrantRoleStmt':
      return grantRefusal(fields, ground);
    default:
      return null;
  }
}

/** The role that runs the migrations: what is taken from it or given to it, the next migration would meet. */
const ownRole: Refusal = {
  why: 'permission denied to alter role "postgres"',
  hint: 'Leave it out: the role that runs the migrations is the project’s own. Its password is changed in the settings of the project.',
  byPostgres: false,
};

function attributeRefusal(verb: 'create' | 'alter', options: unknown): Refusal | null {
  const superuser = optionOf(options, 'superuser');
  const given = child(child(superuser).Boolean).boolval === true;
  if (superuser !== undefined && (given || verb === 'alter')) {
    return {
      why: `permission denied to ${verb} ${verb === 'create' ? 'a superuser' : 'the superuser attribute of a role'}`,
      hint: 'Grant the role what it needs, table by table; service_role and roles with BYPASSRLS pass row level security without being superusers.',
      byPostgres: true,
    };
  }
  return null;
}

function grantRefusal({ is_grant, granted_roles, grantee_roles }: Tree, ground: Ground): Refusal | null {
  const hosted = ground.platform === 'supabase';
  if (is_grant === true) {
    const refusal = membershipRefusal(grantedRolesOf(granted_roles), hosted);
    if (refusal !== null) return refusal;
  }
  // Since 16 it is the ADMIN OPTION on what is granted that decides, and Postgres asks for it.
  if (!hosted || ground.majorVersion > 15) return null;
  const role = rolesOf(grantee_roles).find(isServiceRole);
  return role === undefined ? null : reserved(role, 'altered');
}

function membershipRefusal(granted: readonly string[], hosted: boolean): Refusal | null {
  const role = granted.find((name) => (hosted ? isReservedMembership(name) : serverRoles.has(name)));
  if (role === undefined) return null;
  const reaches = serverRoles.has(role);
  return {
    why: `permission denied to grant role "${role}"`,
    hint: reaches
      ? 'Leave the grant out: its members read and write files of the server or start programs on it.'
      : 'Leave the grant out: a hosted project keeps the membership for its own services. Grant the privileges that are needed instead.',
    byPostgres: false,
  };
}

function reserved(role: string, done: 'altered' | 'dropped' | 'renamed'): Refusal {
  return {
    why: `"${role}" is a reserved role that may not be ${done}`,
    hint: `Leave it out: ${role} belongs to the project’s services. For rights of your own make a role of your own.`,
    byPostgres: false,
  };
}

/** A grant on the parameter lets it pass here (parameters.sql), which the hosted project has no hand in. */
function settingRefusal(node: string, fields: Tree, { platform }: Ground): Refusal | null {
  if (node !== 'AlterDatabaseSetStmt' || platform === 'postgres') return null;
  const { kind, name } = child(child(fields.setstmt));
  if (typeof name !== 'string' || kind === 'VAR_RESET' || !isPrivilegedSetting(name)) return null;
  return {
    why: `permission denied to set parameter "${name}" for the database`,
    hint: `Set it for the role that needs it (\`alter role authenticator set ${name} = …\`), or in the settings of the project.`,
    byPostgres: false,
  };
}
