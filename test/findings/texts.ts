/** A base and a change as SQL texts, judged by the whole gate. */
import type { Deadlines } from '../../src/gate.ts';
import type { Report } from '../../src/report/report.ts';
import { judgeFiles } from '../judge.ts';
import { journal } from '../repository.ts';

const when = { '0000_base': 1_700_000_000_000, '0001_new': 1_700_000_100_000 };
const config = "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };\n";

interface Case {
  readonly base: string;
  readonly new?: string;
  readonly baseRls?: string;
  readonly headRls?: string;
}

export async function judged(texts: Case, deadlines?: Deadlines, options: Record<string, string> = {}) {
  const base = {
    'drizzle.config.ts': config,
    'drizzle/meta/_journal.json': journal({ '0000_base': when['0000_base'] }),
    'drizzle/0000_base.sql': texts.base,
    ...(texts.baseRls === undefined ? {} : { 'rls.sql': texts.baseRls }),
  };
  const head = {
    ...base,
    'drizzle/meta/_journal.json': journal(when),
    'drizzle/0001_new.sql': texts.new ?? 'select 1;',
    ...(texts.headRls === undefined ? {} : { 'rls.sql': texts.headRls }),
  };
  const { report } = await judgeFiles(base, head, options, deadlines);
  return { verdict: report.verdict, code: report.error?.code ?? null, report };
}

/** Those of what the change introduces. */
export function rulesOf(report: Report): string[] {
  return report.findings.filter(({ introduced }) => introduced).map(({ rule }) => rule);
}

/** What of the SQL was not checked; that nobody can read a schema here is always said. */
export function sqlNotChecked({ notChecked }: Report): readonly { what: string; why: string }[] {
  return notChecked
    .filter(({ what }) => what !== 'whether the Drizzle schema and the migrations agree')
    .map(({ what, why }) => ({ what, why }));
}
