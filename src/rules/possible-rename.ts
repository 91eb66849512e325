/** possible-rename: something is dropped and something like it is made; perhaps it only got another name. */
import type { ColumnObject, TableObject } from '../catalog/catalog.ts';
import { identifier } from '../database/quoting.ts';
import type { RenameQuestion } from '../history/kit/look.ts';
import { at, groupedBy } from './cause.ts';
import { generateCommand } from './kit-command.ts';
import { type Candidates, columnCandidates, tableCandidates } from './rename-candidates.ts';
import { renameSql } from './rename-sql.ts';
import type { ChangeRule, Evidence, Finding } from './rule.ts';
import { listed, spelled } from './wording.ts';

export const possibleRename: ChangeRule = {
  meta: {
    id: 'possible-rename',
    title: 'Dropped and made anew, or only renamed?',
    category: 'history',
    severity: 'warning',
    configurable: true,
    waivable: true,
    firesWhen:
      'The new migrations drop a column and add one of like type to the same table, or drop a table and make one that has most of its columns under the same names. Or drizzle-kit asks whether something of the schema was renamed, and no migration answers.',
    effect:
      'drizzle-kit cannot tell a rename from a drop and an add, and asks. A wrong answer, or a migration written without one, loses the values of every row, though nobody meant to.',
    remedy:
      'If it is the same thing under a new name, write RENAME in the place of the drop and the add; the snapshot stays as it is.',
    silentWhen:
      'The types are unlike, the drop and the add are on different tables, the old name is used again, the values are copied over in the same set (`UPDATE … SET new = old`, `INSERT … SELECT`), it was really renamed, or what is dropped is computed or was made by the same pull request.',
  },
  scope: 'change',
  check: (evidence) => [
    ...ofColumns(evidence),
    ...tableCandidates(evidence).map((candidates) => ofTable(candidates, evidence)),
    ...ofQuestions(evidence),
  ],
};

/** The columns of one table together: which of them became which, only people know. */
function ofColumns(evidence: Evidence): readonly Finding[] {
  const groups = groupedBy(columnCandidates(evidence), ({ gone }) => String(gone.oid));
  return [...groups.values()].map((group) => {
    const [first] = group;
    if (first === undefined) throw new Error('a group of columns is never empty');
    const table = first.like[0]?.table ?? first.gone.table;
    const several = group.length > 1;
    const objects = group.map(({ gone }) => gone.object);
    return {
      object: first.gone.object,
      ...at(first.place),
      title: several
        ? `${group.length} columns of ${table} may only have got other names: ${listed(group.map((one) => `${spelled(one.gone)} (${either(one.like.map(spelled))})`))}`
        : `${first.gone.object} may only have got another name: ${either(first.like.map(spelled))}`,
      detail:
        `${readsAs(evidence)} a drop and an add: the old values are lost and ${several ? 'the new columns start' : 'the new column starts'} empty. With a rename every row keeps its value. ${several ? '' : typesOf(first)}`.trim(),
      remedy: `If it is the same ${several ? 'data' : 'column'}, ${renaming(evidence, 'the DROP and the ADD')}. If not, nothing is to be done here.`,
      fix: renamesOf(group, table).join('\n'),
      evidence: {
        table: first.gone.table,
        ...(several ? { objects } : {}),
        candidates: Object.fromEntries(
          group.map((one) => [one.gone.object, one.like.map(({ object }) => object)]),
        ),
      },
    };
  });
}

function typesOf({ gone, like }: Candidates<ColumnObject>): string {
  const others = [...new Set(like.map(({ type }) => type))];
  return others.length === 1 && others[0] === gone.type
    ? `Both are of the type ${gone.type}.`
    : `It was ${gone.type}, and is ${listed(others)} now.`;
}

/** More readings than these help nobody. */
const mostReadings = 3;

function either(names: readonly string[]): string {
  const rest = names.length - mostReadings;
  return [...names.slice(0, mostReadings), ...(rest > 0 ? [`${rest} more`] : [])].join(' or ');
}

/** One SQL per reading; of several the first is there to be pasted, the others stand as comments. */
function alternatives<Thing>({ like }: Candidates<Thing>, sql: (one: Thing) => string): readonly string[] {
  return like.slice(0, mostReadings).map((one, index) => (index === 0 ? sql(one) : `-- or: ${sql(one)}`));
}

