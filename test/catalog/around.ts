/** One server per test file, and what some SQL changes on it. */
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Catalog } from '../../src/catalog/catalog.ts';
import type { Change } from '../../src/catalog/change.ts';
import { compareCatalogs } from '../../src/catalog/changes.ts';
import { takeSnapshot } from '../../src/catalog/snapshot.ts';
import type { LoginRole, Session } from '../../src/database/database.ts';
import { startServer } from '../server.ts';

export interface Around {
  /** The role of the migrations; unqualified names are made in the schema `app`, which is empty for every test. */
  readonly postgres: Session;
  readonly superuser: Session;
  snapshot(): Promise<Catalog>;
  /** Another session, which sees settings made since for the database. */
  reconnect(role: LoginRole): Promise<Session>;
  /** What `sql` changes in a database that `setup` has made. */
  changes(setup: string, sql: string): Promise<readonly Change[]>;
}

export function around(): () => Around {
  let opened: Around | undefined;
  let stop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const server = await startServer();
    stop = () => server.stop();
    const postgres = await server.connect('postgres');
    const superuser = await server.connect('supabase_admin');
    const snapshot = () => takeSnapshot(superuser);
    opened = {
      postgres,
      superuser,
      snapshot,
      reconnect: (role) => server.connect(role),
      changes: async (setup, sql) => {
        await postgres.execute(setup);
        const before = await snapshot();
        await postgres.execute(sql);
        return compareCatalogs(before, await snapshot());
      },
    };
  });
  beforeEach(async () => {
    await opened?.postgres.execute(
      `set client_min_messages = warning;
       drop schema if exists app cascade; create schema app; set search_path = app`,
    );
  });
  afterAll(async () => {
    await stop?.();
  });
  return () => {
    if (opened === undefined) throw new Error('the server is opened before the first test');
    return opened;
  };
}

/** `altered policy app.todo."Owners read"`, for tests that are about what is listed and not about what is in it. */
export function listed(changes: readonly Change[]): readonly string[] {
  return changes.map((one) => `${one.renamed ? 'renamed' : one.change} ${one.kind} ${one.object}`);
}
