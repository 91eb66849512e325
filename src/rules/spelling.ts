/** Statements that drizzle-kit would write and that change nothing: it compares text, and Postgres compares what it means. */
import type { Catalog, TableObject } from '../catalog/catalog.ts';
import { declaredDifferences } from '../catalog/declared.ts';
import type { MissingStatement } from '../history/kit/look.ts';
import { child, list, namesOf, nodeOf, type Tree } from '../history/parse-tree.ts';
import { treesOf } from '../history/statements.ts';
import type { Evidence } from './rule.ts';

/** A policy, a check, an index or a view made anew as it stands in the migrated database already. */
export function onlySpelling(missing: readonly MissingStatement[], evidence: Evidence): boolean {
  const { declared, head, replay } = evidence;
  // What stopped on its way may have been about to change it.
  if (declared === null || head === null || replay === null || replay.failed !== null) return false;
  const differing = new Set(
    declaredDifferences(declared.head, head.catalog).flatMap(({ object, of }) => [object, of]),
  );
  const wanted = objectsOf(declared.head);
  const there = objectsOf(head.catalog);
  const names: readonly (Key | null)[] = missing.flatMap(
    ({ sql }): readonly (Key | null)[] => namedIn(sql) ?? [null],
  );
  return (
    names.length > 0 &&
    names.every((name) => {
      if (name === null) return false;
      const object = wanted.get(name);
      return object !== undefined && there.has(name) && !differing.has(object);
    })
  );
}

type Key = string;

function keyOf(kind: string, names: readonly unknown[]): Key {
  return JSON.stringify([kind, ...names]);
}

/** Plain names, as the parser gives them → as the catalog spells them. */
function objectsOf(catalog: Catalog): ReadonlyMap<Key, string> {
  const tables = new Map(catalog.tables.map((table) => [table.object, table]));
  const part = (kind: string) => (one: { table: string; name: string; object: string }) => {
    const table: TableObject | undefined = tables.get(one.table);
    return [keyOf(kind, [table?.schema, table?.name, one.name]), one.object] as const;
  };
  return new Map([
    ...catalog.policies.map(part('policy')),
    ...catalog.constraints.map(part('constraint')),
    ...catalog.indexes.map(
      (one) => [keyOf('index', [tables.get(one.table)?.schema, one.name]), one.object] as const,
    ),
    ...catalog.tables
      .filter(({ definition }) => definition !== null)
      .map(({ schema, name, object }) => [keyOf('view', [schema, name]), object] as const),
  ]);
}

/** null: it is about something else. */
function namedIn(sql: string): readonly Key[] | null {
  const keys = (treesOf(sql) ?? [{}]).map((tree) => {
    const node = nodeOf(tree);
    return node === null ? null : keysOf(node.tag, node.fields);
  });
  return keys.every((key) => key !== null) ? keys.flat() : null;
}

function keysOf(tag: string, fields: Tree): readonly Key[] | null {
  switch (tag) {
    case 'AlterPolicyStmt':
    case 'CreatePolicyStmt':
      return [keyOf('policy', [...relation(fields.table), fields.policy_name])];
    case 'IndexStmt':
      return [keyOf('index', [relation(fields.relation)[0], fields.idxname])];
    case 'ViewStmt':
      return [keyOf('view', relation(fields.view))];
    case 'DropStmt': {
      const kind = dropped[String(fields.removeType)];
      if (kind === undefined) return null;
      const most = kind === 'policy' ? 3 : 2;
      return list(fields.objects).map((object) => {
        const names = namesOf(object);
        return keyOf(kind, names.length < most ? ['public', ...names] : names);
      });
    }
    case 'AlterTableStmt': {
      const names = list(fields.cmds).map((command) => constraintIn(child(child(command).AlterTableCmd)));
      return names.every((name) => name !== null)
        ? names.map((name) => keyOf('constraint', [...relation(fields.relation), name]))
        : null;
    }
    default:
      return null;
  }
}

const dropped: Readonly<Record<string, string>> = {
  OBJECT_INDEX: 'index',
  OBJECT_POLICY: 'policy',
  OBJECT_VIEW: 'view',
};

function relation(value: unknown): readonly unknown[] {
  const { schemaname, relname } = child(value);
  return [schemaname ?? 'public', relname];
}

function constraintIn({ subtype, name, def }: Tree): string | null {
  if (subtype === 'AT_DropConstraint') return typeof name === 'string' ? name : null;
  const { conname } = child(child(def).Constraint);
  return subtype === 'AT_AddConstraint' && typeof conname === 'string' ? conname : null;
}
