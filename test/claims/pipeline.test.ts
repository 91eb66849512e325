/**
 * How Postgres runs a pipeline of the extended protocol: many statements, one Sync behind the last. So the Supabase CLI
 * sent each file until 2.109, and hosts that run an older one still do. No driver of ours can send one.
 */
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MajorVersion, Server } from '../../src/database/database.ts';
import { single, startIfThere } from '../server.ts';

interface Failed {
  readonly sqlstate: string;
  readonly message: string;
  /** Position in the pipeline, counted from 0; empty statements are none. */
  readonly at: number;
}

interface Connection {
  /** Up to the first failure; null when there was none. */
  send(...statements: readonly string[]): Promise<Failed | null>;
  close(): void;
}

describe.for<MajorVersion>([15, 17])('on Postgres %s', (majorVersion) => {
  let server: Server | null;
  let missing: string;
  let postgres: Connection;

  beforeAll(async () => {
    ({ server, missing } = await startIfThere(majorVersion));
    if (server === null) return;
    postgres = await connectTo(server);
    await postgres.send('create table t (id int)', "create type mood as enum ('sad')");
  });
  afterAll(async () => {
    postgres?.close();
    await server?.stop();
  });

  const states = async (...statements: readonly string[]) => {
    const failed = await postgres.send(...statements);
    await postgres.send('rollback');
    return failed === null ? 'ran' : `${failed.sqlstate} at ${failed.at}`;
  };
  const tables = async (like: string) => {
    const session = await server?.connect('supabase_admin');
    if (session === undefined) return [];
    const rows = await session.query<{ relname: string }>(
      'select relname::text from pg_catalog.pg_class where relname like $1 and relkind = $2 order by 1',
      [like, 'r'],
    );
    await session.close();
    return rows.map(({ relname }) => relname);
  };

  test('it is one transaction, and what cannot run in one may only stand first', async ({ skip }) => {
    if (server === null) skip(missing);
    expect(await states('create table gone (id int)', 'select 1 / 0')).toBe('22012 at 1');
    expect(await tables('gone')).toEqual([]);
    expect(await states('create index concurrently one on t (id)', 'insert into t values (1)')).toBe('ran');
    expect(await states('-- a comment', 'create index concurrently two on t (id)')).toBe('ran');
    expect(await states('select 1', 'create index concurrently three on t (id)')).toBe('25001 at 1');
    expect(await states('drop index concurrently one', 'drop index concurrently two')).toBe('25001 at 1');
    expect(await states('select 1', 'commit', 'vacuum t')).toBe('ran');
    expect(await states("alter type mood add value 'glad'", "select 'glad'::mood")).toBe('55P04 at 1');
  });

  test('what needs a transaction block finds none, unless the SQL begins one', async ({ skip }) => {
    if (server === null) skip(missing);
    expect(await states('select 1', 'lock table t')).toBe('25P01 at 1');
    expect(await states('select 1', 'savepoint before')).toBe('25P01 at 1');
    expect(await states('begin', 'lock table t', 'savepoint before', 'commit')).toBe('ran');
  });

  test('BEGIN takes in what stands before it, and COMMIT keeps it whatever comes after', async ({ skip }) => {
    if (server === null) skip(missing);
    const made = (name: string) => `create table ${name} (id int)`;
    expect(
      await states(made('kept_1'), 'begin', made('kept_2'), 'commit', made('kept_3'), 'select 1 / 0'),
    ).toBe('22012 at 5');
    expect(await tables('kept%')).toEqual(['kept_1', 'kept_2']);
  });
});

async function connectTo(server: Server): Promise<Connection> {
  const session = await server.connect('supabase_admin');
  // The setting keeps the quotes it was written with.
  const directory = String(await single(session, 'show unix_socket_directories')).replaceAll('"', '');
  const port = await single(session, 'show port');
  const database = String(await single(session, 'select current_database()'));
  await session.close();
  const socket = connect(join(directory, `.s.PGSQL.${port}`));
  let received = Buffer.alloc(0);
  let arrived: () => void = () => undefined;
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    arrived();
  });
  socket.on('error', () => arrived());
  socket.on('close', () => arrived());

  async function message(): Promise<{ readonly type: string; readonly body: Buffer }> {
    for (;;) {
      if (received.length >= 5) {
        const length = received.readInt32BE(1);
        if (received.length > length) {
          const type = String.fromCharCode(received[0] ?? 0);
          const body = received.subarray(5, length + 1);
          received = received.subarray(length + 1);
          return { type, body };
        }
      }
      if (socket.destroyed) throw new Error('the server has closed the connection');
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
  }

  /** Up to ReadyForQuery. */
  async function answers(): Promise<Failed | null> {
    let at = 0;
    let failed: Failed | null = null;
    for (;;) {
      const { type, body } = await message();
      if (type === 'E') failed = { ...fieldsOf(body), at };
      // CommandComplete
      if (type === 'C') at += 1;
      if (type === 'Z') return failed;
    }
  }

  socket.write(startup({ user: 'postgres', database }));
  await answers();
  return {
    send(...statements) {
      const sync = packet('S', Buffer.alloc(0));
      socket.write(Buffer.concat([...statements.flatMap((sql) => extended(sql)), sync]));
      return answers();
    },
    close: () => socket.destroy(),
  };
}

/** Parse, Bind, Describe, Execute of the unnamed statement. */
function extended(sql: string): Buffer[] {
  return [
    packet('P', Buffer.concat([text(''), text(sql), int16(0)])),
    packet('B', Buffer.concat([text(''), text(''), int16(0), int16(0), int16(0)])),
    packet('D', Buffer.concat([Buffer.from('P'), text('')])),
    packet('E', Buffer.concat([text(''), int32(0)])),
  ];
}

function startup(parameters: Readonly<Record<string, string>>): Buffer {
  const pairs = Object.entries(parameters).flatMap(([name, value]) => [text(name), text(value)]);
  const body = Buffer.concat([int32(196_608), ...pairs, Buffer.from([0])]);
  return Buffer.concat([int32(body.length + 4), body]);
}

function packet(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function fieldsOf(body: Buffer): { readonly sqlstate: string; readonly message: string } {
  const fields = new Map(
    body
      .toString('utf8')
      .split('\0')
      .filter((field) => field !== '')
      .map((field) => [field.slice(0, 1), field.slice(1)]),
  );
  return { sqlstate: fields.get('C') ?? '', message: fields.get('M') ?? '' };
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}
