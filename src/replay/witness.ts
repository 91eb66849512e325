/** Event triggers of the superuser's that write down what is dropped and made, whoever does it and however deep. */
import { readFileSync } from 'node:fs';
import type { Session } from '../database/database.ts';
import { isBlankedFrom } from '../database/extensions/index-parameters.ts';
import { carriesOut } from './hosted/administration.ts';
import type { DroppedObject, Place, StatementRecord, TouchedObject } from './record.ts';
import { unobserved } from './unobserved.ts';

export interface Testimony {
  readonly dropped: readonly DroppedObject[];
  readonly touched: readonly TouchedObject[];
}

/** What both tables say about a row's origin. */
type Origin = {
  /** Of the statement as the client sent it: one value per statement. */
  readonly started: string;
  /** Its whole text, also for what a DO block or a function did. */
  readonly query: string | null;
};

type DroppedRow = Origin & {
  readonly type: string;
  readonly oid: number | string;
  readonly sub_id: number;
  readonly identity: string | null;
  readonly original: boolean;
  readonly cascaded: boolean;
};

type TouchedRow = Origin & {
  readonly command: string;
  readonly type: string;
  readonly oid: number | string;
  readonly identity: string | null;
};

/** The schema the witness writes to; another when the project has one of that name. */
export type Witness = { readonly schema: string };

export async function installWitness(observer: Session): Promise<Witness> {
  const [taken] = await observer.query<{ schema: string }>(
    readFileSync(new URL('./queries/witness-schema.sql', import.meta.url), 'utf8'),
  );
  if (taken === undefined) throw new Error('no schema name for the witness');
  const install = readFileSync(new URL('./queries/witness-install.sql', import.meta.url), 'utf8');
  await unobserved(
    observer,
    install.replaceAll(':schema', () => taken.schema),
  );
  return taken;
}

/** Reads what was written down (rolled-back work leaves nothing) and removes every trace. */
export async function dismissWitness(
  observer: Session,
  { schema }: Witness,
  statements: readonly StatementRecord[],
): Promise<Testimony> {
  const droppedQuery = readFileSync(new URL('./queries/witness-dropped.sql', import.meta.url), 'utf8');
  const touchedQuery = readFileSync(new URL('./queries/witness-touched.sql', import.meta.url), 'utf8');
  const remove = readFileSync(new URL('./queries/witness-remove.sql', import.meta.url), 'utf8');
  const dropped = await observer.query<DroppedRow>(droppedQuery.replaceAll(':schema', () => schema));
  const touched = await observer.query<TouchedRow>(touchedQuery.replaceAll(':schema', () => schema));
  await unobserved(
    observer,
    remove.replaceAll(':schema', () => schema),
  );
  const droppedPlace = placesFrom(statements);
  const touchedPlace = placesFrom(statements);
  return {
    dropped: dropped.map((row) => ({
      place: droppedPlace(row),
      type: row.type,
      oid: Number(row.oid),
      subId: row.sub_id,
      identity: row.identity ?? '',
      original: row.original,
      cascaded: row.cascaded,
    })),
    touched: touched.map((row) => ({
      place: touchedPlace(row),
      command: row.command,
      type: row.type,
      oid: Number(row.oid),
      identity: row.identity ?? '',
    })),
  };
}

/** Rows come in the order of the statements: each new statement is looked for behind the one before. */
function placesFrom(statements: readonly StatementRecord[]): (origin: Origin) => Place | null {
  let next = 0;
  let started: string | null = null;
  let place: Place | null = null;
  return (origin) => {
    if (origin.started === started) return place;
    started = origin.started;
    const found = statements.findIndex(({ sql }, index) => index >= next && isSent(origin.query, sql));
    if (found === -1) {
      place = null;
      return null;
    }
    const statement = statements[found];
    place = statement === undefined ? null : { file: statement.file, line: statement.line };
    next = found + 1;
    return place;
  };
}

/** As it stands, or in the call that does it for a statement in need of a superuser, or without an index's parameters. */
function isSent(query: string | null, sql: string): boolean {
  return query !== null && (query === sql || carriesOut(query, sql) || isBlankedFrom(query, sql));
}
