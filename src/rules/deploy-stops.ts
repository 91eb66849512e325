/** What follows for a deploy that stops at a statement of the new migrations. */
import type { Evidence } from './rule.ts';

export function deployStops({ history, changes }: Evidence): string {
  if (changes.length > 0) return 'The deploy stops here, and what ran before it stays.';
  return history.applier === 'drizzle'
    ? 'The deploy stops here, and because Drizzle runs all new migrations in one transaction, none of them takes effect.'
    : 'The deploy stops here.';
}
