/** The whole story on one page: inputs → history → database → replay → catalog → rules → verdict → report. */
import { posix, resolve } from 'node:path';
import { failure, GatekeeperError } from './errors.ts';
import { tryOut, unreplayed } from './evidence.ts';
import { judge } from './findings/judge.ts';
import { readSeverities } from './findings/severity.ts';
import { whyUndecided } from './findings/undecided.ts';
import { verdictOf } from './findings/verdict.ts';
import { readWaivers } from './findings/waiver.ts';
import { type Commits, openRepository, type Repository } from './history/git.ts';
import type { History } from './history/history.ts';
import { generatedPlan } from './history/kit/generated-plan.ts';
import { type LookedAt, lookAtSchema, notLookedAt, type SchemaRequest } from './history/kit/look.ts';
import { platformOf } from './history/platform.ts';
import { readHistory } from './history/read-history.ts';
import type { Tree } from './history/tree.ts';
import { type ConfigFile, readConfigFile } from './inputs/config-file.ts';
import type { Given } from './inputs/given.ts';
import type { Options } from './inputs/options.ts';
import { projectOf } from './inputs/project.ts';
import { resolveOptions } from './inputs/resolve.ts';
import type { Replay } from './replay/record.ts';
import { buildReport, type Outcome } from './report/build.ts';
import type { Report } from './report/report.ts';
import { rules } from './rules/index.ts';
import { runRules } from './rules/run.ts';

/** What a door knows: the user's words, the place, the commits the event names. */
export interface GateRequest {
  readonly given: Given;
  /** Where the repository is; any folder of it. */
  readonly directory: string;
  /** Commits the event names; null: `base` from the options, HEAD for the head. */
  readonly base: string | null;
  readonly head: string | null;
  /** For fetching commits that a shallow clone lacks. */
  readonly token: string | null;
  readonly worktree: boolean;
  /** Standing findings count too. */
  readonly all: boolean;
  readonly today: Date;
  readonly deadlines?: Deadlines;
}

/** Milliseconds of wall clock; on expiry the statement is ended from outside. */
export interface Deadlines {
  readonly statementMs: number;
  readonly overallMs: number;
  /** For each run of the project's drizzle-kit. */
  readonly kitMs?: number;
}

export interface GateResult {
  readonly report: Report;
  readonly options: Options;
  /** null when the run failed before the migrations were read. */
  readonly history: History | null;
}

/** On a database with a handful of rows no honest statement takes this long. */
const defaultDeadlines = { statementMs: 30_000, overallMs: 300_000, kitMs: 60_000 };

/** What one run has found out so far; a known failure leaves the rest empty. */
type Seen = { options: Options } & {
  -readonly [Name in
    | 'commits'
    | 'history'
    | 'server'
    | 'replay'
    | 'evidence'
    | 'findings'
    | 'error'
    | 'platform'
    | 'platformWhy']: Outcome[Name];
};

/** Judges one pull request. Known failures become a report with the verdict `error`; bugs are thrown. */
export async function check(request: GateRequest): Promise<GateResult> {
  const started = performance.now();
  const seen: Seen = {
    options: resolveOptions({ given: request.given, config: null }).options,
    commits: null,
    history: null,
    server: null,
    platform: 'supabase',
    platformWhy: 'nothing was looked at',
    replay: null,
    evidence: null,
    findings: [],
    error: null,
  };
  try {
    await look(request, seen);
  } catch (error) {
    if (!(error instanceof GatekeeperError)) throw error;
    seen.error = error;
  }
  const { options, findings, error } = seen;
  const report = buildReport({
    ...seen,
    project: projectOf(options),
    dataApiGrants: options['data-api-grants'],
    decidedBy: { failOn: options['fail-on'], all: request.all },
    verdict: verdictOf({ findings, failOn: options['fail-on'], all: request.all, error }),
    durationMs: Math.round(performance.now() - started),
  });
  return { report, options, history: seen.history };
}

function deadlinesOf({ deadlines }: GateRequest) {
  return { ...defaultDeadlines, ...deadlines };
}

