/** Tries the migrations out: a database for each question, and what was seen on them as the evidence that rules judge by. */
import type { Catalog } from './catalog/catalog.ts';
import { compareCatalogs } from './catalog/changes.ts';
import { declaredDifferences } from './catalog/declared.ts';
import { placesOf } from './catalog/places.ts';
import { takeSnapshot } from './catalog/snapshot.ts';
import { type Opened, openServer } from './database/open.ts';
import { extensionsWanted } from './history/extensions-wanted.ts';
import type { History } from './history/history.ts';
import type { LookedAt } from './history/kit/look.ts';
import { parsePlain } from './history/sql-files.ts';
import type { Options } from './inputs/options.ts';
import { buildDeclared } from './replay/declared.ts';
import { replayFresh } from './replay/fresh.ts';
import { transactionOf } from './replay/new-set.ts';
import type { Replay } from './replay/record.ts';
import { type Moment, type ReplayOptions, replay } from './replay/replay.ts';
import { type Outcome, ranForThisChange } from './report/build.ts';
import type { Declared, Evidence, Fresh, State } from './rules/rule.ts';

/** What is tried, and how. */
export interface Trial {
  readonly options: Options;
  readonly platform: 'supabase' | 'postgres';
  readonly history: History;
  readonly deadlines: { readonly statementMs: number; readonly overallMs: number };
  /** The kit is asked meanwhile. */
  readonly looking: Promise<LookedAt>;
}

/** What a run has found out so far. */
export type Seen = { -readonly [Name in 'server' | 'replay']: Outcome[Name] };

/** On a database of its own, which is gone afterwards. */
async function onServer<Value>(
  { options, platform, history }: Trial,
  work: (opened: Opened) => Promise<Value>,
): Promise<Value> {
  const opened = await openServer({
    majorVersion: options['postgres-version'],
    platform,
    dataApiGrants: options['data-api-grants'],
    exposedSchemas: options['exposed-schemas'],
    ensureRls: options['ensure-rls'],
    extensions: await extensionsWanted(history),
    postgres: options.postgres,
    image: options.image,
  });
  try {
    return await work(opened);
  } finally {
    await opened.server.stop();
  }
}

/**
 * Boots a database, replays everything on it and takes the catalog at the moments that matter; then the databases that
 * it has to be compared with. What is known goes into `seen` at once: a failure later on must not lose it.
 */
export async function tryOut(trial: Trial, seen: Seen): Promise<Evidence> {
  const options = replayOptions(trial);
  const first = await replayed(trial, seen, options);
  seen.replay = first.replay;
  let { evidence } = first;
  if (first.replay.blamesMadeUpRows) {
    const second = await replayed(trial, seen, { ...options, seedRows: 0 });
    seen.replay = { ...second.replay, failedOnMadeUpRows: first.replay.failed };
    evidence = { ...second.evidence, replay: seen.replay };
  }
  const { outOfOrder } = trial.history;
  return {
    ...evidence,
    declared: await declaredOf(trial, evidence),
    fresh: outOfOrder.length === 0 ? null : await freshOf(trial, seen.replay),
  };
}

async function replayed(
  trial: Trial,
  seen: Seen,
  options: ReplayOptions,
): Promise<{ replay: Replay; evidence: Evidence }> {
  return await onServer(trial, async ({ server, chosen, tried }) => {
    seen.server = { source: server.source, version: server.version, image: server.image, chosen, tried };
    const observer = await server.connect('supabase_admin');
    const catalogs = new Map<Moment, Catalog>();
    const record = await replay(server, trial.history, options, async (moment) => {
      catalogs.set(moment, await takeSnapshot(observer));
    });
    return { replay: record, evidence: evidenceOf(trial, record, catalogs) };
  });
}

/** The Drizzle schema as a database of its own: base's only where head's shows something that base's may show too. */
async function declaredOf(trial: Trial, { base, head }: Evidence): Promise<Declared | null> {
  const looked = await trial.looking;
  if (base === null || head === null) return null;
  const sql = await looked.sql('head');
  const declared = await declaredBy(trial, sql);
  if (declared === null) return null;
  if (declaredDifferences(declared, head.catalog).length === 0) return { head: declared, base: null };
  const before = await looked.sql('base');
  return { head: declared, base: before === sql ? declared : await declaredBy(trial, before) };
}

async function declaredBy(trial: Trial, sql: string | null): Promise<Catalog | null> {
  if (sql === null) return null;
  const schema = await parsePlain('', sql);
  return await onServer(trial, async ({ server }) => {
    await buildDeclared(server, schema, { history: trial.history, options: replayOptions(trial) });
    return await takeSnapshot(await server.connect('supabase_admin'));
  });
}

/** What a database that has none of the migrations would make of them; null where no such database can be. */
async function freshOf(trial: Trial, inProduction: Replay): Promise<Fresh | null> {
  return await onServer(trial, async ({ server }) => {
    const fresh = await replayFresh(server, trial.history, replayOptions(trial), inProduction);
    if (fresh === null) return null;
    const { failed } = fresh;
    if (failed !== null) return { failed, catalog: null };
    return { failed, catalog: await takeSnapshot(await server.connect('supabase_admin')) };
  });
}

function replayOptions({ options, platform, history, deadlines }: Trial): ReplayOptions {
  return {
    platform,
    transaction: transactionOf(options.transaction, history.applier),
    seedRows: options['seed-rows'],
    statementDeadlineMs: deadlines.statementMs,
    overallDeadlineMs: deadlines.overallMs,
  };
}

function evidenceOf(
  { options, platform, history }: Trial,
  replay: Replay,
  catalogs: ReadonlyMap<Moment, Catalog>,
): Evidence {
  const base = catalogs.get('base');
  const head = catalogs.get('head');
  if (base === undefined || head === undefined)
    throw new Error('The replay ended without its catalog snapshots.');
  const again = catalogs.get('again');
  const statements = ranForThisChange(replay).flatMap((file) => file.statements);
  const place = placesOf({ touched: replay.touched, dropped: replay.dropped, statements }, base, head);
  const state = (catalog: Catalog): State => ({
    catalog,
    exposedSchemas: options['exposed-schemas'],
    platform,
    migrationsTable: history.migrationsTable,
    place,
  });
  return {
    history,
    replay,
    base: state(base),
    head: state(head),
    changes: compareCatalogs(base, head),
    rlsChanges: again === undefined ? [] : compareCatalogs(head, again),
    place,
    ...unlooked,
  };
}

/** A journal that cannot be read leaves nothing to replay; only the rules about history can speak. */
export function unreplayed(history: History): Evidence {
  return {
    history,
    replay: null,
    base: null,
    head: null,
    changes: [],
    rlsChanges: [],
    place: () => null,
    ...unlooked,
  };
}

/** Until the kit has answered. */
const unlooked = {
  schema: { state: 'unchecked', kit: null, why: 'nothing was replayed', prominent: false },
  declared: null,
  fresh: null,
} as const;
