/** A statement's node tag, as the history would give it. */
import { parseSql } from '../../../src/history/statements.ts';

export async function nodeOf(sql: string): Promise<string | null> {
  const parsed = await parseSql(sql);
  return 'statements' in parsed ? (parsed.statements[0]?.node ?? null) : null;
}