async function look(request: GateRequest, seen: Seen): Promise<void> {
  const repository = await openRepository(resolve(request.directory), { token: request.token });
  try {
    const commits = await repository.resolveCommits({
      base: request.base ?? seen.options.base,
      head: request.head,
      // An event may be older than its checkout; a base that the user names is meant as it stands.
      exact: request.base === null,
    });
    seen.commits = commits;
    const trees = treesOf(repository, commits, request.worktree);
    const config = await readConfig(trees.base, request.given, seen.options);
    seen.options = resolveOptions({ given: request.given, config }).options;
    const severities = readSeverities(config, rules);
    const headTime = request.worktree ? undefined : await repository.commitTime(commits.head);
    const { search } = repository;
    const read = await readHistory({ trees, headTime, search, ...historyOptions(seen.options) });
    // Without a plan there is no history to show.
    seen.history = read.applier === 'schema' ? null : read;
    const kit = {
      root: repository.root,
      base: trees.base,
      head: trees.head,
      deadlineMs: deadlinesOf(request).kitMs,
    };
    const plan = read.applier === 'schema' ? await generatedPlan({ ...kit, history: read }) : null;
    const history = plan === null ? read : plan.history;
    seen.history = history;

    const isUndecidable = history.unreadable;
    const { platform, why } = await platformOf(seen.options.platform, history, {
      ...trees,
      search,
    });
    seen.platform = platform;
    seen.platformWhy = why;
    // The kit takes as long as a server takes to boot: both at once. What it says is waited for at the end.
    const looking = lookOrNot(seen.options, { ...kit, history }, plan?.looked);
    try {
      const trial = { options: seen.options, platform, history, deadlines: deadlinesOf(request), looking };
      seen.evidence = isUndecidable ? unreplayed(history) : await tryOut(trial, seen);
      seen.evidence = { ...seen.evidence, schema: (await looking).look };
    } finally {
      await (await looking).close();
    }
    if (isUndecidable) seen.error = failure('journal-unreadable', { file: history.journalFile ?? '' });
    if (seen.replay !== null) seen.error = whyUndecided(seen.replay);
    seen.findings = judge({
      found: runRules(rules, seen.evidence),
      rules,
      severities,
      waivers: await readWaivers({ history, config }),
      today: request.today,
      incomplete: seen.error !== null || !ranToTheEnd(seen.replay),
    });
  } finally {
    await repository.close();
  }
}

function treesOf(repository: Repository, commits: Commits, worktree: boolean) {
  return {
    mergeBase: repository.tree(commits.mergeBase),
    base: repository.tree(commits.base),
    head: worktree ? repository.worktree() : repository.tree(commits.head),
  };
}

/** The config file of the base commit: a pull request cannot change the rules it is judged by. */
async function readConfig(tree: Tree, given: Given, options: Options): Promise<ConfigFile | null> {
  const name = options['config-file'];
  const files = [posix.join(options['working-directory'], name), posix.normalize(name)];
  const found = await tree.read(files);
  for (const file of files) {
    const text = found.get(file);
    if (text !== undefined) return readConfigFile(text.toString('utf8'), file);
  }
  if (given.has('config-file')) throw failure('file-missing', { option: 'config-file', file: name });
  return null;
}

function historyOptions(options: Options) {
  return {
    workingDirectory: options['working-directory'],
    drizzleConfig: options['drizzle-config'],
    migrationsDir: options['migrations-dir'],
    migrationsFrom: options['migrations-from'],
    rlsFile: options['rls-file'],
    seedFile: options['seed-file'],
    bootstrapFile: options['bootstrap-file'],
    baselineFile: options['baseline-file'],
  };
}

/** Otherwise statements after the failed one were not tried, and a waiver for them may still be needed. */
function ranToTheEnd(replay: Replay | null): boolean {
  return replay !== null && replay.failed === null && (replay.headRls?.failed ?? null) === null;
}

/** Whether schema and migrations agree, where somebody may want to know; nothing is run for who does not. */
async function lookOrNot(options: Options, request: SchemaRequest, looked?: LookedAt): Promise<LookedAt> {
  if (options['schema-check'] === 'off') return notLookedAt('the option schema-check is off');
  return looked ?? (await lookAtSchema(request));
}
