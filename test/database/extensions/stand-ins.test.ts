/** Over 300 lines, so that one server for each major version serves all of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MajorVersion, Row, Server, Session } from '../../../src/database/database.ts';
import { StatementError } from '../../../src/database/database.ts';
import { hostedExtensions, withoutStandIn } from '../../../src/database/extensions/hosted.ts';
import { standIns } from '../../../src/database/extensions/stand-ins.ts';
import { single, startIfThere } from '../../server.ts';

test('every stand-in is for an extension of hosted projects', () => {
  const names = standIns.map(({ name }) => name);
  expect(names.filter((name) => !hostedExtensions(17).has(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

describe.each<MajorVersion>([15, 16, 17, 18])('Postgres %i', (majorVersion) => {
  let server: Server | null = null;
  let missing = '';
  let postgres: Session;

  beforeAll(async () => {
    ({ server, missing } = await startIfThere(majorVersion));
    if (server === null) return;
    postgres = await server.connect('postgres');
  });

  afterAll(async () => {
    await server?.stop();
  });

  /** Each value of the last statement's only row, or why a statement failed; all of it is rolled back. */
  async function values(...statements: string[]): Promise<unknown> {
    await postgres.execute('begin');
    try {
      for (const sql of statements.slice(0, -1)) await postgres.execute(sql);
      const rows = await postgres.query<Row>(statements.at(-1) ?? '');
      const [row] = rows;
      if (rows.length !== 1 || row === undefined) throw new Error(`${rows.length} rows instead of one`);
      return Object.values(row).length === 1 ? Object.values(row)[0] : Object.values(row);
    } catch (error) {
      if (error instanceof StatementError) return `${error.sqlstate} ${error.message}`;
      throw error;
    } finally {
      await postgres.execute('rollback');
    }
  }

  /** A test on the server of this major version, skipped with the reason where it cannot be had. */
  function on(title: string, run: () => Promise<void>): void {
    test(title, async ({ skip }) => {
      if (server === null) return skip(missing);
      await run();
    });
  }

  on('what hosted offers is here, for real or as a stand-in, or it is said why not', async () => {
    const here = await postgres.query<{ name: string }>('select name from pg_available_extensions');
    const names = new Set(here.map(({ name }) => name));
    const offered = [...hostedExtensions(majorVersion)];
    expect(offered.filter((name) => names.has(name) === withoutStandIn.has(name))).toEqual([]);
  });

  on('each is created by postgres, dropped, and created again', async () => {
    const outcomes: string[] = [];
    // A project has Vault, made by the superuser.
    const names = standIns.map(({ name }) => name).filter((name) => name !== 'supabase_vault');
    for (const name of names) {
      const create = `create extension if not exists ${name} schema extensions cascade`;
      const { schema } = standIns.find((standIn) => standIn.name === name) ?? {};
      const sql = schema === null ? create : `create extension ${name}`;
      const found = 'select extname, extversion from pg_extension where extname = ';
      outcomes.push(String(await values(sql, `drop extension ${name}`, sql, `${found}'${name}'`)));
    }
    expect(outcomes).toEqual(
      standIns.flatMap(({ name, version }) => (name === 'supabase_vault' ? [] : `${name},${version}`)),
    );
    expect(server?.standIns).toEqual(standIns.map(({ name }) => name).sort());
  });

  on('what a stand-in makes is the superuser’s, except where upstream makes it its creator’s', async () => {
    const owners = `select coalesce(json_object_agg(e.extname, owners.list order by e.extname), '{}')
      from pg_extension e cross join lateral (
        select array_agg(distinct p.proowner::regrole::text) from pg_depend d
        join pg_proc p on p.oid = d.objid
        where d.classid = 'pg_proc'::regclass and d.refobjid = e.oid and d.deptype = 'e'
      ) as owners (list) where e.extname in ('vector', 'pg_cron', 'pgmq')`;
    expect(
      await values('create extension vector', 'create extension pg_cron', 'create extension pgmq', owners),
    ).toEqual({ pg_cron: ['supabase_admin'], pgmq: ['postgres'], vector: ['supabase_admin'] });
  });

  on('only these run as the superuser, and with a search path of their own', async () => {
    const all = standIns
      .filter(({ name }) => name !== 'supabase_vault')
      .map(({ name }) => `create extension ${name} cascade`);
    const definers = `select coalesce(array_agg(p.oid::regproc::text order by p.oid::regproc::text), '{}') as names,
        coalesce(bool_and(exists (select from unnest(p.proconfig) c where c like 'search_path=%')), true) as guarded
      from pg_proc p join pg_depend d on d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
      where p.prosecdef`;
    expect(await values(...all, definers)).toEqual([
      ['cron.stand_in_remove', 'cron.stand_in_write', 'vault.create_secret', 'vault.update_secret'],
      true,
    ]);
  });

  describe('vector', () => {
    const vector = 'create extension if not exists vector with schema extensions';
    const documents = `create table public.documents (
      id bigint generated always as identity primary key, content text, embedding extensions.vector(3), wide vector(1536)
    )`;
    const rows = `insert into public.documents (content, embedding)
      values ('east', '[1,0,0]'), ('north', '[0, 1, 0]'), ('north-east', array[1, 1, 0]::real[])`;

    on('a column keeps its dimensions, as pg_dump writes them', async () => {
      const type = `select format_type(atttypid, atttypmod), atttypmod from pg_attribute
        where attrelid = 'public.documents'::regclass and attname = 'wide'`;
      expect(await values(vector, documents, type)).toEqual(['vector(1536)', 1536]);
      expect(
        await values(
          vector,
          'create table public.d (v vector(3)); drop extension vector cascade',
          `select count(*)::int from pg_attribute where attrelid = 'public.d'::regclass and attname = 'v'`,
        ),
      ).toBe(0);
    });

    on('match_documents finds the nearest, with indexes of both kinds', async () => {
      const match = `create function public.match_documents(
          query_embedding vector(3), match_threshold float, match_count int
        ) returns table (content text, similarity float) language sql stable as $$
          select d.content, 1 - (d.embedding <=> query_embedding) as similarity
          from public.documents d
          where 1 - (d.embedding <=> query_embedding) > match_threshold
          order by d.embedding <=> query_embedding
          limit match_count
        $$`;
      expect(
        await values(
          vector,
          documents,
          rows,
          'create index on public.documents using hnsw (embedding vector_cosine_ops)',
          'create index on public.documents using ivfflat (embedding)',
          'create index on public.documents using hnsw ((embedding::halfvec(3)) halfvec_l2_ops)',
          'create index on public.documents using hnsw ((binary_quantize(embedding)::bit(3)) bit_hamming_ops)',
          'set local enable_seqscan = off',
          'set local hnsw.ef_search = 100',
          match,
          `select array_agg(content || ' ' || round(similarity::numeric, 3))
            from public.match_documents('[1,0.1,0]', 0.5, 2)`,
        ),
      ).toEqual(['east 0.995', 'north-east 0.774']);
    });

    on('distances, sums and casts', async () => {
      const select = `select json_build_array('[1,2,3]'::vector <-> '[1,2,5]', '[1,2]'::vector <#> '[3,4]', '[1,2]'::vector <+> '[3,5]',
        '[1,1]'::vector <=> '[1,1]', vector_dims('[1,2,3]'::vector), l2_norm('[3,4]'::halfvec),
        ('[1,2]'::vector + '[3,4]')::text, '[1,2]'::vector = '[1.0, 2]', '[1,2]'::vector < '[1,3]',
        (select avg(v)::text from (values ('[1,3]'::vector), ('[3,5]')) t (v)),
        (select sum(v)::text from (values ('[1,3]'::vector), ('[3,5]')) t (v)),
        ('[1,2]'::vector)::real[]::text, '{1,2}'::float[]::vector::text, ('[0,2,0]'::vector)::sparsevec::text,
        '{1:1,3:2}/4'::sparsevec <-> '{2:2}/4', '{2:2}/3'::sparsevec::vector::text, subvector('[1,2,3]'::vector, 2, 2)::text,
        l2_normalize('[0,2]'::vector)::text, ('[1,2]'::vector || '[3]')::text, (B'101' <~> B'111'))`;
      expect(await values(vector, select)).toEqual([
        2,
        -11,
        5,
        0,
        3,
        5,
        '[4,6]',
        true,
        true,
        '[2,4]',
        '[4,8]',
        '{1,2}',
        '[1,2]',
        '{2:2}/3',
        3,
        '[0,2,0]',
        '[2,3]',
        '[0,1]',
        '[1,2,3]',
        1,
      ]);
    });

    on('other dimensions than the column’s are refused as pgvector refuses them', async () => {
      const insert = (value: string) =>
        `insert into public.documents (embedding) values (${value}) returning 1`;
      expect(await values(vector, documents, insert(`'[1,2]'`))).toBe('22000 expected 3 dimensions, not 2');
      expect(await values(vector, documents, insert(`array[1,2]`))).toBe(
        '22000 expected 3 dimensions, not 2',
      );
      expect(await values(vector, documents, insert(`'hello'`))).toBe(
        '22P02 invalid input syntax for type vector: "hello"',
      );
    });

    on('an index wants dimensions, and not too many', async () => {
      const table = 'create table public.e (large vector(3072), half halfvec(3072), free vector)';
      const index = (of: string) => `create index on public.e using hnsw (${of})`;
      expect(await values(vector, table, index('large vector_l2_ops'))).toBe(
        '54000 column cannot have more than 2000 dimensions for hnsw index',
      );
      expect(await values(vector, table, index('free vector_ip_ops'))).toBe(
        '22023 column does not have dimensions',
      );
      const fine = [index('half halfvec_l2_ops'), index('(large::halfvec(3072)) halfvec_cosine_ops')];
      expect(await values(vector, table, ...fine, 'create index on public.e (large)', 'select 1')).toBe(1);
    });

    on('it moves to another schema and works there, whatever the search path', async () => {
      const superuser = await server?.connect('supabase_admin');
      await superuser?.execute(`begin; create extension vector with schema public;
        create table public.d (v vector(2)); insert into public.d values ('[1,2]');
        alter extension vector set schema extensions; set local search_path = ''`);
      const distances = await superuser?.query(
        `select '[1,2]'::extensions.vector operator(extensions.<->) v as straight,
          extensions.cosine_distance(v, '[2,-1]') as cosine from public.d`,
      );
      expect(distances).toEqual([{ straight: 0, cosine: 1 }]);
      await superuser?.execute('rollback');
      await superuser?.close();
    });
  });

  describe('pg_cron', () => {
    const cron = 'create extension pg_cron with schema pg_catalog';

    on('jobs are kept by name, changed, and gone when unscheduled', async () => {
      expect(
        await values(
          cron,
          `select cron.schedule('nightly', '0 3 * * *', 'vacuum')`,
          `select cron.schedule('nightly', '30 seconds', $$select 1$$)`,
          `select cron.schedule('0 0 1 jan mon-fri', 'select 2')`,
          `select cron.alter_job((select jobid from cron.job where jobname = 'nightly'), active := false)`,
          `select cron.unschedule(jobid) from cron.job where jobname is null`,
          'select jobname, schedule, command, active, username, database from cron.job',
        ),
      ).toEqual(['nightly', '30 seconds', 'select 1', false, 'postgres', 'postgres']);
      expect(await values(cron, `select cron.unschedule('none')`)).toBe(
        "XX000 could not find valid entry for job 'none'",
      );
    });

    on('what pg_cron cannot read is refused, what it can is not', async () => {
      const schedules = ['*/5 * * * *', '0 0,12 1-7 * 1', '@daily', '59 seconds', '0 0 $ * *', '5 4 * * sun'];
      for (const schedule of schedules) {
        expect(await values(cron, `select cron.schedule('${schedule}', 'x') > 0`), schedule).toBe(true);
      }
      for (const schedule of ['every day', '* * * *', '61 * * * *', '60 seconds', '@fortnightly']) {
        expect(await values(cron, `select cron.schedule('${schedule}', 'x')`)).toBe(
          `22023 invalid schedule: ${schedule}`,
        );
      }
    });

    on('the table of jobs is for reading', async () => {
      expect(await values(cron, `insert into cron.job (schedule, command) values ('* * * * *', 'x')`)).toBe(
        '42501 permission denied for table job',
      );
    });

    on('nobody schedules in the name of a role that it is not', async () => {
      expect(
        await values(
          cron,
          `select cron.stand_in_write('supabase_admin', null, 'x', '@daily', 'x', null, null, true)`,
        ),
      ).toBe('42501 permission denied to schedule for role "supabase_admin"');
      expect(
        await values(
          cron,
          `select cron.schedule_in_database('x', '@daily', 'x', 'postgres', 'supabase_admin')`,
        ),
      ).toBe('42501 must be superuser to create a job for another role');
    });
  });

  describe('pg_net', () => {
    const net = 'create extension pg_net with schema extensions';

    on('a trigger’s request is queued, also for a user of the API', async () => {
      expect(
        await values(
          net,
          `create table public.orders (id int); grant insert on public.orders to authenticated`,
          `create function public.notify() returns trigger language plpgsql as $$
            begin
              perform net.http_post(
                url := 'https://example.org/hook',
                body := jsonb_build_object('id', new.id),
                params := '{"a b": "ä"}',
                headers := '{"Authorization": "Bearer x"}'::jsonb
              );
              return new;
            end
          $$`,
          `create trigger notify after insert on public.orders for each row execute function public.notify()`,
          'set local role authenticated',
          'insert into public.orders values (7)',
          'reset role',
          `select method, url, convert_from(body, 'UTF8'), headers ->> 'Content-Type', timeout_milliseconds
            from net.http_request_queue`,
        ),
      ).toEqual(['POST', 'https://example.org/hook?a%20b=%C3%A4', '{"id": 7}', 'application/json', 5000]);
    });

    on('requests have ids and no answers', async () => {
      expect(
        await values(
          net,
          `select json_build_array(net.http_get('https://example.org') > 0, net.http_delete('https://example.org/1') > 0,
            (net.http_collect_response(1)).status, (select count(*) from net._http_response))`,
        ),
      ).toEqual([true, true, 'ERROR', 0]);
    });
  });

  on('pgmq: queues are tables, messages are sent, read, archived and deleted', async () => {
    const pgmq = [
      'create extension pgmq',
      `select pgmq.create('jobs')`,
      `select pgmq.create('jobs')`,
      'alter table pgmq.q_jobs enable row level security',
      `select pgmq.send('jobs', '{"n": 1}')`,
      `select pgmq.send('jobs', '{"n": 2}', 60)`,
      `select pgmq.send_batch('jobs', array['{"n": 3}', '{"n": 4}']::jsonb[])`,
    ];
    expect(
      await values(...pgmq, `select json_agg(message -> 'n' order by msg_id) from pgmq.read('jobs', 30, 2)`),
    ).toEqual([1, 3]);
    expect(
      await values(
        ...pgmq,
        `do $$ begin assert pgmq.archive('jobs', 1) and pgmq.delete('jobs', 2) and not pgmq.delete('jobs', 9); end $$`,
        `do $$ begin assert (select message from pgmq.pop('jobs')) = '{"n": 3}'; end $$`,
        `select (select message from pgmq.a_jobs) as archived, json_agg(msg_id) as rest from pgmq.q_jobs`,
      ),
    ).toEqual([{ n: 1 }, [4]]);
    expect(
      await values(...pgmq, `select queue_length::int, total_messages::int from pgmq.metrics('jobs')`),
    ).toEqual([4, 4]);
    expect(
      await values(
        ...pgmq,
        `select pgmq.drop_queue('jobs')`,
        `select count(*)::int, to_regclass('pgmq.q_jobs') from pgmq.list_queues()`,
      ),
    ).toEqual([0, null]);
    expect(await values('create extension pgmq', `select pgmq.create('a;b')`)).toMatch(
      /^P0001 queue name contains/,
    );
  });

  on('supabase_vault: secrets are written by functions and read by the view', async () => {
    expect(
      await values(
        'create extension if not exists supabase_vault with schema vault',
        `select vault.create_secret('s3cret', 'key', 'of the shop')`,
        `select vault.update_secret(id, new_name := 'the_key') from vault.decrypted_secrets`,
        'select name, description, decrypted_secret from vault.decrypted_secrets',
      ),
    ).toEqual(['the_key', 'of the shop', 's3cret']);
    expect(await values(`insert into vault.secrets (secret) values ('x')`)).toMatch(/^42501 /);
  });

  on('pg_jsonschema in a CHECK, pg_graphql’s directives, pg_hashids as a default', async () => {
    expect(
      await values(
        'create extension pg_jsonschema with schema extensions',
        `create table public.c (m jsonb check (jsonb_matches_schema('{"type": "object"}', m)))`,
        `insert into public.c values ('{}') returning m`,
      ),
    ).toEqual({});
    expect(
      await values(
        'create extension pg_graphql',
        `comment on schema public is e'@graphql({"inflect_names": true})'`,
        `select graphql.comment_directive(obj_description('public'::regnamespace)),
          graphql.resolve('{ x }') ->> 'data'`,
      ),
    ).toEqual([{ inflect_names: true }, null]);
    expect(
      await values(
        'create extension pg_hashids',
        `select id_decode(id_encode(array[1, 2147483648], 'salt', 20)), id_decode_once(id_encode(0))::int`,
      ),
    ).toEqual([['1', '2147483648'], 0]);
  });

  on('pgjwt signs as its standard says', async () => {
    // The example that jwt.io shows, for the secret `your-256-bit-secret`.
    const token =
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c';
    const jwt = 'create extension pgjwt with schema extensions cascade';
    expect(
      await values(jwt, `select payload ->> 'name', valid from verify('${token}', 'your-256-bit-secret')`),
    ).toEqual(['John Doe', true]);
    expect(
      await values(
        jwt,
        `select sign('{"sub":"1234567890","name":"John Doe","iat":1516239022}', 'your-256-bit-secret') = '${token}'`,
      ),
    ).toBe(true);
  });

  describe('nothing is connected to', () => {
    on('what http would have fetched is installed by pg_tle all the same', async () => {
      expect(
        await values(
          'create extension http with schema extensions',
          'create extension pg_tle',
          `select pgtle.install_extension('dbdev', contents ->> 'version', 'from afar', contents ->> 'sql')
           from (select (extensions.http_get('https://example.org')).content::json) as fetched (contents)`,
          'select name::text from pgtle.available_extensions()',
        ),
      ).toBe('dbdev');
    });

    on('http answers null', async () => {
      expect(
        await values(
          'create extension http schema extensions',
          `select (http_get('http://127.0.0.1')).status`,
        ),
      ).toBe(null);
    });

    on('dblink', async () => {
      expect(
        await values(
          'create extension dblink schema extensions',
          `select * from dblink('host=127.0.0.1 user=supabase_admin', 'select 1') as t (a int)`,
        ),
      ).toBe('08001 could not establish connection');
      expect(await values("create extension dblink version '1.1'")).toMatch(
        /^22023 .* no installation script/,
      );
    });

    on('postgres_fdw and wrappers', async () => {
      const foreign = [
        'create extension postgres_fdw schema extensions',
        `create server shop foreign data wrapper postgres_fdw options (host '127.0.0.1')`,
        `create user mapping for current_user server shop options (user 'supabase_admin', password 'x')`,
        'create foreign table public.goods (id int) server shop',
      ];
      expect(await values(...foreign, 'select * from public.goods')).toBe(
        '55000 foreign-data wrapper "postgres_fdw" has no handler',
      );
      const superuser = await server?.connect('supabase_admin');
      await superuser?.execute(`begin; create extension wrappers schema extensions;
        create foreign data wrapper stripe
          handler extensions.stripe_fdw_handler validator extensions.stripe_fdw_validator;
        create server shop foreign data wrapper stripe options (api_key_id 'x');
        create foreign table public.charges (id text) server shop options (object 'charges')`);
      await expect(superuser?.execute('select * from public.charges')).rejects.toMatchObject({
        sqlstate: '0A000',
      });
      await superuser?.execute('rollback');
      await superuser?.close();
    });
  });

  on('a schema prepared for a stand-in’s script is asked nothing', async () => {
    // Names that a script uses and that Postgres has: a trap where the search path finds it too.
    const trap = [
      'create schema trap',
      `create function trap.sprung() returns int language plpgsql as $$
        begin raise 'as %', current_user using errcode = 'ZZ001'; end $$`,
      ...['jsonb', 'text', 'real', 'bigint', 'regclass', 'timestamptz'].map(
        (name) => `create domain trap."${name}" as pg_catalog.text check (trap.sprung() = 1)`,
      ),
      `create function trap.coalesce_(a text) returns text language sql as 'select trap.sprung()::text'`,
      `create function trap.format(a text, b text) returns text language sql as 'select trap.sprung()::text'`,
      `create function trap.equals(a text, b text) returns boolean language sql as 'select trap.sprung() = 1'`,
      'create operator trap.= (leftarg = text, rightarg = text, function = trap.equals)',
    ];
    for (const { name, schema } of standIns) {
      if (schema !== null) continue;
      const outcome = await values(...trap, `create extension ${name} schema trap cascade`, 'select 1');
      expect(outcome, name).toBe(1);
    }
  });

  on('as many values as a project has', async () => {
    expect(
      await values(
        'create extension vector',
        'create table public.many (id int, v vector(8))',
        'create index on public.many using hnsw (v vector_l2_ops)',
        `insert into public.many select i, array[i, i, i, i, i, i, i, 1]::real[]::vector from generate_series(1, 2000) i`,
        `set local enable_seqscan = off`,
        `select count(*)::int, (select id from public.many where v = '[77,77,77,77,77,77,77,1.0]') from public.many`,
      ),
    ).toEqual([2000, 77]);
    expect(await single(postgres, `select to_regclass('public.many')`)).toBe(null);
  });
});
