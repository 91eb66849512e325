/** The jobs that pg_cron would run, read from its table before and after the new migrations. */
import { readFileSync } from 'node:fs';
import type { Session } from '../../database/database.ts';
import type { Executor } from '../executor.ts';
import type { Job } from '../record.ts';

export type Scheduled = Omit<Job, 'state'>;

/**
 * Empty where pg_cron is not installed. Read as `postgres`: a cast of the project's own that the table could be brought
 * to use must not run with a superuser's rights.
 */
export async function scheduledJobs(observer: Session, executor: Executor): Promise<readonly Scheduled[]> {
  const there = readFileSync(new URL('./queries/scheduled-jobs-table.sql', import.meta.url), 'utf8');
  if ((await observer.query(there)).length === 0) return [];
  const query = readFileSync(new URL('./queries/scheduled-jobs.sql', import.meta.url), 'utf8');
  await executor.renew();
  return executor.look<{ [Field in keyof Scheduled]: Scheduled[Field] }>(query);
}

/** By name, then by command. A job that was changed is a removed one and a new one. */
export function jobsBetween(before: readonly Scheduled[], after: readonly Scheduled[]): readonly Job[] {
  const left = before.map((job) => ({ key: JSON.stringify(fieldsOf(job)), job }));
  const jobs: Job[] = after.map((job) => {
    const key = JSON.stringify(fieldsOf(job));
    const same = left.findIndex((one) => one.key === key);
    if (same !== -1) left.splice(same, 1);
    return { ...job, state: same === -1 ? 'new' : 'standing' };
  });
  jobs.push(...left.map(({ job }) => ({ ...job, state: 'removed' as const })));
  return jobs.toSorted(
    (one, other) =>
      compare(one.name ?? '', other.name ?? '') ||
      compare(one.command, other.command) ||
      compare(one.state, other.state),
  );
}

function fieldsOf({ name, schedule, command, active }: Scheduled): readonly unknown[] {
  return [name, schedule, command, active];
}

/** By code unit, as everything that is the same on every machine. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
