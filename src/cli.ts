#!/usr/bin/env node
/** The door for a terminal: the same gate, with its text on standard output. */
import { failure, GatekeeperError } from './errors.ts';
import type { Verdict } from './findings/judged.ts';
import { exitCodeOf, worstVerdict } from './findings/verdict.ts';
import type { GateResult } from './gate.ts';
import { safeLog } from './github/log.ts';
import { uncommittedSql } from './history/uncommitted.ts';
import { type CommandLine, readFlags } from './inputs/flags.ts';
import { helpText } from './inputs/help.ts';
import { nearest } from './inputs/nearest.ts';
import { perProject } from './inputs/project.ts';
import { checkEach } from './projects.ts';
import { folderOf, reportDirectory, textsOf, writeTexts } from './publish.ts';
import { renderTerminal } from './report/terminal.ts';
import { rules } from './rules/index.ts';
import { version } from './version.ts';

async function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const line = readFlags(argv);
  switch (line.command) {
    case 'help':
      print(helpText(), env);
      return 0;
    case 'version':
      print(version, env);
      return 0;
    case 'explain':
      print(explain(line.arguments[0]), env);
      return 0;
    case 'check':
      return runCheck(line, env);
    case 'deploy':
    case 'drift':
    case 'comment':
    case 'init':
      throw failure('mode-not-available', {
        wanted: `gatekeeper ${line.command}`,
        instead: 'Use `check`, the mode that judges a pull request.',
      });
  }
}

async function runCheck(line: CommandLine, env: NodeJS.ProcessEnv): Promise<number> {
  const projects = perProject(line.given).length;
  const verdicts: (readonly [project: string, verdict: Verdict])[] = [];
  const reports: string[] = [];
  let isBroken = false;
  const request = {
    given: line.given,
    directory: process.cwd(),
    base: null,
    head: null,
    token: null,
    worktree: line.worktree,
    all: line.all,
    today: new Date(),
  };
  for await (const judged of checkEach(request)) {
    if ('broke' in judged) {
      isBroken = true;
      tellBug(judged.broke);
      continue;
    }
    const { result, project } = judged;
    const texts = textsOf(result, null, projects);
    const all = reportDirectory(result.options['report-dir'], env);
    const directory = projects === 1 ? all : folderOf(all, project);
    writeTexts(directory, texts);
    reports.push(texts['report.json']);
    if (!line.json) {
      const color = process.stdout.isTTY === true && (env.NO_COLOR ?? '') === '';
      const text = renderTerminal(result.report, { color, width: process.stdout.columns ?? 100, version });
      print(`${verdicts.length === 0 ? '' : '\n'}${text}\nReport: ${directory}`, env);
    }
    if (!line.worktree) await tellUncommitted(result, env);
    verdicts.push([project, result.report.verdict]);
  }
  if (line.json) process.stdout.write(projects === 1 ? reports.join('') : `[\n${reports.join(',\n')}]\n`);
  else if (projects > 1) print(`\n${verdicts.map((one) => one.join(': ')).join(' · ')}`, env);
  return isBroken ? 3 : exitCodeOf(worstVerdict(verdicts.map(([, verdict]) => verdict)));
}

/** On standard error, so that what `--json` prints stays JSON. */
async function tellUncommitted({ report, history }: GateResult, env: NodeJS.ProcessEnv): Promise<void> {
  if (history === null || report.head.sha === '' || env.CI === 'true') return;
  // The verdict stands; a file on disk that cannot be read must not turn it into a failure.
  const paths = await uncommittedSql(process.cwd(), report.head.sha, history).catch(() => []);
  const [first, ...rest] = paths;
  if (first === undefined) return;
  const more = rest.length === 0 ? '' : ` and ${rest.length} more`;
  process.stderr.write(
    `${safeLog(`Not judged, because not committed: ${first}${more}. --worktree judges what is on disk.`)}\n`,
  );
}

function explain(id: string | undefined): string {
  if (id === undefined)
    return rules.map(({ meta }) => `${meta.id} (${meta.severity}): ${meta.title}`).join('\n');
  const rule = rules.find(({ meta }) => meta.id === id);
  if (rule === undefined) {
    const ids = rules.map(({ meta }) => meta.id);
    throw failure('rule-unknown', { rule: id, where: 'gatekeeper explain', nearest: nearest(id, ids) });
  }
  const { title, severity, firesWhen, effect, remedy, silentWhen } = rule.meta;
  return [
    `${id} (${severity}): ${title}`,
    `Fires when: ${firesWhen}`,
    `What it does: ${effect}`,
    `What to do: ${remedy}`,
    `Silent when: ${silentWhen}`,
  ].join('\n\n');
}

function tellBug(error: unknown): void {
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${safeLog(`A bug in migration-gatekeeper: please report it.\n${stack}`)}\n`);
}

/** In a workflow the runner reads this output too, and must find no command in it. */
function print(text: string, env: NodeJS.ProcessEnv): void {
  process.stdout.write(`${env.GITHUB_ACTIONS === 'true' ? safeLog(text) : text}\n`);
}

// `gatekeeper check | head` closes our output early; the verdict still stands.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  process.exitCode = await run(process.argv.slice(2), process.env);
} catch (error) {
  if (error instanceof GatekeeperError) {
    process.stderr.write(`${safeLog(`gatekeeper: ${error.message}\n${error.remedy}`)}\n`);
    process.exitCode = 2;
  } else {
    tellBug(error);
    process.exitCode = 3;
  }
}
