/** The extensions that a history names in CREATE EXTENSION: what the server for it should have. */
import type { History } from './history.ts';
import { fieldsOf } from './parse-tree.ts';
import { parseSql } from './statements.ts';

/** Sorted, each once; those that only a DO block or a function would create are not seen. */
export async function extensionsWanted(history: History): Promise<readonly string[]> {
  const files = [
    history.bootstrap ?? [],
    history.baseline ?? [],
    history.base,
    history.rls.base,
    history.new,
    history.rls.head,
  ].flat();
  const names = new Set<string>();
  for (const { sql, node } of files.flatMap(({ statements }) => statements)) {
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
