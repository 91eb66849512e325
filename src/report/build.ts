/** Puts everything one run found out into one report value; pure. */
import { fingerprint } from '../catalog/fingerprint.ts';
import type { FailOn, JudgedFinding, Verdict } from '../findings/judged.ts';
import type { Commits } from '../history/git.ts';
import type { History } from '../history/history.ts';
import { planDigest } from '../history/plan.ts';
import { treesOf } from '../history/statements.ts';
import { type TransactionMode, transactionOf } from '../replay/new-set.ts';
import type { FileRecord, MigrationRecord, Replay, StatementRecord } from '../replay/record.ts';
import type { Evidence } from '../rules/rule.ts';
import { schemaQuestion } from './applied.ts';
import type { NotChecked, Report, ReportChange, ReportError } from './report.ts';
import { isUntried } from './selection.ts';

export interface Outcome {
  readonly project: string;
  readonly platform: 'supabase' | 'postgres';
  readonly platformWhy: string;
  readonly dataApiGrants: 'explicit' | 'automatic';
  /** As given, by an input or by the config file; absent: by who applies the migrations. */
  readonly options?: { readonly transaction: TransactionMode | undefined };
  readonly commits: Commits | null;
  readonly history: History | null;
  readonly server: Omit<NonNullable<Report['postgres']>, 'standIns'> | null;
  readonly replay: Replay | null;
  readonly evidence: Evidence | null;
  readonly findings: readonly JudgedFinding[];
  /** Why no judgement was possible: any known failure. */
  readonly error: ReportError | null;
  readonly verdict: Verdict;
  readonly decidedBy: { readonly failOn: FailOn; readonly all: boolean };
  readonly durationMs: number;
}

export function buildReport(outcome: Outcome): Report {
  const { history, evidence, replay } = outcome;
  return {
    version: 1,
    verdict: outcome.verdict,
    decidedBy: outcome.decidedBy,
    error: outcome.error === null ? null : errorText(outcome.error),
    plan: history === null ? '' : planDigest(history),
    project: outcome.project,
    base: { sha: outcome.commits?.base ?? '' },
    head: { sha: outcome.commits?.head ?? '' },
    postgres: outcome.server === null ? null : { ...outcome.server, standIns: replay?.standIns ?? [] },
    platform: outcome.platform,
    platformWhy: outcome.platformWhy,
    outcomes: outcomesOf(replay),
    jobs: replay?.jobs ?? [],
    applier: history === null ? null : applierOf(history, outcome.options?.transaction),
    moved: history?.moved ?? null,
    schema: schemaOf(evidence),
    dataApiGrants: outcome.dataApiGrants,
    fingerprint: evidence?.head == null ? null : fingerprint(evidence.head.catalog),
    durationMs: outcome.durationMs,
    migrations: replay === null ? unrun(history) : [...replay.base, ...replay.new],
    rls: rlsOf(history),
    changes: (evidence?.changes ?? []).map((change): ReportChange => {
      const place = evidence?.place(change.object) ?? null;
      return { ...change, file: place?.file ?? null, line: place?.line ?? null };
    }),
    access: [],
    findings: outcome.findings,
    notChecked: [
      ...unjudgedAccess(outcome),
      ...uncheckedSchema(evidence),
      ...unreadableJobs(replay),
      ...notCheckedOf(replay, history),
      ...unprovenOf(replay, outcome.findings),
      ...unmatchedDeletes(evidence),
    ],
  };
}

function applierOf(history: History, wanted: TransactionMode | undefined): Report['applier'] {
  const { applier: kind, applierWhy: why, layout } = history;
  return {
    kind,
    why,
    layout: layout?.head ?? null,
    layoutAtBase: layout?.base ?? null,
    transaction: transactionOf(wanted, kind),
  };
}

function schemaOf(evidence: Evidence | null): Report['schema'] {
  if (evidence === null) return { state: 'unchecked', kit: null, file: null };
  const { schema } = evidence;
  return { state: schema.state, kit: schema.kit, file: 'file' in schema ? schema.file : null };
}

/** Who could have asked for it needs no telling; whoever did not must see it. */
function unjudgedAccess({ platform, platformWhy, replay }: Outcome): readonly NotChecked[] {
  if (platform !== 'postgres' || replay === null || platformWhy.startsWith('as told')) return [];
  return [
    {
      what: 'who can read and write what',
      why: `this was taken for a project that does not run on Supabase, since ${platformWhy}; the option \`platform: supabase\` says otherwise`,
      prominent: true,
    },
  ];
}

function uncheckedSchema(evidence: Evidence | null): readonly NotChecked[] {
  if (evidence === null || evidence.schema.state !== 'unchecked') return [];
  const { why, prominent } = evidence.schema;
  return [{ what: schemaQuestion, why, prominent }];
}

/** pg_cron takes any text, and fails with it at night. */
function unreadableJobs(replay: Replay | null): readonly NotChecked[] {
  return (replay?.jobs ?? [])
    .filter(({ state, command }) => state === 'new' && treesOf(command) === null)
    .map(({ name, schedule }) => ({
      what: `the command of the job ${name ?? schedule}`,
      why: 'Postgres cannot read it as SQL, and pg_cron would find that out each time it runs it',
      prominent: true,
    }));
}

