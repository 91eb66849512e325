/** Reads fixtures/rules: what each example shows, what it must find, and the repository it stands for. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface RuleFixture {
  readonly rule: string;
  /** `bad-do-block`. */
  readonly name: string;
  readonly isBad: boolean;
  /** One sentence, shown above the example in the docs. */
  readonly sentence: string;
  /** Other rules it is known to break; for a good one all of them. */
  readonly also: readonly string[];
  /** Objects the rule's findings must be about, sorted; null: not checked. */
  readonly objects: readonly string[] | null;
  /** Options: `data-api-grants=automatic`. */
  readonly options: Readonly<Record<string, string>>;
  /** The major of drizzle-kit that is installed, `0.x` or `1.0`; null: none is. */
  readonly kit: '0.x' | '1.0' | null;
  /** For the docs: the sections, or null for a project. */
  readonly sections: readonly Section[] | null;
  /** The files of the base and the head commit. */
  readonly base: Files;
  readonly head: Files;
}

export type Files = Readonly<Record<string, string>>;

export interface Section {
  readonly kind: SectionKind;
  /** Tag of a migration, if one is given. */
  readonly tag: string | null;
  readonly sql: string;
}

export type SectionKind = 'base' | 'base-rls' | 'new' | 'rls' | 'seed';

const sectionLine = /^-- @(base|base-rls|new|rls|seed)(?: (\S+))?$/;
const headerLine = /^(?:-- )?(also|object|with|kit): (.+)$/;

export const fixturesRoot = fileURLToPath(new URL('../fixtures/rules', import.meta.url));

/** Rules that have fixtures, sorted. */
export function rulesWithFixtures(): readonly string[] {
  return readdirSync(fixturesRoot).sort();
}

/** Sorted by name: bad before good. */
export function fixturesOf(rule: string): readonly RuleFixture[] {
  const folder = join(fixturesRoot, rule);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((entry) => {
      const path = join(folder, entry);
      return statSync(path).isDirectory() ? readProject(rule, entry, path) : readSections(rule, entry, path);
    });
}

function readSections(rule: string, entry: string, path: string): RuleFixture {
  const lines = readFileSync(path, 'utf8').split('\n');
  const start = lines.findIndex((line) => sectionLine.test(line));
  if (start < 1) throw new Error(`${path} has no section`);
  const header = readHeader(lines.slice(0, start), path);
  const sections: { kind: SectionKind; tag: string | null; lines: string[] }[] = [];
  for (const line of lines.slice(start)) {
    const [, kind, tag = null] = sectionLine.exec(line) ?? [];
    // The pattern lists exactly the kinds there are.
    if (kind !== undefined) sections.push({ kind: kind as SectionKind, tag, lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  const read = sections.map(({ kind, tag, lines: own }) => ({
    kind,
    tag,
    sql: `${own.join('\n').trim()}\n`,
  }));
  return { ...named(rule, entry.replace(/\.sql$/, '')), ...header, sections: read, ...filesOf(read) };
}

function readProject(rule: string, entry: string, path: string): RuleFixture {
  const header = readHeader(readFileSync(join(path, 'about.txt'), 'utf8').trim().split('\n'), path);
  const base = readFiles(join(path, 'base'));
  return {
    ...named(rule, entry),
    ...header,
    sections: null,
    base,
    head: readFiles(join(path, 'head')),
  };
}

function named(rule: string, name: string) {
  const isBad = name === 'bad' || name.startsWith('bad-');
  if (!isBad && name !== 'good' && !name.startsWith('good-')) {
    throw new Error(`${rule}/${name} is neither bad nor good`);
  }
  return { rule, name, isBad };
}

function readHeader(lines: readonly string[], path: string) {
  const [first = '', ...rest] = lines;
  const values = { also: '', object: '', with: '', kit: '' };
  for (const line of rest) {
    const [, key, value] = headerLine.exec(line) ?? [];
    if (key === undefined || value === undefined) throw new Error(`${path}: what does "${line}" say?`);
    // The pattern lists exactly the keys there are.
    values[key as keyof typeof values] = value;
  }
  const list = (text: string) => (text === '' ? [] : text.split(', '));
  return {
    sentence: first.replace(/^-- /, ''),
    also: list(values.also).sort(),
    kit: kitOf(values.kit, path),
    objects: values.object === '' ? null : list(values.object).sort(),
    options: Object.fromEntries(
      values.with === '' ? [] : values.with.split('; ').map((pair) => pair.split('=', 2)),
    ) as Record<string, string>,
  };
}

function kitOf(text: string, path: string): RuleFixture['kit'] {
  if (text === '') return null;
  if (text === '0.x' || text === '1.0') return text;
  throw new Error(`${path}: there is no drizzle-kit ${text}`);
}

/** A small repository: `drizzle/` with its journal, `db/rls.sql`, `db/seed.sql`. */
function filesOf(sections: readonly Section[]): { base: Files; head: Files } {
  const base: Record<string, string> = {};
  const head: Record<string, string> = {};
  const tags = { base: [] as string[], head: [] as string[] };
  for (const { kind, tag, sql } of sections) {
    if (kind === 'base' || kind === 'new') {
      const number = String(tags.head.length).padStart(4, '0');
      const name = tag ?? `${number}_${kind}`;
      tags.head.push(name);
      head[`drizzle/${name}.sql`] = sql;
      if (kind === 'base') {
        tags.base.push(name);
        base[`drizzle/${name}.sql`] = sql;
      }
    } else if (kind === 'rls') {
      head['db/rls.sql'] = sql;
    } else {
      const file = kind === 'seed' ? 'db/seed.sql' : 'db/rls.sql';
      base[file] = sql;
      head[file] ??= sql;
    }
  }
  const journal = 'drizzle/meta/_journal.json';
  return {
    base: { ...base, [journal]: journalOf(tags.base) },
    head: { ...head, [journal]: journalOf(tags.head) },
  };
}

/** One day apart, from the first of January 2026 on. */
function journalOf(tags: readonly string[]): string {
  const entries = tags.map((tag, idx) => ({
    idx,
    version: '7',
    when: 1_767_225_600_000 + idx * 86_400_000,
    tag,
    breakpoints: true,
  }));
  return `${JSON.stringify({ version: '7', dialect: 'postgresql', entries }, null, 2)}\n`;
}

function readFiles(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}
