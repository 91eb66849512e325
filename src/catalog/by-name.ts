/** Gives the objects of several servers one identity for one name, so that their catalogs can be compared. */
import type { Catalog, CatalogObject } from './catalog.ts';

/**
 * Oids and column numbers say nothing beyond one server. What it returns is for catalogs of different servers: to all
 * that went through one call of it, one name is one object, and a rename is a removal and an addition.
 */
export function identitiesByName(): (catalog: Catalog) => Catalog {
  const identities = new Map<string, number>();
  const identityOf = (section: string, name: string) => {
    const key = `${section} ${name}`;
    const known = identities.get(key) ?? identities.size + 1;
    identities.set(key, known);
    return known;
  };
  return (catalog) => {
    const named = <Item extends CatalogObject>(section: string, items: readonly Item[]): readonly Item[] => {
      const names = new Map(items.map(({ oid, object }) => [oid, object]));
      return items.map((item) => {
        const original = item.copyOf == null ? undefined : names.get(item.copyOf);
        return {
          ...item,
          oid: identityOf(section, item.object),
          // Hashes of definitions that spell oids.
          stored: null,
          ...(original === undefined ? {} : { copyOf: identityOf(section, original) }),
        };
      });
    };
    return {
      schemas: named('schema', catalog.schemas),
      tables: named('table', catalog.tables),
      columns: catalog.columns.map((column) => ({
        ...column,
        oid: identityOf('table', column.table),
        number: identityOf('column', column.object),
      })),
      constraints: named('constraint', catalog.constraints),
      indexes: named('index', catalog.indexes),
      policies: named('policy', catalog.policies),
      triggers: named('trigger', catalog.triggers),
      functions: named('function', catalog.functions),
      types: named('type', catalog.types),
      sequences: named('sequence', catalog.sequences),
      extensions: named('extension', catalog.extensions),
      publications: named('publication', catalog.publications),
      eventTriggers: named('event-trigger', catalog.eventTriggers),
      roles: named('role', catalog.roles),
      defaultPrivileges: named('default-privileges', catalog.defaultPrivileges),
    };
  };
}
