/** A difference between schema and database as a sentence, and as the SQL that would end it. */
import type { DeclaredDifference } from '../catalog/declared.ts';
import { literal } from '../database/quoting.ts';
import { listed, oneLine } from './wording.ts';

/** With both sides: what the migrations make, and what the schema says. */
export function difference({ kind, object, declared, actual }: DeclaredDifference): string {
  if (actual === null) return `The migrations never make the ${kind} ${object}.`;
  if (kind === 'enum')
    return `The enum ${object} lacks ${listed(labelsIn(declared.labels).map((label) => `'${label}'`))}.`;
  const sides = Object.keys(declared).map((field) => {
    const words = fields[field];
    return words === undefined
      ? `The migrations make ${object} with ${field} ${shown(actual[field])}, the schema says ${shown(declared[field])}.`
      : words(object, shown(actual[field]), shown(declared[field]), declared[field]);
  });
  return sides.join(' ');
}

type Side = (object: string, made: string, said: string, value: unknown) => string;

const fields: Readonly<Record<string, Side>> = {
  type: (object, made, said) => `The migrations make ${object} ${made}, the schema says ${said}.`,
  notNull: (object, _made, _said, value) =>
    value === true
      ? `The migrations let ${object} be null, the schema says it never is.`
      : `The migrations make ${object} NOT NULL, the schema says it may be null.`,
  default: (object, made, said) =>
    made === 'nothing'
      ? `The migrations give ${object} no default, the schema says ${said}.`
      : `The migrations give ${object} the default ${made}, the schema says ${said}.`,
  generated: (object, made, said) =>
    said === 'nothing'
      ? `The migrations make ${object} a generated column, the schema says it is none.`
      : `The schema says that ${object} is generated (${said}), the migrations make it ${made === 'nothing' ? 'a plain column' : made}.`,
  identity: (object) => `The schema says that ${object} numbers itself, in the migrations it does not.`,
  definition: (object, made, said) =>
    `The migrations make ${object} \`${made}\`, the schema says \`${said}\`.`,
  rowSecurity: (object) =>
    `The schema says that ${object} has row level security, in the migrated database it is off.`,
  securityInvoker: (object) =>
    `The schema says that ${object} runs with the rights of its reader (security_invoker), in the migrated database it runs as its owner and reads past row level security.`,
};

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value), 120);
}

function labelsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((label) => typeof label === 'string') : [];
}

/** Statements that make the migrated database what the schema says; null where that takes more than a few. */
export function mend({ kind, object, of, declared, actual }: DeclaredDifference): readonly string[] | null {
  const name = object.slice(of.length + 1);
  const text = (field: string) => (typeof declared[field] === 'string' ? declared[field] : null);
  switch (kind) {
    case 'column': {
      if (actual === null) return [`alter table ${of} add column ${name} ${text('type') ?? 'text'};`];
      const alter = `alter table ${of} alter column ${name}`;
      const expression = text('default');
      return [
        ...(text('type') === null ? [] : [`${alter} type ${text('type')};`]),
        ...(expression === null ? [] : [`${alter} set default ${expression};`]),
        ...('notNull' in declared
          ? [`${alter} ${declared.notNull === true ? 'set' : 'drop'} not null;`]
          : []),
      ];
    }
    case 'constraint':
      return [
        ...(actual === null ? [] : [`alter table ${of} drop constraint ${name};`]),
        `alter table ${of} add constraint ${name} ${text('definition') ?? ''};`,
      ];
    case 'index':
      return [
        ...(actual === null ? [] : [`drop index ${of.slice(0, schemaLength(of))}${name};`]),
        `${text('definition') ?? ''};`,
      ];
    case 'enum':
      return actual === null
        ? [`create type ${object} as enum (${labelsIn(declared.labels).map(literal).join(', ')});`]
        : labelsIn(declared.labels).map((label) => `alter type ${object} add value ${literal(label)};`);
    case 'view':
      return declared.securityInvoker === true && !('definition' in declared)
        ? [`alter view ${object} set (security_invoker = true);`]
        : null;
    case 'table':
      return declared.rowSecurity === true ? [`alter table ${object} enable row level security;`] : null;
    default:
      return null;
  }
}

/** Up to and with the dot behind the schema, which may stand in quotes. */
function schemaLength(object: string): number {
  return (/^(?:"(?:[^"]|"")*"|[^".]+)\./.exec(object)?.[0] ?? '').length;
}
