/** On what the SQL was tried: the server, why that one, what it stood in for, and the jobs it would run. */
import type { Job } from '../replay/record.ts';
import { appliedPhrase } from './applied.ts';
import { code, fold, html, prose } from './escape.ts';
import type { NotChecked, Report } from './report.ts';
import { clip } from './visible.ts';
import { count, list } from './words.ts';

/** `Postgres 17.10 (embedded: …), set up as a Supabase project (explicit grants)`; null without a server. */
export function serverPhrase(report: Report): string | null {
  const { postgres } = report;
  if (postgres === null) return null;
  const why = [postgres.chosen, postgres.image === null ? '' : `image \`${postgres.image}\``];
  const inside = clip(why.filter((part) => part !== '').join(', '), 300);
  const project =
    report.platform === 'supabase' ? `, set up as a Supabase project (${report.dataApiGrants} grants)` : '';
  return `Postgres ${postgres.version} (${inside})${project}`;
}

/** `pg_cron and vector are stand-ins: names and types, without what they do`; null without any. */
export function standInPhrase({ postgres }: Report): string | null {
  const names = postgres?.standIns ?? [];
  if (names.length === 0) return null;
  return names.length === 1
    ? `${list(names)} is a stand-in: names and types, without what it does`
    : `${list(names)} are stand-ins: names and types, without what they do`;
}

/** What a reader of the verdict has to know first, and the rest. */
export function prominent({ notChecked }: Report): readonly NotChecked[] {
  return notChecked.filter((item) => item.prominent === true);
}

export function unremarkable({ notChecked }: Report): readonly NotChecked[] {
  return notChecked.filter((item) => item.prominent !== true);
}

const mostProminent = 5;

export function prominentNote(report: Report): string {
  const items = prominent(report);
  if (items.length === 0) return '';
  const lines = items
    .slice(0, mostProminent)
    .map(({ what, why }) => `> **Not checked: ${prose(clip(what, 200))}** — ${prose(clip(why, 400))}`);
  if (items.length > lines.length) lines.push(`> ${items.length - lines.length} more in the report`);
  return `> [!NOTE]\n${lines.join('\n>\n')}`;
}

/** In the comment only where one origin gave way to another. */
export function triedFold(report: Report, always: boolean): string {
  const { postgres, outcomes } = report;
  if (postgres === null || (!always && postgres.tried.length === 0)) return '';
  const met = [
    [outcomes.executed, 'executed'],
    [outcomes.standIn, 'against a stand-in'],
    [outcomes.notExecuted, 'not executed'],
    [outcomes.failed, 'failed'],
  ] as const;
  const counted = met.flatMap(([n, how]) => (n === 0 ? [] : [`${n} ${how}`]));
  const applied = appliedPhrase(report);
  const lines = [
    `- Server: ${prose(serverPhrase(report) ?? '')}`,
    ...postgres.tried.map(
      ({ adapter, reason }) => `- ${prose(adapter)} was not used: ${prose(clip(reason, 400))}`,
    ),
    `- Platform: ${prose(report.platform)} (${prose(clip(report.platformWhy, 300))})`,
    ...(applied === null ? [] : [`- Migrations: ${prose(applied)}`]),
    ...(counted.length === 0 ? [] : [`- Statements of this change: ${list(counted)}`]),
  ];
  return fold('Where it was tried', lines.join('\n'));
}

/** Jobs that this change schedules or takes away. */
export function changedJobs({ jobs }: Report): readonly Job[] {
  return jobs.filter(({ state }) => state !== 'standing');
}

/** `schedules 1 job`, `unschedules 2 jobs`. */
export function jobPhrases(report: Report): readonly string[] {
  const of = (state: Job['state']) => report.jobs.filter((job) => job.state === state).length;
  return [
    ...(of('removed') === 0 ? [] : [`unschedules ${count(of('removed'), 'job')}`]),
    ...(of('new') === 0 ? [] : [`schedules ${count(of('new'), 'job')}`]),
  ];
}

export function jobsFold(report: Report, most: number): string {
  const jobs = changedJobs(report);
  if (jobs.length === 0) return '';
  const lines = jobs.slice(0, most).map(({ name, schedule, command, active, state }) => {
    const named = name === null ? '' : ` ${code(clip(name, 120))}`;
    const off = active ? '' : ', not active';
    return `- ${state}${named} at ${code(clip(schedule, 60))}${off}: ${code(clip(command, 500))}`;
  });
  if (jobs.length > lines.length) lines.push(`- ${jobs.length - lines.length} more in the report`);
  return fold(
    `Jobs of ${html('pg_cron')}: ${list(jobPhrases(report))}`,
    `${lines.join('\n')}\n\nThey were read, and none was run.`,
  );
}
