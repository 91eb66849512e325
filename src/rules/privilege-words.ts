/** Why a hosted project refuses a statement, and what to write instead; null where the refusal has another cause. */
import { readBlock } from '../history/block.ts';
import {
  child,
  grantedRolesOf,
  list,
  nodeOf,
  optionOf,
  roleOf,
  rolesOf,
  type Tree,
} from '../history/parse-tree.ts';
import { treesOf } from '../history/statements.ts';
import { shapeOf } from '../replay/hosted/dynamic-sql.ts';
import { isServiceRole } from '../replay/hosted/reserved-roles.ts';
import type { StatementRecord } from '../replay/record.ts';
import type { FailureWords } from './failure-words.ts';
import { type NamedObject, namedObjects } from './named-objects.ts';
import type { Evidence } from './rule.ts';
import { oneLine } from './wording.ts';

/** What hosted refuses by 42501, or was not sent because hosted would. */
export function privilegeWords(
  failed: StatementRecord,
  { base, head }: Pick<Evidence, 'base' | 'head'>,
): FailureWords | null {
  const { error } = failed;
  if (error === null) return null;
  const state = base ?? head;
  if (error.refused === true) {
    return {
      why:
        state?.platform === 'postgres'
          ? 'It reaches outside the database, so the gate did not run it, and nothing that stands below it was tried.'
          : 'A hosted project gives nobody the rights for this, so the gate did not run it.',
      remedy: error.hint === null ? 'Take the statement out of the migrations.' : oneLine(error.hint, 400),
    };
  }
  if (error.sqlstate !== '42501' || state === null || state.platform !== 'supabase') return null;
  const { schemas, tables } = state.catalog;
  const project: Project = {
    isService: (schema) => {
      const owner = schemas.find(({ name }) => name === schema)?.owner;
      return owner !== undefined && isServiceRole(owner);
    },
    hasRowSecurity: ({ schema, name }) =>
      tables.some((table) => table.schema === schema && table.name === name && table.rowSecurity),
  };
  for (const { tag, fields } of statementsOf(failed)) {
    const words = wordsFor(tag, fields, error.message, project);
    if (words !== null) return words;
  }
  return null;
}

/** What the catalog says of the project at base. */
interface Project {
  /** The schema belongs to one of Supabase's services. */
  readonly isService: (schema: string) => boolean;
  readonly hasRowSecurity: (table: NamedObject) => boolean;
}

interface Statement {
  readonly tag: string;
  readonly fields: Tree;
}

/** The statement itself, or those in its block. */
function statementsOf({ sql, node }: StatementRecord): readonly Statement[] {
  if (node !== 'DoStmt') return (treesOf(sql) ?? []).flatMap((tree) => nodeOf(tree) ?? []);
  const parts = readBlock(sql) ?? [];
  return parts.flatMap((part) => {
    if (part.kind !== 'statement' && part.kind !== 'dynamic') return [];
    const trees = part.kind === 'dynamic' ? shapeOf(part.sql)?.trees : treesOf(part.sql);
    return (trees ?? []).flatMap((tree) => nodeOf(tree) ?? []);
  });
}

function wordsFor(tag: string, fields: Tree, message: string, project: Project): FailureWords | null {
  return (
    byRole(tag, fields) ??
    bySetting(tag, fields, message) ??
    byObject(tag, fields, message, project) ??
    bySuperuser(tag, message)
  );
}

/** It gives something to a role that `postgres` is no member of, or acts as one. */
function byRole(tag: string, fields: Tree): FailureWords | null {
  const role = otherRole(tag, fields);
  if (role === null || !isServiceRole(role)) return null;
  if (tag === 'AlterDefaultPrivilegesStmt') {
    return {
      why: `Only a superuser may say what becomes of the objects that ${role} makes.`,
      remedy: `Delete this line; it comes with dumps. For what your migrations make, leave \`for role ${role}\` out.`,
    };
  }
  if (tag === 'VariableSetStmt') {
    return {
      why: `The role that runs the migrations is no member of ${role}.`,
      remedy: 'Delete this line: migrations run as postgres from the first statement to the last.',
    };
  }
  if (tag === 'GrantRoleStmt' || tag === 'CreateRoleStmt') {
    return {
      why: `The project keeps the membership in ${role} for its own services.`,
      remedy: 'Leave the grant out, and grant the privileges that are needed instead.',
    };
  }
  return {
    why: `Only a member of ${role} may make it the owner of something, and postgres is none.`,
    remedy: 'Delete this line, which comes with dumps: what your migrations make belongs to postgres.',
  };
}

