/** policy-differs-from-schema: the policy in the migrated database is not the one that the Drizzle schema declares. */
import type { PolicyObject } from '../catalog/catalog.ts';
import { identifier } from '../database/quoting.ts';
import { child, list, namesOf, nodeOf } from '../history/parse-tree.ts';
import { treesOf } from '../history/statements.ts';
import type { Place } from '../replay/record.ts';
import { type Apart, apart } from './apart.ts';
import { at, byCause } from './cause.ts';
import { createPolicy } from './policy-sql.ts';
import type { ChangeRule, Evidence, Finding } from './rule.ts';
import { count, listed, oneLine } from './wording.ts';

export const policyDiffersFromSchema: ChangeRule = {
  meta: {
    id: 'policy-differs-from-schema',
    title: 'A policy is not the one the Drizzle schema declares',
    category: 'access',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      'A `pgPolicy(…)` of the schema has another command, other roles, another `using` or `withCheck` in the migrated database, is restrictive in one and permissive in the other, or is missing there. Both are read back from Postgres, so spelling and casts do not count.',
    effect:
      'People can do what the schema forbids, or cannot do what it allows, and whoever reads the schema does not see it. drizzle-kit (0.x and 1.0) loses a `using` or `withCheck` that is taken out of the schema: the migration it writes leaves the old one in force.',
    remedy:
      'Write a migration by hand that drops the policy and creates it as the schema says, or say in the schema what the database has.',
    silentWhen:
      'The base branch has the same difference (then it is standing), the policy only has another name, a policy stands in the database alone (`rls.sql`), or drizzle-kit itself would write the change (that is `schema-drift`).',
  },
  scope: 'change',
  check: (evidence) => {
    const toCome = policiesToCome(evidence);
    const found = apart(evidence)
      .filter((one) => one.kind === 'policy' && !toCome.has(keyOf(one, evidence)))
      .map((one) => ({ ...one, place: placeOf(one, evidence) }));
    return [false, true].flatMap((standing) =>
      byCause(found.filter((one) => one.standing === standing)).map((group) => findingOf(group, evidence)),
    );
  },
};

type Placed = Apart & { readonly place: Place | null };

function placeOf({ object, actual, of }: Apart, { head }: Evidence): Place | null {
  return head?.place(object) ?? (actual === null ? (head?.place(of) ?? null) : null);
}

function findingOf(
  group: readonly Placed[],
  { declared, schema, history }: Evidence,
): Finding & { readonly standing: boolean } {
  const [first] = group;
  if (first === undefined) throw new Error('a group of policies is never empty');
  const policies = new Map(declared?.head.policies.map((policy) => [policy.object, policy]));
  const objects = group.map(({ object }) => object);
  const names = group.map((one) => `${nameOf(policies.get(one.object), one)} on ${one.of}`);
  const several = group.length > 1;
  const all = group.every(({ actual }) => actual === null);
  return {
    object: first.object,
    ...at(first.place),
    ...(first.place === null ? { file: fileOf(schema, history) } : {}),
    title: several
      ? `${count(group.length, 'policy')} are not as the schema declares them: ${listed(names)}`
      : `The policy ${names.join()} ${all ? 'of the schema is missing in the migrated database' : 'is not as the schema declares it'}`,
    detail: group
      .slice(0, 3)
      .map((one) => wordsOf(one, several))
      .join(' '),
    remedy: `${several ? 'Drop them and create them' : all ? 'Create it' : 'Drop it and create it'} as the schema says, in a migration written by hand (\`drizzle-kit generate --custom\`); drizzle-kit does not see the difference. Or write into the schema what the database has.`,
    fix: group.flatMap((one) => fixOf(policies.get(one.object), one)).join('\n'),
    evidence: {
      table: first.of,
      ...(several ? { objects, tables: [...new Set(group.map(({ of }) => of))] } : {}),
      differences: group.map(({ object, declared: said, actual }) => ({ object, declared: said, actual })),
    },
    standing: first.standing,
  };
}

function fileOf(schema: Evidence['schema'], history: Evidence['history']): string | null {
  return 'file' in schema ? schema.file : (history.drizzle?.config.head ?? history.journalFile);
}

function nameOf(policy: PolicyObject | undefined, { object, of }: Apart): string {
  return policy === undefined ? object.slice(of.length + 1) : identifier(policy.name);
}

function wordsOf({ object, of, declared, actual }: Placed, several: boolean): string {
  const which = several ? `${object.slice(of.length + 1)}: ` : '';
  if (actual === null)
    return `${which}No migration makes it, so nobody has what it lets people do, or nothing holds back what it holds back.`;
  const sides = Object.keys(declared).map((field) => side(field, declared[field], actual[field]));
  return `${which}${sides.join(' ')}`;
}

const names: Readonly<Record<string, string>> = { using: '`using`', withCheck: '`withCheck`' };

/** A clause that is gone from the schema is the one that drizzle-kit loses. */
function side(field: string, said: unknown, made: unknown): string {
  const name = names[field];
  if (name !== undefined) {
    if (said === null)
      return `The schema has no ${name}, and the database still asks \`${words(made)}\`: the ALTER POLICY that drizzle-kit writes cannot take a clause out.`;
    if (made === null) return `The schema says ${name} \`${words(said)}\`, and the database has none.`;
    return `The schema says ${name} \`${words(said)}\`, the database has \`${words(made)}\`.`;
  }
  if (field === 'permissive')
    return `The schema says ${said === true ? 'permissive' : 'restrictive'}, the database has ${made === true ? 'permissive' : 'restrictive'}.`;
  return `The schema says ${field === 'roles' ? 'to' : 'for'} ${words(said)}, the database has ${field === 'roles' ? 'to' : 'for'} ${words(made)}.`;
}

function words(value: unknown): string {
  return oneLine(Array.isArray(value) ? value.join(', ') : String(value), 160);
}

function fixOf(policy: PolicyObject | undefined, { of, actual }: Apart): readonly string[] {
  if (policy === undefined) return [];
  return [
    ...(actual === null ? [] : [`drop policy ${identifier(policy.name)} on ${of};`]),
    createPolicy(policy, of),
  ];
}

/** Those that drizzle-kit would write about: the schema changed and the migration is missing, which is another finding. */
function policiesToCome({ schema }: Evidence): ReadonlySet<string> {
  const missing = schema.state === 'drift' ? schema.missing : [];
  const names = missing
    .flatMap(({ sql }) => treesOf(sql) ?? [])
    .flatMap((tree) => {
      const node = nodeOf(tree);
      if (node?.tag === 'DropStmt' && node.fields.removeType === 'OBJECT_POLICY')
        return list(node.fields.objects).map(namesOf);
      if (node?.tag !== 'CreatePolicyStmt' && node?.tag !== 'AlterPolicyStmt') return [];
      const { schemaname, relname } = child(node.fields.table);
      return [[schemaname, relname, node.fields.policy_name].filter((name) => typeof name === 'string')];
    });
  return new Set(names.map((parts) => JSON.stringify(parts.length === 2 ? ['public', ...parts] : parts)));
}

/** By plain names, as the parser gives them. */
function keyOf({ object, of }: Apart, { declared }: Evidence): string {
  const table = declared?.head.tables.find((one) => one.object === of);
  const policy = declared?.head.policies.find((one) => one.object === object);
  return JSON.stringify([table?.schema, table?.name, policy?.name]);
}