/** Two columns cannot both become one: what is taken stands as another reading. */
function renamesOf(group: readonly Candidates<ColumnObject>[], table: string): readonly string[] {
  const taken = new Set<ColumnObject>();
  return group.flatMap(({ gone, place, like }) => {
    const free = like.find((one) => !taken.has(one));
    if (free === undefined) return like.slice(0, 1).map((one) => `-- or: ${columnRename(table, gone, one)}`);
    taken.add(free);
    const ordered = [free, ...like.filter((one) => one !== free)];
    return alternatives({ gone, place, like: ordered }, (to) => columnRename(table, gone, to));
  });
}

function columnRename(table: string, gone: ColumnObject, to: ColumnObject): string {
  const rename = `alter table ${table} rename column ${spelled(gone)} to ${spelled(to)};`;
  return gone.type === to.type
    ? rename
    : `${rename} alter table ${table} alter column ${spelled(to)} type ${to.type};`;
}

/** Of a generated plan the worse reading is shown: the gate cannot know what somebody answers at a terminal. */
function readsAs({ history }: Evidence): string {
  return history.applier === 'schema'
    ? 'drizzle-kit would ask; the plan reads it as'
    : 'The migration reads as';
}

function renaming({ history }: Evidence, place: string): string {
  return history.applier === 'schema'
    ? 'run the RENAME below by hand before the push, or push from a terminal and answer that it was renamed'
    : `put the RENAME below in the place of ${place}, and keep the snapshot`;
}

function ofTable(candidates: Candidates<TableObject>, evidence: Evidence): Finding {
  const { gone, place, like } = candidates;
  const names = like.map(({ object }) => object);
  return {
    object: gone.object,
    ...at(place),
    title: `${gone.object} may only have got another name: ${either(names)}`,
    detail: `${readsAs(evidence)} a drop and a new table of like columns: every row is lost, and ${listed(names)} ${names.length === 1 ? 'starts' : 'start'} empty. With a rename the rows stay, and so do policies, indexes and keys.`,
    remedy: `If it is the same table, ${renaming(evidence, 'CREATE TABLE and DROP TABLE')}. If not, nothing is to be done here.`,
    fix: alternatives(candidates, (one) => tableRename(gone, one)).join('\n'),
    evidence: { candidates: names },
  };
}

function tableRename(gone: TableObject, to: TableObject): string {
  const rename = (from: string) => `alter table ${from} rename to ${nameOf(to)};`;
  if (gone.schema === to.schema) return rename(gone.object);
  const schema = to.object.slice(0, -nameOf(to).length - 1);
  const move = `alter table ${gone.object} set schema ${schema};`;
  return gone.name === to.name ? move : `${move} ${rename(`${schema}.${nameOf(gone)}`)}`;
}

/** As its catalog name spells it. */
function nameOf({ object, name }: TableObject): string {
  return object.endsWith(`.${name}`) ? name : identifier(name);
}

function ofQuestions({ schema, history }: Evidence): readonly (Finding & { readonly standing: boolean })[] {
  if (schema.state !== 'drift') return [];
  return schema.questions.map((question) => {
    const { kind, from, to, atBase } = question;
    const noun = kind === 'other' ? 'one' : kind;
    const renames = from.flatMap((one) => renameSql(kind, one, to) ?? []);
    return {
      object: from.length === 1 ? (from[0] ?? to) : to,
      file: schema.file,
      line: null,
      title: `${to} may be ${from.length === 1 ? from[0] : `one of ${listed(from)}`} under another name: drizzle-kit asks, and no migration answers`,
      detail: `${keeps(question)} Without a terminal drizzle-kit writes nothing at all.`,
      remedy: `Run ${generateCommand(history)} on your machine, choose the ${noun} it was renamed from (or "create"), read the SQL, and commit it.`,
      fix:
        renames.length === 0
          ? null
          : renames.map((sql, index) => (index === 0 ? sql : `-- or: ${sql}`)).join('\n'),
      evidence: { kind, from, to },
      standing: atBase,
    };
  });
}

function keeps({ kind, from, to }: RenameQuestion): string {
  const gone = listed(from);
  if (kind === 'table')
    return `Renamed, ${gone} keeps its rows; dropped and made anew, all of them are lost.`;
  if (kind === 'column')
    return `Renamed, ${gone} keeps its values; dropped and made anew, those of every row are lost.`;
  return `Renamed, ${gone} stays what it is; dropped and made anew as ${to}, what hangs on it may go with it.`;
}
