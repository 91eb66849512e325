/** CREATE, ALTER, DROP and COMMENT ON EXTENSION as a hosted project does them: what is there is the superuser's. */
import { readFileSync } from 'node:fs';
import type { Row, Session } from '../../database/database.ts';
import { hostedExtensions, withoutStandIn } from '../../database/extensions/hosted.ts';
import { identifier, literal } from '../../database/quoting.ts';
import { list, nodeOf, optionsOf, type Tree, textOf } from '../../history/parse-tree.ts';
import { parseSql } from '../../history/statements.ts';
import type { Work } from './administration.ts';
import type { HostedGround } from './handling.ts';

export interface Available {
  readonly relocatable: boolean;
  /** Where its control file puts it; null: wherever it is asked for. */
  readonly schema: string | null;
  readonly requires: readonly string[];
  /** Postgres makes it for whoever may create in the database. */
  readonly trusted: boolean;
}

export type Decision =
  | { readonly do: 'send' }
  | { readonly do: 'leave out'; readonly because: string }
  | { readonly do: 'work'; readonly work: Work };

type AvailableRow = Row & Available & { readonly name: string };

export async function availableExtensions(observer: Session): Promise<ReadonlyMap<string, Available>> {
  const query = readFileSync(new URL('./queries/available-extensions.sql', import.meta.url), 'utf8');
  const rows = await observer.query<AvailableRow>(query);
  return new Map(
    rows.map(({ name, relocatable, schema, requires, trusted }) => [
      name,
      { relocatable, schema, requires: requires ?? [], trusted },
    ]),
  );
}

/** What is there before a statement: extensions of the server, those installed already, the search path, resolved. */
export interface ServerState {
  readonly available: ReadonlyMap<string, Available>;
  readonly installed: ReadonlySet<string>;
  readonly path: readonly string[];
  readonly ground: HostedGround;
  /** The name of a schema that nobody has seen: it is made for an extension's script, and dropped again. */
  readonly emptySchema: string;
}

/** Composed anew from the tree: nothing but names and a comment's text goes into what the superuser runs. */
export async function decide(sql: string, node: string, state: ServerState): Promise<Decision> {
  const parsed = await parseSql(sql);
  const read = 'statements' in parsed ? nodeOf(parsed.statements[0]?.tree) : null;
  if (read === null || read.tag !== node) return send;
  switch (node) {
    case 'CreateExtensionStmt':
      return creation(read.fields, state);
    case 'AlterExtensionStmt':
      // Hosted ignores the version: what the server has is what there is.
      return onOne(read.fields.extname, state, (name) => `alter extension ${name} update`);
    case 'AlterObjectSchemaStmt': {
      const { object, newschema } = read.fields;
      return typeof newschema === 'string' && !newschema.startsWith('pg_')
        ? onOne(
            textOf(object),
            state,
            (name) => `alter extension ${name} set schema ${identifier(newschema)}`,
          )
        : send;
    }
    case 'CommentStmt': {
      const { object, comment } = read.fields;
      const text = typeof comment === 'string' ? literal(comment) : 'null';
      return onOne(textOf(object), state, (name) => `comment on extension ${name} is ${text}`);
    }
    case 'DropStmt':
      return removal(read.fields, state);
    default:
      return send;
  }
}

const send: Decision = { do: 'send' };

function work(statement: string, more: Partial<Work> = {}): Decision {
  return {
    do: 'work',
    work: { path: '""', pauses: true, before: [], statement, after: [], calls: [], sets: [], ...more },
  };
}

function absent(name: string): Decision {
  const why = withoutStandIn.get(name);
  const because = why === undefined ? '' : `, and no stand-in could take its place: ${why}`;
  return { do: 'leave out', because: `extension ${name} is not on this server${because}` };
}

function onOne(name: unknown, state: ServerState, compose: (name: string) => string): Decision {
  if (typeof name !== 'string') return send;
  if (state.installed.has(name)) return work(compose(identifier(name)));
  return state.available.has(name) ? send : absent(name);
}