function otherRole(tag: string, fields: Tree): string | null {
  switch (tag) {
    case 'AlterDefaultPrivilegesStmt':
      return rolesOf(optionOf(fields.options, 'roles')).find(isServiceRole) ?? null;
    case 'AlterOwnerStmt':
      return roleOf(fields.newowner);
    case 'ReassignOwnedStmt':
      return [roleOf(fields.newrole) ?? '', ...rolesOf(fields.roles)].find(isServiceRole) ?? null;
    case 'AlterTableStmt': {
      const owners = list(fields.cmds).map((command) => roleOf(child(child(command).AlterTableCmd).newowner));
      return owners.find((owner) => owner !== null) ?? null;
    }
    case 'CreateSchemaStmt':
      return roleOf(fields.authrole);
    case 'CreatedbStmt':
      return null;
    case 'GrantRoleStmt':
      return grantedRolesOf(fields.granted_roles)[0] ?? null;
    case 'VariableSetStmt': {
      if (fields.name !== 'role' && fields.name !== 'session_authorization') return null;
      const { sval } = child(child(child(list(fields.args)[0]).A_Const).sval);
      return typeof sval === 'string' ? sval : null;
    }
    default:
      return null;
  }
}

function bySetting(tag: string, fields: Tree, message: string): FailureWords | null {
  if (!message.startsWith('permission denied to set parameter')) return null;
  const set = tag === 'VariableSetStmt' ? fields : child(fields.setstmt);
  const { name } = set;
  if (typeof name !== 'string') return null;
  if (name.includes('.') && tag !== 'VariableSetStmt') {
    return {
      why: `Only a superuser may store the custom parameter ${name} for a role or a database.`,
      remedy:
        'Keep a secret in Supabase Vault and read it from `vault.decrypted_secrets`; keep any other value in a table of settings.',
    };
  }
  return {
    why: `Only a superuser may set ${name}, and it is not among the parameters that the project lets postgres set.`,
    remedy: 'Leave it out, or change it in the settings of the project.',
  };
}

function byObject(tag: string, fields: Tree, message: string, project: Project): FailureWords | null {
  const object = namedObjects(tag, fields).find(({ schema }) => project.isService(schema));
  if (object === undefined) return null;
  const { schema, name } = object;
  if (name === null) {
    return {
      why: `The schema ${schema} belongs to Supabase.`,
      remedy: 'Leave it as it is, and put your own objects into a schema of your own.',
    };
  }
  const shown = `${schema}.${name}`;
  if (tag === 'InsertStmt' || tag === 'UpdateStmt' || tag === 'DeleteStmt' || tag === 'SelectStmt')
    return ofRows(tag, shown, schema, message);
  if (tag === 'CreateStmt' && shown === 'auth.users') return exportedUsers;
  if (message.startsWith('permission denied for schema')) {
    return {
      why: `Nothing of a project's own may be made or replaced in the schema ${schema}, which belongs to Supabase.`,
      remedy: `Make it in a schema of your own: \`public\`, or one that the Data API does not expose.`,
    };
  }
  if (message.startsWith('permission denied for')) {
    return {
      why: `postgres has no such right on ${shown}, which belongs to Supabase.`,
      remedy: `Leave ${shown} as it is, and make what you need in a schema of your own.`,
    };
  }
  if (!message.startsWith('must be owner of')) return null;
  if (enablesRowSecurity(tag, fields) && project.hasRowSecurity(object)) {
    return {
      why: `Row level security is on for ${shown} already, and only its owner may alter the table.`,
      remedy: 'Delete this line; the policies are all that is needed.',
    };
  }
  return {
    why: `${shown} belongs to Supabase, and only its owner may do this.`,
    remedy: insteadOf(tag, fields, shown),
  };
}

