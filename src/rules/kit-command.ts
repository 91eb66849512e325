/** The command that writes the missing migration, as the project has to spell it. */
import { posix } from 'node:path';
import type { History } from '../history/history.ts';

const found = new Set(['drizzle.config.ts', 'drizzle.config.js', 'drizzle.config.json']);

export function generateCommand({ drizzle }: History): string {
  if (drizzle === null) return '`drizzle-kit generate`';
  const { workingDirectory, config } = drizzle;
  const name = posix.relative(workingDirectory, config.head);
  const where = workingDirectory === '.' || workingDirectory === '' ? '' : ` in ${workingDirectory}`;
  return `\`drizzle-kit generate${found.has(name) ? '' : ` --config=${name}`}\`${where}`;
}
