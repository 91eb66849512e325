/** Takes pgvector's parameters out of CREATE INDEX for a server whose `vector` is our stand-in: it cannot know them. */
import { scan } from 'libpg-query';
import { child, fieldsOf, list, optionsOf, type Tree, textOf } from '../../history/parse-tree.ts';
import { parseSql } from '../../history/statements.ts';

/** What pgvector takes, and from where to where. */
const parameters: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
  hnsw: { m: [2, 100], ef_construction: [4, 1000] },
  ivfflat: { lists: [1, 32_768] },
};

/**
 * The statement without its `WITH (…)`, which is blank now so that positions stay. As it was where there is none, and
 * where a parameter is none of pgvector's or out of its bounds: Postgres then refuses it with pgvector's SQLSTATE.
 */
export async function withoutIndexParameters(sql: string): Promise<string> {
  const options = await parametersOf(sql);
  const [first] = options ?? [];
  if (first === undefined) return sql;
  const blanked = await blankedList(sql, Number(first.location));
  if (blanked === null) return sql;
  // Cut by its tokens, and proved by the parser.
  return (await parametersOf(blanked))?.length === 0 ? blanked : sql;
}

/** Whether `sent` may be what became of `sql`: some of it blank, the rest in its place. */
export function isBlankedFrom(sent: string, sql: string): boolean {
  if (sent.length !== sql.length) return false;
  for (let at = 0; at < sql.length; at += 1) {
    if (sent[at] !== sql[at] && sent[at] !== ' ') return false;
  }
  return true;
}

/** null: no index of pgvector's, or not one that pgvector would take. */
async function parametersOf(sql: string): Promise<readonly Tree[] | null> {
  const parsed = await parseSql(sql);
  if ('error' in parsed || parsed.statements.length !== 1) return null;
  const { accessMethod, options } = fieldsOf(parsed.statements[0]?.tree, 'IndexStmt');
  const known = typeof accessMethod === 'string' ? parameters[accessMethod] : undefined;
  if (known === undefined) return null;
  const isKnown = optionsOf(options).every((option) => isWithin(option, known));
  return isKnown ? list(options).map((option) => child(child(option).DefElem)) : null;
}

function isWithin(
  { name, value }: ReturnType<typeof optionsOf>[number],
  known: (typeof parameters)[string],
): boolean {
  const bounds = typeof name === 'string' ? known[name] : undefined;
  if (bounds === undefined) return false;
  const { ival } = child(child(value).Integer);
  const given = typeof ival === 'number' ? ival : Number(textOf(value) ?? Number.NaN);
  return Number.isInteger(given) && given >= bounds[0] && given <= bounds[1];
}

/** `location`, and where the scanner says its tokens are, count bytes. */
async function blankedList(sql: string, location: number): Promise<string | null> {
  const tokens = (await scan(sql)).tokens.filter(({ tokenName }) => !tokenName.endsWith('COMMENT'));
  const first = tokens.findIndex(({ start }) => start === location);
  const [before, open] = tokens.slice(Math.max(first - 2, 0), first);
  if (before?.text.toLowerCase() !== 'with' || open?.text !== '(') return null;
  const bytes = Buffer.from(sql);
  const parts: string[] = [];
  let kept = 0;
  let depth = 0;
  for (const { start, end, text } of tokens.slice(first - 2)) {
    parts.push(bytes.toString('utf8', kept, start), ' '.repeat(text.length));
    kept = end;
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    if (text === ')' && depth === 0) return parts.join('') + bytes.toString('utf8', kept);
  }
  return null;
}
