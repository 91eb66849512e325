/** The command as a person meets it in a terminal: what it prints, where it writes, how it exits. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { journal, makeRepository, type TestRepository } from './repository.ts';

const command = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
let scratch = '';
let repository: TestRepository;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-cli-'));
  repository = makeRepository({
    'drizzle.config.ts':
      "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };\n",
    'drizzle/0000_venue.sql':
      'CREATE TABLE "venue" ("id" serial PRIMARY KEY NOT NULL, "name" text NOT NULL);',
    'drizzle/meta/_journal.json': journal({ '0000_venue': 1_767_225_600_000 }),
    'rls.sql': 'alter table public.venue enable row level security;\n',
  });
});
afterAll(() => {
  repository.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** Runs the command in the repository, or another place, with a temporary folder of its own. */
function gatekeeper(parameters: readonly string[], temporary: string, cwd = repository.directory) {
  mkdirSync(temporary, { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', command, ...parameters], {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      GATEKEEPER_CACHE: process.env.GATEKEEPER_CACHE,
      TMPDIR: temporary,
    },
  });
  return { status, stdout, stderr };
}

describe('the report directory in a terminal', () => {
  it('is .gatekeeper in the temporary folder, named in the last line after one blank line', () => {
    const temporary = join(scratch, 'free');
    const { status, stdout, stderr } = gatekeeper(['check', '--base', 'HEAD'], temporary);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/[^\n]\n\nReport: .*\/\.gatekeeper\n$/);
    expect(stdout).not.toContain('\n\n\n');
    expect(existsSync(join(temporary, '.gatekeeper', 'report.json'))).toBe(true);
    expect(status).toBe(0);
  });

  it('has our uid in its name when somebody else has taken that one', () => {
    const temporary = join(scratch, 'taken');
    mkdirSync(temporary);
    writeFileSync(join(temporary, '.gatekeeper'), 'not ours');
    const { status, stdout } = gatekeeper(['check', '--base', 'HEAD'], temporary);
    expect(stdout).toContain(`/.gatekeeper-${process.getuid?.()}\n`);
    expect(status).toBe(0);
  });
});

describe('what is not committed', () => {
  it('is named when it was not judged, and the report stays JSON', () => {
    repository.write({ 'drizzle/0001_late.sql': 'DROP TABLE "venue";', 'rls.sql': 'select 1;\n' });
    const { status, stdout, stderr } = gatekeeper(
      ['check', '--base', 'HEAD', '--json'],
      join(scratch, 'late'),
    );
    expect(stderr).toBe(
      'Not judged, because not committed: drizzle/0001_late.sql and 1 more. --worktree judges what is on disk.\n',
    );
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass' });
    expect(status).toBe(0);
    const judged = gatekeeper(['check', '--base', 'HEAD', '--worktree'], join(scratch, 'late'));
    expect(judged.stdout).toContain('0001_late.sql');
    expect(judged.stderr).toBe('');
    expect(judged.status).toBe(1);
  });
});

describe('several projects', () => {
  it('are judged one after the other, one that cannot be judged among them, and the worst is the exit code', () => {
    const several = makeRepository({
      'apps/api/drizzle.config.ts':
        "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };\n",
      'apps/api/drizzle/0000_venue.sql': 'CREATE TABLE "venue" ("id" serial PRIMARY KEY NOT NULL);',
      'apps/api/drizzle/meta/_journal.json': journal({ '0000_venue': 1_767_225_600_000 }),
    });
    const temporary = join(scratch, 'several');
    const line = ['check', '--base', 'HEAD', '--working-directory', 'apps/web,apps/api'];
    try {
      const { status, stdout, stderr } = gatekeeper(line, temporary, several.directory);
      expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
      const marks = stdout.split('\n').filter((text) => /^(?:❗|✅|Report:|apps\/web:)/u.test(text));
      expect(marks).toEqual([
        expect.stringContaining('❗ Could not judge'),
        expect.stringMatching(/\/\.gatekeeper\/apps\/web$/),
        expect.stringContaining('✅ Nothing to check'),
        expect.stringMatching(/\/\.gatekeeper\/apps\/api$/),
        'apps/web: error · apps/api: pass',
      ]);
      const told = gatekeeper([...line, '--json'], temporary, several.directory);
      expect(JSON.parse(told.stdout)).toMatchObject([
        { project: 'apps/web', verdict: 'error' },
        { project: 'apps/api', verdict: 'pass' },
      ]);
    } finally {
      several.remove();
    }
  });
});

describe('a wrong line', () => {
  it.each([
    [['chek'], 'Did you mean check?'],
    [['check', '--bse', 'main'], 'Did you mean --base?'],
    [['explain', 'colum-dropped'], 'Did you mean column-dropped?'],
    [['deploy'], 'not part of this version yet'],
  ])('%j is refused in two lines with what was meant, exit 2 and no stack', (parameters, words) => {
    const { status, stdout, stderr } = gatekeeper(parameters, join(scratch, 'wrong'));
    expect(stdout).toBe('');
    expect(stderr).toContain(words);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
    expect(status).toBe(2);
  });
});
