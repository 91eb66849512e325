/** The extensions that a history names in CREATE EXTENSION: what the server for it should have. */
import { filesOf, type History } from './history.ts';
import { fieldsOf } from './parse-tree.ts';
import { parseSql } from './statements.ts';

/** Sorted, each once; those that only a DO block or a function would create are not seen. */
export async function extensionsWanted(history: History): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const { sql, node } of filesOf(history).flatMap(({ statements }) => statements)) {
    if (node !== 'CreateExtensionStmt') continue;
    const parsed = await parseSql(sql);
    if ('error' in parsed) continue;
    for (const { tree } of parsed.statements) {
      const { extname } = fieldsOf(tree, 'CreateExtensionStmt');
      if (typeof extname === 'string') names.add(extname);
    }
  }
  return [...names].sort();
}