function outcomesOf(replay: Replay | null): Report['outcomes'] {
  const statements = replay === null ? [] : ranForThisChange(replay).flatMap((file) => file.statements);
  const count = (wanted: StatementRecord['outcome']) =>
    statements.filter(({ outcome }) => outcome === wanted).length;
  return {
    executed: count('executed'),
    standIn: count('stand-in'),
    notExecuted: count('not-executed'),
    failed: count('failed'),
  };
}

function errorText({ code, message, remedy }: ReportError): ReportError {
  return { code, message, remedy };
}

/** The migrations of a run that replayed nothing, so that the report still names them and their SQL. */
function unrun(history: History | null): readonly MigrationRecord[] {
  return [...(history?.base ?? []), ...(history?.new ?? [])].map((migration) => ({
    tag: migration.tag,
    file: migration.file,
    state: migration.state,
    sha256: migration.sha256,
    statements: migration.statements.map((statement) => ({
      file: migration.file,
      line: statement.line,
      sql: statement.sql,
      node: statement.node,
      outcome: 'not-executed' as const,
      because: null,
      error: null,
      locks: [],
      rewrites: [],
      durationMs: 0,
    })),
  }));
}

function rlsOf(history: History | null): Report['rls'] {
  const before = new Map((history?.rls.base ?? []).map((file) => [file.file, file.sha256]));
  return (history?.rls.head ?? []).map((file) => ({
    file: file.file,
    statements: file.statements.length,
    changed: before.get(file.file) !== file.sha256,
  }));
}

function notCheckedOf(replay: Replay | null, history: History | null): readonly NotChecked[] {
  if (replay === null) return [];
  const leftOut = new Map<string, string | null>(
    replay.base.flatMap(({ statements }) =>
      statements.filter(isUntried).map((one) => [`${one.file}:${one.line}`, one.because] as const),
    ),
  );
  const gaps = replay.gaps.map(({ place, error, missing, isCommentedOut = false }) => {
    const where = `${place.file}:${place.line}`;
    const because = leftOut.get(where);
    return {
      what: missing.length > 0 ? missing.join(', ') : where,
      why: isCommentedOut
        ? `${where} of the base history is commented out, and so makes nothing here`
        : because === undefined
          ? `the base history does not replay from nothing: ${where} failed with ${error.sqlstate} ${error.message}`
          : `${where} of the base history could not be tried: ${because}`,
    };
  });
  // Rows of the user's own choosing: whoever wrote them counts on their being there.
  const seed = history?.seed?.file ?? null;
  const seedFailures = replay.unseeded
    .filter(({ table }) => seed !== null && table.startsWith(`${seed}:`))
    .map(({ table, why }) => ({ what: `the rows of ${table}`, why: `the statement failed: ${why}` }));
  const worked = new Set(replay.touched.map((touched) => touched.identity));
  const unseeded = replay.unseeded
    .filter(({ table }) => worked.has(table))
    .map(({ table, why }) => ({ what: `rows of ${table}`, why: `no sample rows could be made: ${why}` }));
  const passedOver = (history?.passedOver ?? []).map((file) => ({
    what: `the pull request's ${file}`,
    why: "the base branch's was used, so that a pull request cannot say what it is compared with; this one counts once it is merged",
  }));
  return [...gaps, ...seedFailures, ...unseeded, ...passedOver];
}

/** Rows of our own making prove nothing about production's: what they broke is named, unless a rule already says more. */
function unprovenOf(replay: Replay | null, findings: readonly JudgedFinding[]): readonly NotChecked[] {
  const failed = replay?.failedOnMadeUpRows ?? null;
  if (failed?.error == null) return [];
  if (findings.some(({ file, line }) => file === failed.file && line === failed.line)) return [];
  return [
    {
      what: `whether the rows of production fit ${failed.file}:${failed.line}`,
      why: `made-up rows do not (${failed.error.sqlstate} ${failed.error.message}); without them it applies. Rows like production's in a seed file would tell.`,
    },
  ];
}

/** A DELETE that met none of the sample rows was seen to do nothing, which says nothing about production. */
function unmatchedDeletes(evidence: Evidence | null): readonly NotChecked[] {
  const { replay, base } = evidence ?? { replay: null, base: null };
  if (replay === null || base === null) return [];
  const existed = new Set(base.catalog.tables.map(({ schema, name }) => `${schema}.${name}`));
  const seen = new Set(
    replay.rows.flatMap(({ removedBy }) => removedBy.map(({ file, line }) => `${file}:${line}`)),
  );
  return ranForThisChange(replay)
    .flatMap(({ statements }) => statements)
    .filter(({ node, outcome, file, line }) => {
      return node === 'DeleteStmt' && outcome === 'executed' && !seen.has(`${file}:${line}`);
    })
    .filter(({ sql }) => {
      const [tree] = treesOf(sql) ?? [];
      const table = tree !== undefined && 'DeleteStmt' in tree ? tree.DeleteStmt.relation : undefined;
      return existed.has(`${table?.schemaname ?? 'public'}.${table?.relname ?? ''}`);
    })
    .map(({ file, line }) => ({
      what: `which rows ${file}:${line} deletes`,
      why: 'it met none of the sample rows; rows like production’s in a seed file would tell',
    }));
}

/** Every statement of the new set and of `rls.sql`, in the order they ran. */
export function ranForThisChange(replay: Replay): readonly FileRecord[] {
  return [...replay.new, ...(replay.headRls?.files ?? [])];
}
