/** Findings and files to judge: real SQL read by the real reader, rules and findings by hand. */
import { judge } from '../../src/findings/judge.ts';
import type { JudgedFinding, JudgeRequest } from '../../src/findings/judged.ts';
import { readSeverities } from '../../src/findings/severity.ts';
import { readWaivers } from '../../src/findings/waiver.ts';
import type { Migration, SqlFile } from '../../src/history/migration.ts';
import { readSqlFile } from '../../src/history/statements.ts';
import { readConfigFile } from '../../src/inputs/config-file.ts';
import type { RuleMeta } from '../../src/rules/rule.ts';
import { waiverExpired } from '../../src/rules/waiver-expired.ts';
import { waiverUnused } from '../../src/rules/waiver-unused.ts';
import { waiverWithoutReason } from '../../src/rules/waiver-without-reason.ts';

export function ruleNamed(id: string, meta: Partial<RuleMeta> = {}): RuleMeta {
  return {
    id,
    title: id,
    category: 'data loss',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen: '',
    effect: '',
    remedy: '',
    silentWhen: '',
    ...meta,
  };
}

export const rules: readonly { meta: RuleMeta }[] = [
  { meta: ruleNamed('column-dropped') },
  { meta: ruleNamed('table-dropped') },
  { meta: ruleNamed('table-without-rls', { category: 'access' }) },
  { meta: ruleNamed('index-dropped', { severity: 'notice' }) },
  { meta: ruleNamed('values-changed', { severity: 'warning' }) },
  { meta: ruleNamed('migration-failed', { configurable: false, waivable: false }) },
  waiverWithoutReason,
  waiverExpired,
  waiverUnused,
];

interface Place {
  readonly file?: string | null;
  readonly line?: number | null;
  readonly introduced?: boolean;
}

/** `found('column-dropped', 'public.todo.a', { line: 3 })` in the migration `0001.sql`. */
export function found(id: string, object: string, place: Place = {}): JudgeRequest['found'][number] {
  const rule = rules.find(({ meta }) => meta.id === id)?.meta;
  if (rule === undefined) throw new Error(`No rule ${id} here`);
  const { file = '0001.sql', line = 2, introduced = true } = place;
  const finding = {
    object,
    file,
    line,
    title: `${object}: ${id}`,
    detail: '',
    remedy: '',
    fix: null,
    evidence: {},
  };
  return { rule, finding, introduced };
}

interface Case {
  readonly found?: JudgeRequest['found'];
  /** The new migration `0001.sql`, as Drizzle reads it. */
  readonly sql?: string;
  readonly rls?: { readonly base?: string; readonly head: string };
  readonly config?: object;
  readonly today?: string;
  readonly incomplete?: boolean;
}

export async function judged(one: Case): Promise<JudgedFinding[]> {
  const config =
    one.config === undefined ? null : readConfigFile(JSON.stringify(one.config, null, 1), 'gatekeeper.json');
  const rlsFile = async (text: string | undefined): Promise<readonly SqlFile[]> =>
    text === undefined ? [] : [await readSqlFile('rls.sql', text, { breakpoints: false })];
  const history = {
    new: one.sql === undefined ? [] : [await migration('0001', one.sql)],
    rls: { base: await rlsFile(one.rls?.base), head: await rlsFile(one.rls?.head) },
  };
  return judge({
    found: one.found ?? [],
    rules,
    severities: readSeverities(config, rules),
    waivers: await readWaivers({ history, config }),
    today: new Date(`${one.today ?? '2027-01-15'}T12:00:00Z`),
    incomplete: one.incomplete ?? false,
  });
}

async function migration(tag: string, sql: string): Promise<Migration> {
  return { ...(await readSqlFile(`${tag}.sql`, sql, { breakpoints: true })), tag, state: 'new', when: 1 };
}

/** Rule, object and, when waived, the reason: enough to see what became of each finding. */
export function shortly(findings: readonly JudgedFinding[]): string[] {
  return findings.map(({ rule, object, waived, introduced }) => {
    const fate = waived === null ? '' : ` waived: ${waived.reason}`;
    return `${introduced ? '' : 'standing '}${rule} ${object}${fate}`;
  });
}
