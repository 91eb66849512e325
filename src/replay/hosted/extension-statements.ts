/** CREATE, ALTER, DROP and COMMENT ON EXTENSION: which extension, and whether a hosted project has it at all. */
import { hostedExtensions } from '../../database/extensions/hosted.ts';
import { list, type Tree, textOf } from '../../history/parse-tree.ts';
import type { Ground, Handling } from './handling.ts';
import { isWithheld, leadsOutside } from './withheld-extensions.ts';

export const extensionNodes: ReadonlySet<string> = new Set([
  'AlterExtensionStmt',
  'AlterObjectSchemaStmt',
  'CommentStmt',
  'CreateExtensionStmt',
  'DropStmt',
]);

/** null: it is about something else. ALTER EXTENSION … ADD and DROP are left to `postgres`, who may not. */
export function extensionHandling(node: string, fields: Tree, ground: Ground): Handling | null {
  switch (node) {
    case 'CreateExtensionStmt':
      return typeof fields.extname === 'string' ? createHandling(fields.extname, ground) : null;
    case 'AlterExtensionStmt':
      return handling('alter', fields.extname);
    case 'AlterObjectSchemaStmt':
      return fields.objectType === 'OBJECT_EXTENSION' ? handling('alter', textOf(fields.object)) : null;
    case 'CommentStmt':
      return fields.objtype === 'OBJECT_EXTENSION' ? handling('comment', textOf(fields.object)) : null;
    case 'DropStmt':
      return fields.removeType === 'OBJECT_EXTENSION' ? dropHandling(list(fields.objects), ground) : null;
    default:
      return null;
  }
}

function handling(command: 'create' | 'alter' | 'drop' | 'comment', name: unknown): Handling | null {
  return typeof name === 'string' ? { how: 'extension', name, command } : null;
}

/** Of several the first one stands for all: where they are not all on the list, hosted leaves them to `postgres`. */
function dropHandling(objects: readonly unknown[], { majorVersion, platform }: Ground): Handling | null {
  const names = objects.map(textOf);
  const offered = hostedExtensions(majorVersion);
  const all = names.every((name) => name !== null && (platform === 'postgres' || offered.has(name)));
  return all || names.length === 1 ? handling('drop', names[0]) : null;
}

function createHandling(name: string, { majorVersion, platform }: Ground): Handling | null {
  if (platform === 'postgres' ? leadsOutside(name) : isWithheld(name)) {
    return {
      how: 'refused',
      why: `permission denied to create extension "${name}"`,
      hint: leadsOutside(name)
        ? 'It leads to files or programs of the server: do that work outside the database.'
        : 'A hosted project withholds this extension: do without it.',
    };
  }
  const elsewhere = hostedExtensions(15).has(name) || hostedExtensions(17).has(name);
  if (platform === 'supabase' && elsewhere && !hostedExtensions(majorVersion).has(name)) {
    return {
      how: 'refused',
      why: `extension "${name}" is not available on a hosted project with Postgres ${majorVersion}`,
      hint: 'Do without it, or judge the migrations on the major version of production (`postgres-version`).',
    };
  }
  return handling('create', name);
}