/** Both majors of drizzle-kit make what a schema file exports, and cannot know that Supabase has it. */
const exportedUsers: FailureWords = {
  why: 'Every Supabase project has auth.users, and nobody else may make tables in its schema. drizzle-kit writes this when a schema file exports `authUsers` from drizzle-orm/supabase.',
  remedy:
    'Import `authUsers` where a foreign key needs it and do not export it again (`export { authUsers }`, `export * from`); take the statement out of the migration, keep the foreign key, and run `drizzle-kit generate` once more.',
};

function enablesRowSecurity(tag: string, fields: Tree): boolean {
  return (
    tag === 'AlterTableStmt' &&
    list(fields.cmds).every(
      (command) => child(child(command).AlterTableCmd).subtype === 'AT_EnableRowSecurity',
    )
  );
}

function insteadOf(tag: string, { renameType }: Tree, shown: string): string {
  if (renameType === 'OBJECT_POLICY' || renameType === 'OBJECT_TRIGGER')
    return `Drop the ${renameType === 'OBJECT_POLICY' ? 'policy' : 'trigger'} and create it again under its new name; that much is allowed on ${shown}.`;
  switch (tag) {
    case 'AlterTableStmt':
    case 'RenameStmt':
      return `Leave ${shown} as it is. Keep columns of your own in a table of your own whose primary key refers to it; foreign keys, policies and triggers need no ownership.`;
    case 'IndexStmt':
    case 'CreateStatsStmt':
      return `Leave the tables of Supabase as they are. If your own queries on ${shown} are slow, copy what they need into a table of your own, by a trigger.`;
    case 'CommentStmt':
      return 'Delete this line.';
    case 'DropStmt':
      return `Leave ${shown} alone. Policies and triggers of your own on it may be dropped, one by one and with the schema's name.`;
    default:
      return `Leave ${shown} as it is, and make what you need in a schema of your own.`;
  }
}

function ofRows(tag: string, shown: string, schema: string, message: string): FailureWords | null {
  const isStorage = schema === 'storage' && tag === 'DeleteStmt';
  if (!isStorage && !message.startsWith('permission denied for')) return null;
  return {
    why: isStorage
      ? 'Rows of storage tables stand for files, which SQL would leave behind.'
      : `postgres has no such right on ${shown}, which belongs to Supabase.`,
    remedy: isStorage
      ? 'Delete buckets and objects through the Storage API, outside the migrations.'
      : schema === 'vault'
        ? 'Call `vault.create_secret()` or `vault.update_secret()`.'
        : 'Go through the API of the service, outside the migrations.',
  };
}

/** Postgres' own words for what nobody else may do: operator classes, base types, LEAKPROOF, casts of its own types. */
function bySuperuser(tag: string, message: string): FailureWords | null {
  if (tag === 'CreateExtensionStmt' && message.startsWith('permission denied to create extension')) {
    return {
      why: 'The extension needs a superuser, and is not among those that the project makes for postgres.',
      remedy: 'Do without it, or take one that the project offers (Database → Extensions).',
    };
  }
  const called = /^permission denied for function ((?:pg|lo)_\w+)$/.exec(message)?.[1];
  if (called !== undefined) {
    return {
      why: `Postgres leaves ${called} to superusers, because it reaches the server itself.`,
      remedy: 'Leave the call out: what a migration needs from outside belongs into the migration.',
    };
  }
  if (!isForSuperusers.test(message) && !superuserTags.has(tag)) return null;
  return {
    why: 'Postgres leaves this to superusers, and a project has none to give.',
    remedy: 'Write it so that it needs no superuser, or leave it out.',
  };
}

const isForSuperusers = /\bonly superusers?\b|\bmust be superuser\b/;
const superuserTags = new Set([
  'AlterFdwStmt',
  'CheckPointStmt',
  'CreateAmStmt',
  'CreateCastStmt',
  'CreateTransformStmt',
]);
