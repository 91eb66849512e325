/** A difference between two catalog snapshots of one server. */
import type { Catalog, CatalogObject } from './catalog.ts';

export type ChangeKind =
  | 'schema'
  | 'table'
  | 'view'
  | 'column'
  | 'constraint'
  | 'index'
  | 'policy'
  | 'trigger'
  | 'function'
  | 'enum'
  | 'type'
  | 'sequence'
  | 'extension'
  | 'publication'
  | 'event-trigger'
  | 'role'
  | 'default-privileges'
  | 'grant';

export interface Change {
  readonly kind: ChangeKind;
  readonly change: 'added' | 'removed' | 'altered';
  /** The object's name after the change; before it, when removed. */
  readonly object: string;
  /** Only the fields that differ when altered; the whole object when added or removed. Without oids. */
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  /** Renamed: `before.object` is the old name. */
  readonly renamed: boolean;
}

export type CatalogSection = keyof Catalog;
export type AnyObject = CatalogObject & Readonly<Record<string, unknown>>;
