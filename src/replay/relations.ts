/** The relations that exist when the new migrations start: only what happens to these can hurt anyone. */
import { readFileSync } from 'node:fs';
import type { Session } from '../database/database.ts';

export interface BaseRelation {
  readonly oid: number;
  /** As in `pg_class.relkind`. */
  readonly kind: string;
  /** `schema.table`, quoted where needed. */
  readonly name: string;
  /** The storage file's number. */
  readonly file: number;
  /** The partitioned table it belongs to, or itself. */
  readonly root: number;
}

/** Without the table that the applier keeps its rows in: every migration touches that. */
export async function relationsOf(
  observer: Session,
  bookkeeping: { readonly schema: string; readonly name: string } | null,
): Promise<ReadonlyMap<number, BaseRelation>> {
  const query = readFileSync(new URL('./queries/base-relations.sql', import.meta.url), 'utf8');
  const rows = await observer.query<{ oid: number; kind: string; name: string; file: number; root: number }>(
    query,
    [bookkeeping?.schema ?? null, bookkeeping?.name ?? null],
  );
  return new Map(
    rows.map(({ oid, kind, name, file, root }) => [
      Number(oid),
      { oid: Number(oid), kind, name, file: Number(file), root: Number(root) },
    ]),
  );
}
