/** What a catalog snapshot and a comparison cost: `node bench/snapshot.ts [tables]`, on the embedded Postgres. */
import { compareCatalogs } from '../src/catalog/changes.ts';
import { fingerprint } from '../src/catalog/fingerprint.ts';
import { takeSnapshot } from '../src/catalog/snapshot.ts';
import { openServer } from '../src/database/open.ts';

const tables = Number(process.argv[2] ?? 300);

/** A project of the usual make: ten columns, a key, two indexes, a foreign key, row security and two policies each. */
const project = `do $$ begin for i in 1..${tables} loop
  execute format('create table public.t%s (id uuid primary key default gen_random_uuid(), owner_id uuid not null,
    title varchar(200) not null, body text, n int default 0 check (n >= 0), state text default ''new'',
    price numeric(10, 2), tags text[], created_at timestamptz default now(), parent uuid%s)',
    i, case when i > 1 then format(' references public.t%s (id) on delete cascade', i - 1) end);
  execute format('create index on public.t%s (owner_id)', i);
  execute format('create index on public.t%s (lower(title)) where n > 3', i);
  execute format('alter table public.t%s enable row level security', i);
  execute format('create policy "read own" on public.t%s for select to authenticated
    using ((select auth.uid()) = owner_id)', i);
  execute format('create policy "write own" on public.t%s for update to authenticated
    using (auth.uid() = owner_id) with check (auth.uid() = owner_id)', i);
end loop; end $$`;

const { server } = await openServer({
  majorVersion: 17,
  platform: 'supabase',
  dataApiGrants: 'automatic',
  exposedSchemas: ['public'],
  ensureRls: false,
  extensions: [],
  postgres: 'embedded',
  image: null,
});
try {
  const postgres = await server.connect('postgres');
  const superuser = await server.connect('supabase_admin');
  await measure('empty project, first snapshot', () => takeSnapshot(superuser), 1);
  await measure('empty project, snapshot', () => takeSnapshot(superuser));
  await postgres.execute(project);
  const fresh = await server.connect('supabase_admin');
  await measure(`${tables} tables, first snapshot of a session`, () => takeSnapshot(fresh), 1);
  await measure(`${tables} tables, snapshot`, () => takeSnapshot(superuser));
  const before = await takeSnapshot(superuser);
  await postgres.execute('alter table public.t1 drop column body; drop policy "read own" on public.t2');
  const after = await takeSnapshot(superuser);
  await measure(`${tables} tables, compare`, async () => compareCatalogs(before, after));
  await measure(`${tables} tables, fingerprint`, async () => fingerprint(after));
  console.log(`changes found: ${compareCatalogs(before, after).length}`);
} finally {
  await server.stop();
}

/** The median in milliseconds. */
async function measure(what: string, run: () => Promise<unknown>, times = 9): Promise<void> {
  const taken: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const start = performance.now();
    await run();
    taken.push(performance.now() - start);
  }
  taken.sort((one, other) => one - other);
  console.log(`${what}: ${(taken[Math.floor(times / 2)] ?? Number.NaN).toFixed(1)} ms`);
}
