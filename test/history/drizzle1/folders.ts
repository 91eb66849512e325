/** Histories as Drizzle 1.0 keeps them, written out small: folders by name, each building on the one before. */
import { createHash } from 'node:crypto';
import { config } from '../project.ts';

export const origin = '00000000-0000-0000-0000-000000000000';

export interface Folder {
  /** null: no migration.sql. */
  readonly sql: string | null;
  /** Names of the folders it builds on; absent: the one before it; null: no snapshot.json. */
  readonly on?: readonly string[] | null;
  /** What it writes, as footprints name it. */
  readonly writes?: readonly string[];
  /** Format of the release candidates up to rc.4, with every entity; absent: base and diff. */
  readonly ddl?: readonly object[];
}

/** The id that the snapshot of a folder has. */
export function idOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** With the config; SQL alone is a folder that builds on the one before. */
export function folders(migrations: Readonly<Record<string, Folder | string>>): Record<string, string> {
  const files: Record<string, string> = { 'drizzle.config.ts': config };
  let before: string[] = [];
  for (const [name, given] of Object.entries(migrations)) {
    const folder = typeof given === 'string' ? { sql: given } : given;
    if (folder.sql !== null) files[`drizzle/${name}/migration.sql`] = folder.sql;
    const parents = folder.on ?? before;
    if (folder.on !== null) files[`drizzle/${name}/snapshot.json`] = snapshot(name, folder, parents);
    before = [name];
  }
  return files;
}

export function snapshot(name: string, folder: Omit<Folder, 'on'>, parents: readonly string[]): string {
  const { ddl, writes = [] } = folder;
  const first = parents.length === 0;
  const prevIds = first ? [origin] : parents.map(idOf);
  const common = { dialect: 'postgres', id: idOf(name), prevIds };
  const footprints = writes.map((write) => ({
    statementType: 'alter_column',
    statementTarget: ['column', ...write.split('.')],
    writes: [`s|col|${write}`],
    reads: [],
  }));
  const text =
    ddl !== undefined
      ? { ...common, version: '8', ddl, renames: [] }
      : first
        ? { type: 'base', version: '9', ...common, footprints, ddl: tables(folder.sql) }
        : { type: 'diff', version: '9', ...common, footprints, deltas: created(folder.sql) };
  return `${JSON.stringify(text, null, 2)}\n`;
}

function tables(sql: string | null): object[] {
  return [...(sql ?? '').matchAll(/create table (\w+)/g)].map(([, name]) => ({
    schema: 'public',
    name,
    isRlsEnabled: false,
    entityType: 'tables',
  }));
}

function created(sql: string | null): object[] {
  return tables(sql).map((row) => ({ op: 'create', row }));
}
