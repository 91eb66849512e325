/** Reads SQL files out of a tree: regular files only, capped before they are read, text before it is cut. */
import { failure } from '../errors.ts';
import type { SqlFile } from './migration.ts';
import { refuseLinks } from './paths.ts';
import { readSqlFile } from './statements.ts';
import type { Tree } from './tree.ts';

/** A migration beyond this is data, not a change of schema. */
export const sqlFileLimit = 2 ** 20;
/** A schema dump of a large project. */
export const baselineLimit = 4 * 2 ** 20;

export function refuseLarge(file: string, bytes: number | null, limit: number): void {
  if (bytes !== null && bytes > limit) throw failure('file-too-large', { file, bytes, limit });
}

/** The texts of those files that are there. */
export async function readTexts(
  tree: Tree,
  files: readonly string[],
  limit: number,
): Promise<ReadonlyMap<string, string>> {
  await refuseLinks(tree, files);
  const nodes = await tree.look(files);
  const regular = files.filter((file) => nodes.get(file)?.kind === 'file');
  for (const file of regular) refuseLarge(file, nodes.get(file)?.size ?? null, limit);
  const contents = await tree.read(regular);
  return new Map([...contents].map(([file, bytes]) => [file, decode(file, bytes)]));
}

/**
 * Text as Node reads it for Drizzle. `strict`: bytes that are not UTF-8 are refused; Drizzle itself would put
 * replacement characters in their place and run that.
 */
export function decode(file: string, bytes: Buffer, strict = true): string {
  const nul = bytes.indexOf(0);
  if (nul !== -1) {
    const wide = bytes[0] === 0xff || bytes[0] === 0xfe || nul === 1;
    const why = wide ? 'it is UTF-16 or another wide encoding' : 'it holds a NUL byte';
    throw failure('sql-file-not-text', { file, line: lineOfByte(bytes, nul), why });
  }
  const text = bytes.toString('utf8');
  if (strict && text.includes('\uFFFD') && !Buffer.from(text).equals(bytes)) {
    const at = Buffer.byteLength(text.slice(0, firstReplaced(text, bytes)));
    throw failure('sql-file-not-text', { file, line: lineOfByte(bytes, at), why: 'its bytes are not UTF-8' });
  }
  return text;
}

/** A file outside of the migrations: rls.sql, a seed, a dump. */
export async function parsePlain(file: string, text: string): Promise<SqlFile> {
  return await readSqlFile(file, text, { breakpoints: false });
}

/** The first replacement character that was not in the file itself. */
function firstReplaced(text: string, bytes: Buffer): number {
  const own = Buffer.from('\uFFFD');
  let offset = 0;
  for (let at = text.indexOf('\uFFFD'); at !== -1; at = text.indexOf('\uFFFD', at + 1)) {
    offset = Buffer.byteLength(text.slice(0, at));
    if (!bytes.subarray(offset, offset + own.length).equals(own)) return at;
  }
  return 0;
}

function lineOfByte(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1)) line += 1;
  return line;
}