/** Where one of several is missing, all are left out: what goes with that one nobody can see here. */
function removal({ objects, behavior, missing_ok }: Tree, { available, installed }: ServerState): Decision {
  const names = list(objects).flatMap((object) => textOf(object) ?? []);
  const missing = names.find((name) => !installed.has(name) && !available.has(name));
  if (missing !== undefined) return absent(missing);
  // The gate's own functions are in PL/pgSQL, and go with it.
  if (names.length === 0 || names.includes('plpgsql')) return send;
  if (!names.every((name) => installed.has(name))) return send;
  const cascade = behavior === 'DROP_CASCADE' ? ' cascade' : '';
  const ifExists = missing_ok === true ? 'if exists ' : '';
  return work(`drop extension ${ifExists}${names.map((name) => identifier(name)).join(', ')}${cascade}`);
}

function creation(fields: Tree, state: ServerState): Decision {
  const { extname: name } = fields;
  if (typeof name !== 'string') return send;
  const { available, installed, path, ground } = state;
  const control = available.get(name);
  if (control === undefined) return absent(name);
  const options = new Map(
    optionsOf(fields.options).map((option) => [option.name, textOf(option.value) ?? true]),
  );
  const wanted = options.get('schema');
  const asked = typeof wanted === 'string' ? wanted : null;
  const schema = ground.platform === 'supabase' ? hostedSchema(name, asked, fields, control) : asked;
  const target = schema ?? path[0] ?? null;
  // Postgres says itself that it is there already, or that there is no schema to put it in.
  if (installed.has(name) || (control.schema === null && target === null)) return send;
  const all = options.has('cascade') ? withRequired(name, state) : [name];
  const kept = all.map((one) => keptBack(one, state)).find((reason) => reason !== null);
  if (kept === 'send') return send;
  if (kept !== undefined && kept !== null) return { do: 'leave out', because: kept };
  return make(all, { schema, target }, state);
}

/**
 * Hosted overrides the schema of pg_cron. Projects were born with the other two, until 2024 and 2026: what a dump says of
 * them found them there, and where they are not, their schema is not either; Postgres makes it when it is not told so.
 */
function hostedSchema(name: string, asked: string | null, fields: Tree, control: Available): string | null {
  if (name === 'pg_cron') return 'pg_catalog';
  const isOfDump = bornWith.has(name) && fields.if_not_exists === true && asked === control.schema;
  return isOfDump ? null : asked;
}

const bornWith = new Set(['pg_graphql', 'pgsodium']);

/** Required ones first. */
function withRequired(name: string, state: ServerState, seen: readonly string[] = []): readonly string[] {
  if (state.installed.has(name) || seen.includes(name)) return [];
  const required = state.available.get(name)?.requires ?? [];
  return [...new Set([...required.flatMap((one) => withRequired(one, state, [...seen, name])), name])];
}

/** What the superuser does not make: what hosted does not have, and what leads out of the database. */
function keptBack(name: string, { available, ground }: ServerState): string | null {
  const standsIn = ground.standIns.includes(name);
  if (opensConnections.has(name) && !standsIn && ground.foundation !== 'image')
    return `extension ${name} would open connections from the machine that the server is on`;
  if (standsIn || hostedExtensions(15).has(name) || hostedExtensions(17).has(name)) return null;
  if (ground.platform === 'supabase' || available.get(name)?.trusted !== false) return 'send';
  return `extension ${name} needs a superuser and may reach outside the database`;
}

/** An image runs without a network. */
const opensConnections = new Set(['dblink', 'http', 'pg_net', 'postgres_fdw', 'wrappers']);

/**
 * The script of an extension looks for names in the schema it is put in, where the project's own functions may wait
 * for it. One that can be moved is made in a schema that nobody has seen, and moved.
 */
function make(
  names: readonly string[],
  { schema, target }: { readonly schema: string | null; readonly target: string | null },
  { available, emptySchema }: ServerState,
): Decision {
  const empty = identifier(emptySchema);
  const steps = names.map((name) => {
    const quoted = identifier(name);
    const control = available.get(name);
    if (control?.relocatable === true && control.schema === null && target !== null)
      return [
        `create extension ${quoted} schema ${empty}`,
        `alter extension ${quoted} set schema ${identifier(target)}`,
      ];
    const where = control?.schema == null ? target : schema;
    return [`create extension ${quoted}${where === null ? '' : ` schema ${identifier(where)}`}`];
  });
  const [statement, ...moved] = steps.at(-1) ?? [];
  if (statement === undefined) return send;
  return work(statement, {
    before: [`create schema ${empty}`, ...steps.slice(0, -1).flat()],
    after: [...moved, `drop schema ${empty}`],
  });
}
