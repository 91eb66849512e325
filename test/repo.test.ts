/** The house rules that a machine can check; each failure names the file and what is wrong with it. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { version } from '../src/version.ts';
import { importsOf, nodesOf } from './source.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** From left to right: a room imports only from rooms before it. */
const rooms = [
  'inputs',
  'history',
  'database',
  'replay',
  'catalog',
  'rules',
  'findings',
  'report',
  'github',
  'deploy',
];
/** What stands outside the rooms and may be imported by all of them. */
const common = ['src/errors.ts', 'src/version.ts'];
const doors = ['src/action.ts', 'src/cli.ts'];

// Files not yet committed count too: a rule that is broken is broken before the commit.
const listed = git('ls-files', '-z', '--cached', '--others', '--exclude-standard');
const files = listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
const source = files.filter((file) => /^src\/.*\.ts$/.test(file));
const ours = files.filter((file) => /^(src|test|scripts|bench)\/.*\.(ts|mjs)$/.test(file));

function git(...parameters: string[]): string {
  return execFileSync('git', parameters, { cwd: root, encoding: 'utf8' });
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Null for what stands in `src/` itself. */
function roomOf(file: string): string | null {
  const [, room, rest] = file.split('/');
  return rest === undefined ? null : (room ?? null);
}

/** A committed file that is no text (an image, a bundle's wasm). */
function isBinary(text: string): boolean {
  return text.includes('\0');
}

describe('rooms', () => {
  test('every folder of src is a room', () => {
    const folders = new Set(source.map(roomOf).filter((room) => room !== null));
    expect([...folders].filter((room) => !rooms.includes(room))).toEqual([]);
  });

  test('a room imports only from rooms to its left and from what is common', () => {
    const wrong = source.flatMap((file) =>
      importsOf(read(file))
        .filter((path) => path.startsWith('.'))
        .map((path) => normalize(join(dirname(file), path)))
        .filter((target) => !mayImport(file, target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('the direction is really checked', () => {
    expect(mayImport('src/report/markdown.ts', 'src/findings/judged.ts')).toBe(true);
    expect(mayImport('src/report/markdown.ts', 'src/report/fit.ts')).toBe(true);
    expect(mayImport('src/findings/judge.ts', 'src/report/markdown.ts')).toBe(false);
    expect(mayImport('src/report/markdown.ts', 'src/gate.ts')).toBe(false);
    expect(mayImport('src/gate.ts', 'src/cli.ts')).toBe(false);
    expect(mayImport('src/errors.ts', 'src/history/tree.ts')).toBe(false);
    expect(
      importsOf("export { a } from './a.ts'; type B = import('./b.ts').B; await import('./c.ts');"),
    ).toEqual(['./a.ts', './b.ts', './c.ts']);
  });

  test('every file of src is reached from a door', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file) || !source.includes(file)) return;
      reached.add(file);
      for (const path of importsOf(read(file))) {
        if (path.startsWith('.')) visit(normalize(join(dirname(file), path)));
      }
    };
    doors.forEach(visit);
    expect(source.filter((file) => !reached.has(file))).toEqual([]);
  });

  function mayImport(file: string, target: string): boolean {
    if (common.includes(target)) return true;
    if (doors.includes(target) || common.includes(file)) return false;
    const from = roomOf(file);
    const to = roomOf(target);
    if (from === null || from === 'deploy') return true;
    return to !== null && rooms.indexOf(to) <= rooms.indexOf(from);
  }
});

describe('files', () => {
  test('no drawers: a file is named by what is in it', () => {
    const drawer = /^(utils?|helpers?|common|types|shared|misc|lib)(\.|$)/i;
    expect(ours.filter((file) => file.split('/').some((part) => drawer.test(part)))).toEqual([]);
  });

  test('a file over 300 lines says why in its first line', () => {
    const long = ours.filter((file) => read(file).split('\n').length > 301);
    expect(long.filter((file) => !/\blines\b/.test(firstLine(file)))).toEqual([]);
  });

  test('a file outside the tests opens with a sentence on what it is for', () => {
    const openings = ours.filter((file) => !file.startsWith('test/'));
    expect(openings.filter((file) => !/^(\/\*\*|\/\/)/.test(firstLine(file)))).toEqual([]);
  });

  test('exports have names', () => {
    const wrong = ours.filter((file) => nodesOf(read(file), 'ExportDefaultDeclaration').length > 0);
    expect(wrong).toEqual([]);
  });

  test('nothing in src is of type any', () => {
    expect(source.filter((file) => nodesOf(read(file), 'TSAnyKeyword').length > 0)).toEqual([]);
  });

  test('nothing is left for later, and no test is left out', () => {
    const later = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`);
    const leftOut = new RegExp(`\\b(it|test|describe)\\.(${['on' + 'ly', 'to' + 'do'].join('|')})\\b`);
    expect(ours.filter((file) => later.test(read(file)) || leftOut.test(read(file)))).toEqual([]);
  });

  test('no two SQL files of src share a name, for in dist they share a folder', () => {
    const names = files.filter((file) => /^src\/.*\.sql$/.test(file)).map((file) => basename(file));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  /** A shebang has to come first. */
  function firstLine(file: string): string {
    const lines = read(file).split('\n');
    return (lines[0]?.startsWith('#!') ? lines[1] : lines[0]) ?? '';
  }
});

describe('what is said twice', () => {
  test('the changelog begins with Unreleased, then the version of package.json and src/version.ts', () => {
    const headings = [...read('CHANGELOG.md').matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    const { version: published } = JSON.parse(read('package.json')) as { version: string };
    expect(headings.slice(0, 2)).toEqual(['Unreleased', published]);
    expect(version).toBe(published);
  });

  test('links in our pages lead to files that are here', () => {
    const pages = files.filter((file) => file.endsWith('.md') && !/^(dist|fixtures\/projects)\//.test(file));
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
        .map((match) => match[1] ?? '')
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => !existsSync(join(root, dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    );
    expect(dead).toEqual([]);
  });

  test('.ci/run finds the command of the README', () => {
    const line = /^## Test it\n+```sh\n(.+)\n/m.exec(read('README.md'))?.[1];
    expect(line).toMatch(/npm test$/);
    for (const script of files.filter((file) => file.startsWith('.ci/'))) {
      expect(statSync(join(root, script)).mode & 0o111, `${script} is executable`).not.toBe(0);
    }
  });
});

describe('workflows', () => {
  interface Workflow {
    readonly permissions?: unknown;
    readonly jobs: Record<
      string,
      { permissions?: unknown; steps: { uses?: string; with?: Record<string, unknown> }[] }
    >;
  }
  const workflows = files.filter((file) => file.startsWith('.github/workflows/'));

  test.each(workflows)('%s gives nothing away and runs what was reviewed', (file) => {
    const workflow = parseYaml(read(file)) as Workflow;
    expect(workflow.permissions).toEqual({});
    for (const [name, job] of Object.entries(workflow.jobs)) {
      expect(job.permissions, `permissions of ${name}`).toBeDefined();
      for (const step of job.steps) {
        if (step.uses === undefined) continue;
        expect(step.uses).toMatch(/^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/);
        if (step.uses.startsWith('actions/checkout@')) expect(step.with?.['persist-credentials']).toBe(false);
      }
    }
    const unnamed = [...read(file).matchAll(/uses: .*/g)].filter(
      ([line]) => !/ # v\d+\.\d+\.\d+$/.test(line),
    );
    expect(unnamed.map(([line]) => line)).toEqual([]);
  });
});

test('no committed file knows the machine it was written on', () => {
  // Put together here, so that this file passes its own test.
  const registry = ['registry', 'npmjs', 'org'].join('.');
  const forbidden = [
    registry,
    `/work/${'main'}`,
    `/work/${'shared'}`,
    `.${'library'}/`,
    `/tmp/${'team'}`,
    `/home/${'runner'}`,
  ];
  const wrong = files.flatMap((file) => {
    const text = read(file);
    return isBinary(text)
      ? []
      : forbidden.filter((word) => text.includes(word)).map((word) => `${file}: ${word}`);
  });
  expect(wrong).toEqual([]);
});
