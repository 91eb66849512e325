/** Damage that shows in the text of a SQL file before anybody runs it: conflict markers, byte order marks, breakpoints within a statement. */
import { scan } from 'libpg-query';
import { isCommentedOut } from './commented-out.ts';
import type { HistoryProblem } from './history.ts';
import type { Migration } from './migration.ts';
import { breakpoint, lineCounter, parseSql } from './statements.ts';

/** `breakpoints`: read by Drizzle's migrator, which splits on them and takes a byte order mark for SQL. */
export async function damageProblems(
  migrations: readonly Migration[],
  { breakpoints }: { readonly breakpoints: boolean },
): Promise<HistoryProblem[]> {
  const problems: HistoryProblem[] = [];
  for (const migration of migrations) {
    // Whatever parses as it will be run is sound.
    if (migration.statements.every(({ node }) => node !== null)) continue;
    const found =
      (breakpoints ? byteOrderMark(migration) : null) ??
      (await conflict(migration)) ??
      (breakpoints ? await splitStatement(migration) : null);
    if (found !== null) problems.push(found);
  }
  return problems;
}

function problem(
  { file }: Migration,
  line: number,
  { damage, what, remedy }: { readonly damage: string; readonly what: string; readonly remedy: string },
): HistoryProblem {
  return {
    kind: 'journal-broken',
    object: file,
    file,
    line,
    atBase: false,
    what,
    remedy,
    evidence: { damage },
  };
}

function byteOrderMark(migration: Migration): HistoryProblem | null {
  const { file, text } = migration;
  if (!text.startsWith('\uFEFF')) return null;
  return problem(migration, 1, {
    damage: 'begins with a byte order mark',
    what: `${file} begins with a byte order mark (U+FEFF), which Drizzle sends along; Postgres takes it for the first letter of a word and stops there (42601)`,
    remedy: `Save ${file} as UTF-8 without a byte order mark.`,
  });
}

const marker = /^(?:<{7} |>{7} )/;

/** Git leaves the marks at the start of a line; inside a string or a comment they belong there. */
async function conflict(migration: Migration): Promise<HistoryProblem | null> {
  const { file, text } = migration;
  const tokens = await tokensOf(text);
  let offset = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (marker.test(line) && !tokens.some(({ start, end }) => start < offset && offset < end)) {
      return problem(migration, index + 1, {
        damage: 'holds conflict markers',
        what: `${file} holds a merge conflict that nobody has settled: ${line.slice(0, 7)} on line ${index + 1}`,
        remedy: `Settle the conflict in ${file} and take the markers out. If the base branch has a migration of that name, give yours another one: run \`drizzle-kit generate\` again on top of the base branch.`,
      });
    }
    offset += line.length + 1;
  }
  return null;
}

/** Places of the tokens in the JavaScript string; empty where the scanner cannot read the text to its end. */
async function tokensOf(text: string): Promise<readonly { readonly start: number; readonly end: number }[]> {
  if (text === '' || text.includes('\0')) return [];
  try {
    const { tokens } = await scan(text);
    const bytes = Buffer.from(text);
    const at = (byte: number) =>
      bytes.length === text.length ? byte : bytes.toString('utf8', 0, byte).length;
    // Only what can hold a line break can hold a marker.
    return tokens
      .filter((token) => token.text.includes('\n'))
      .map(({ start, end }) => ({ start: at(start), end: at(end) }));
  } catch {
    return [];
  }
}

/** So many parts are tried together; a function body with more breakpoints in it is told by its failure alone. */
const mostParts = 20;

/** Parts that are no SQL, and together with the breakpoint between them are: it stands inside a statement or a comment. */
async function splitStatement(migration: Migration): Promise<HistoryProblem | null> {
  const { file, text } = migration;
  const parts = text.split(breakpoint);
  const line = lineCounter(text);
  let offset = 0;
  for (const [index, part] of parts.entries()) {
    const before = offset - breakpoint.length;
    offset += part.length + breakpoint.length;
    if (await isSql(part)) continue;
    const isSplitAfter = await isWhole(parts, index);
    // A comment to the end of the line is SQL up to the breakpoint; what is left of the line is none.
    if (!isSplitAfter && !(index > 0 && (await isWhole(parts, index - 1)))) continue;
    const at = line(isSplitAfter ? offset - breakpoint.length : before);
    const isPulled = await isCommentedOut(text);
    return problem(migration, at, {
      damage: 'has a breakpoint inside a statement',
      what: `${file} has \`${breakpoint}\` on line ${at} inside ${isPulled ? 'the comment around it all' : 'a function body, a string or a comment'}; Drizzle splits the file there all the same, and what it sends then is no SQL (42601)`,
      remedy: isPulled
        ? `Take every \`${breakpoint}\` out of the comment in ${file}: then Drizzle notes it as run and does nothing, as is right for a database that has it all.`
        : `Take the breakpoint on line ${at} out of ${file}; between two statements it may stay.`,
    });
  }
  return null;
}

async function isWhole(parts: readonly string[], from: number): Promise<boolean> {
  for (let to = from + 2; to <= Math.min(parts.length, from + mostParts); to += 1) {
    if (await isSql(parts.slice(from, to).join(breakpoint))) return true;
  }
  // What `drizzle-kit pull` writes is one comment of any length.
  return parts.length > mostParts && (await isSql(parts.slice(from).join(breakpoint)));
}

async function isSql(text: string): Promise<boolean> {
  return 'statements' in (await parseSql(text));
}
