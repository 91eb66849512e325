/** What a pull request does to the database, counted and in words, the worst first. */
import type { ChangeKind } from '../catalog/change.ts';
import type { JudgedFinding } from '../findings/judged.ts';
import type { Report, ReportChange } from './report.ts';
import { counting } from './selection.ts';
import { count, list } from './words.ts';

/** In the order they are named. */
const nouns: Readonly<Record<ChangeKind, string>> = {
  schema: 'schema',
  table: 'table',
  column: 'column',
  view: 'view',
  policy: 'policy',
  constraint: 'constraint',
  index: 'index',
  trigger: 'trigger',
  function: 'function',
  enum: 'enum',
  type: 'type',
  sequence: 'sequence',
  extension: 'extension',
  publication: 'publication',
  'event-trigger': 'event trigger',
  role: 'role',
  'default-privileges': 'default privilege',
  grant: 'grant',
};
const kinds = Object.keys(nouns) as readonly ChangeKind[];

type Phrase = readonly [rule: string, phrase: (n: number) => string];

const worse: readonly Phrase[] = [
  ['migration-failed', () => 'does not apply'],
  ['privileged-statement', () => 'needs rights that migrations do not have'],
  ['rls-file-failed', () => 'its `rls.sql` does not apply'],
  ['migration-edited', (n) => `edits ${count(n, 'migration')} that already ran`],
  ['migration-removed', (n) => `removes ${count(n, 'migration')} that already ran`],
  ['migration-skipped', (n) => `holds ${count(n, 'migration')} that would never run`],
  ['schema-drift', () => 'leaves the migrations behind the schema'],
  ['migration-out-of-order', (n) => `adds ${count(n, 'migration')} out of order`],
  ['rows-removed', (n) => `removes rows from ${count(n, 'table')}`],
];
const opened: readonly Phrase[] = [
  ['table-without-rls', (n) => `leaves ${count(n, 'table')} without row level security`],
  ['rls-disabled', (n) => `turns row level security off on ${count(n, 'table')}`],
];

/** A column, key or policy of a table that came or went with it says nothing of its own. */
function isPartOf(change: ReportChange, tables: readonly string[]): boolean {
  const table = (change.after ?? change.before)?.table;
  if (typeof table === 'string') return tables.includes(table);
  return tables.some((name) => change.object.startsWith(`${name}.`));
}

function isBehindTheScenes(change: ReportChange): boolean {
  const value = change.after ?? change.before;
  return (
    (change.kind === 'sequence' && typeof value?.ownedBy === 'string') ||
    (change.kind === 'index' && typeof value?.constraint === 'string') ||
    (change.kind === 'constraint' && value?.kind === 'not-null')
  );
}

function isRowSecurityOn(change: ReportChange): boolean {
  return change.kind === 'table' && change.change === 'altered' && change.after?.rowSecurity === true;
}

function byKind(
  changes: readonly ReportChange[],
  describe = (kind: ChangeKind, n: number) => count(n, nouns[kind]),
) {
  const parts = kinds.map((kind) => ({ kind, n: changes.filter((change) => change.kind === kind).length }));
  return list(parts.flatMap(({ kind, n }) => (n === 0 ? [] : [describe(kind, n)])));
}

/** One finding may stand for many objects of one cause; its evidence lists them. */
function objectsOf({ object, evidence }: JudgedFinding): readonly unknown[] {
  return Array.isArray(evidence.objects) ? evidence.objects : [object];
}

/** `drops 1 column`, `adds 1 table with row level security and 2 policies`. */
export function consequences(report: Report): readonly string[] {
  const findings = counting(report);
  const found = (phrases: readonly Phrase[]) =>
    phrases.flatMap(([rule, phrase]) => {
      const objects = new Set(findings.filter((one) => one.rule === rule).flatMap(objectsOf));
      return objects.size === 0 ? [] : [phrase(objects.size)];
    });
  const changes = report.changes.filter((change) => !isBehindTheScenes(change));
  const tables = (which: ReportChange['change']) =>
    changes.filter((change) => change.kind === 'table' && change.change === which);
  const removedTables = tables('removed').map((change) => change.object);
  const addedTables = tables('added').map((change) => change.object);
  const removed = changes.filter((c) => c.change === 'removed' && !isPartOf(c, removedTables));
  const secured = changes.filter(isRowSecurityOn);
  const added = changes.filter(
    (c) => c.change === 'added' && (c.kind === 'policy' || c.kind === 'trigger' || !isPartOf(c, addedTables)),
  );
  const altered = changes.filter((c) => c.change === 'altered' && !c.renamed && !secured.includes(c));
  const protectedTables = tables('added').every((change) => change.after?.rowSecurity === true);
  const say = (verb: string, what: string) => (what === '' ? [] : [`${verb} ${what}`]);

  return [
    ...found(worse),
    ...say('drops', byKind(removed)),
    ...found(opened),
    ...say('renames', byKind(changes.filter((c) => c.renamed))),
    ...say('changes', byKind(altered)),
    ...(secured.length === 0 ? [] : [`turns row level security on for ${count(secured.length, 'table')}`]),
    ...say(
      'adds',
      byKind(added, (kind, n) => {
        const words = count(n, nouns[kind]);
        return kind === 'table' && protectedTables ? `${words} with row level security` : words;
      }),
    ),
  ];
}
