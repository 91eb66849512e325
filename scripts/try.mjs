/**
 * The README's "Try it": a small Drizzle + Supabase repository with a pull request in it, judged by the built command.
 * Exit 0 when the gate blocked what it must block. Plain JavaScript: it runs on Node 20, 22 and 24.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectedOf, materialize } from '../fixtures/materialize.mjs';

const project = 'titan';
const name = 'showcase';
const command = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-try-'));

try {
  const repository = join(scratch, 'repository');
  const reports = join(scratch, 'report');
  materialize(project, name, repository);
  const line = [
    'check',
    '--base',
    'main',
    '--postgres',
    'embedded',
    '--working-directory',
    '.',
    '--report-dir',
    reports,
  ];
  say(
    `A pull request on a small project (fixtures/projects/${project}, case ${name}). In it: gatekeeper ${line.slice(0, -2).join(' ')}\n`,
  );
  const run = spawnSync(process.execPath, [command, ...line], { cwd: repository, stdio: 'inherit' });
  const report = readReport(join(reports, 'report.json'));
  if (report === null) {
    say(`\nThe gate ended with exit ${run.status ?? run.signal} and left no report.`);
    process.exitCode = 1;
  } else {
    say(`\nThe comment on the pull request:\n\n${readFileSync(join(reports, 'comment.md'), 'utf8')}`);
    const expected = expectedOf(project)[name];
    const found = [...new Set(report.findings.filter(counts).map((finding) => finding.rule))].sort();
    const asExpected =
      report.verdict === expected?.verdict && found.join() === expected.rules.join() && run.status === 1;
    say(
      `Verdict: ${report.verdict} (exit ${run.status}) by ${found.join(', ')}${asExpected ? ', as it should be.' : `; expected ${expected?.verdict} by ${expected?.rules.join(', ')}.`}`,
    );
    say('The repository and the report were made for this run and are removed now.');
    process.exitCode = asExpected ? 0 : 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function counts(finding) {
  return finding.introduced && finding.severity === 'error' && finding.waived === null;
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
