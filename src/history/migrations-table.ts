/** Where Drizzle's migrator keeps its rows, as the configs name it. */
import type { Places } from './applied.ts';
import type { DrizzleConfig } from './drizzle-config.ts';
import type { MovedTable } from './history.ts';

/**
 * As the base branch has it: production's rows stand there, and a pull request that named one of its own tables would
 * take that out of all counting.
 */
export function migrationsTableOf(
  { head, base }: Places['configs'],
  hasBase: boolean,
): { schema: string; name: string } {
  return tableOf(hasBase ? base : head);
}

export function movedTable({ head, base }: Places['configs']): MovedTable | null {
  if (base?.migrations.isLiteral !== true || head?.migrations.isLiteral !== true) return null;
  const [from, to] = [tableOf(base), tableOf(head)];
  if (from.schema === to.schema && from.name === to.name) return null;
  return { from, to, file: head.file, line: head.line };
}

/** Drizzle's defaults. */
export function tableOf(config: DrizzleConfig | null): { schema: string; name: string } {
  const { schema, table } = config?.migrations ?? { schema: null, table: null };
  return { schema: schema ?? 'drizzle', name: table ?? '__drizzle_migrations' };
}
