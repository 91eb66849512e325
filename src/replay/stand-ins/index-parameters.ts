/** The executor that sends CREATE INDEX without the parameters of pgvector's, which its stand-in cannot know. */
import { withoutIndexParameters } from '../../database/extensions/index-parameters.ts';
import type { Executor, Sent } from '../executor.ts';

/** `available`: the extensions that are stand-ins on this server. */
export function withoutParameters(executor: Executor, available: readonly string[]): Executor {
  if (!available.includes('vector')) return executor;

  async function cut(sent: Sent): Promise<Sent> {
    if (typeof sent === 'string' || sent.node !== 'IndexStmt') return sent;
    return { ...sent, sql: await withoutIndexParameters(sent.sql) };
  }

  return {
    ...executor,
    run: async (sql, node) =>
      executor.run(node === 'IndexStmt' ? await withoutIndexParameters(sql) : sql, node),
    pipeline: async (statements) => executor.pipeline(await Promise.all(statements.map(cut))),
  };
}
