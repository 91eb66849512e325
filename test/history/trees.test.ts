import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openRepository } from '../../src/history/git.ts';
import type { Tree } from '../../src/history/tree.ts';
import { type Files, makeRepository, type TestRepository } from '../repository.ts';

const repositories: TestRepository[] = [];
afterEach(() => {
  for (const repository of repositories.splice(0)) repository.remove();
});

const files: Files = {
  'a/b.sql': 'b',
  'a/a.sql': 'a',
  'a/Z.sql': '',
  'a.sql': 'top',
  'a/sub/ü ("x").sql': 'ü\r\n',
  'a/binary': new Uint8Array([0, 255, 10, 0]),
  link: { link: 'a' },
  'a/link.sql': { link: '../a.sql' },
};

/** The same files as a commit and as a work tree. */
async function bothTrees(): Promise<[string, Tree][]> {
  const repository = makeRepository(files);
  repositories.push(repository);
  const opened = await openRepository(repository.directory);
  const { head } = await opened.resolveCommits({ base: 'main' });
  return [
    ['commit', opened.tree(head)],
    ['work tree', opened.worktree()],
  ];
}

describe('a tree, from git or from disk', () => {
  it('lists everything below a folder in byte order, links as links', async () => {
    for (const [, tree] of await bothTrees()) {
      expect(await tree.list('a')).toEqual([
        { path: 'a/Z.sql', kind: 'file', size: 0 },
        { path: 'a/a.sql', kind: 'file', size: 1 },
        { path: 'a/b.sql', kind: 'file', size: 1 },
        { path: 'a/binary', kind: 'file', size: 4 },
        { path: 'a/link.sql', kind: 'symlink', size: null },
        { path: 'a/sub/ü ("x").sql', kind: 'file', size: 4 },
      ]);
      expect((await tree.list('.')).map(({ path }) => path)).toContain('a.sql');
      expect(await tree.list('link')).toEqual([{ path: 'link', kind: 'symlink', size: null }]);
      for (const nothing of ['nowhere', 'link/sub', 'a/a.sql/x'])
        expect(await tree.list(nothing)).toEqual([]);
    }
  });

  it('reads bytes as they are, and neither links nor what is behind them', async () => {
    for (const [, tree] of await bothTrees()) {
      const read = await tree.read([
        'a/sub/ü ("x").sql',
        'a/binary',
        'a/Z.sql',
        'link',
        'link/a.sql',
        'a/link.sql',
        'a',
        'gone',
      ]);
      expect([...read.keys()].sort()).toEqual(['a/Z.sql', 'a/binary', 'a/sub/ü ("x").sql']);
      expect(read.get('a/binary')).toEqual(Buffer.from([0, 255, 10, 0]));
      expect(read.get('a/sub/ü ("x").sql')?.toString()).toBe('ü\r\n');
    }
  });

  it('has nothing above the repository, and does not fail where somebody asks for it', async () => {
    for (const [, tree] of await bothTrees()) {
      const above = ['..', '../a.sql', '../../etc/passwd'];
      expect([await tree.look(above), await tree.read(above)]).toEqual([new Map(), new Map()]);
    }
  });

  it('says what stands at a path', async () => {
    for (const [, tree] of await bothTrees()) {
      const found = await tree.look(['a', 'a/a.sql', 'link', 'link/a.sql', 'gone']);
      expect(Object.fromEntries([...found].map(([path, { kind }]) => [path, kind]))).toEqual({
        a: 'directory',
        'a/a.sql': 'file',
        link: 'symlink',
      });
    }
  });

  it('shows a repository inside the repository as a submodule', async () => {
    const repository = makeRepository({ a: 'x' });
    repositories.push(repository);
    mkdirSync(join(repository.directory, 'inner'));
    repository.git('-C', 'inner', 'init', '--quiet');
    repository.git('-C', 'inner', 'commit', '--quiet', '--allow-empty', '--message', 'x');
    repository.git('-c', 'advice.addEmbeddedRepo=false', 'add', 'inner');
    repository.git('commit', '--quiet', '--message', 'x');
    const opened = await openRepository(repository.directory);
    const { head } = await opened.resolveCommits({ base: 'main' });
    for (const tree of [opened.tree(head), opened.worktree()]) {
      expect(await tree.list('inner')).toEqual([{ path: 'inner', kind: 'submodule', size: null }]);
    }
  });

  it('reads thousands of paths at once', async () => {
    const many = Object.fromEntries(Array.from({ length: 1200 }, (_, i) => [`m/${i}.sql`, `select ${i};`]));
    const repository = makeRepository(many);
    repositories.push(repository);
    const opened = await openRepository(repository.directory);
    const { head } = await opened.resolveCommits({ base: 'main' });
    const read = await opened.tree(head).read(Object.keys(many));
    expect([...read].every(([path, bytes]) => many[path] === bytes.toString())).toBe(true);
    expect(read.size).toBe(1200);
  });
});

describe('fetching with a token', () => {
  it('sends it only when the checkout has no access, as the one header, and never shows it', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // `listen` on a TCP port gives an object, never a path.
    const { port } = server.address() as AddressInfo;
    const repository = makeRepository({ a: 'x' });
    repositories.push(repository);
    repository.git('remote', 'add', 'origin', `http://127.0.0.1:${port}/o/r`);
    repository.git('config', `http.http://127.0.0.1:${port}/.extraheader`, 'AUTHORIZATION: basic persisted');
    const env = { ...process.env, GITHUB_SERVER_URL: `http://127.0.0.1:${port}` };
    const opened = await openRepository(repository.directory, { env, token: 'ghs_secret' });
    const error = await opened.resolveCommits({ base: '1'.repeat(40) }).catch((thrown: unknown) => thrown);
    server.close();
    const basic = Buffer.from('x-access-token:ghs_secret').toString('base64');
    expect([...new Set(seen)]).toEqual(['basic persisted', `basic ${basic}`]);
    expect(error).toMatchObject({ code: 'base-commit-missing' });
    expect(JSON.stringify(error) + String(error)).not.toMatch(new RegExp(`secret|${basic}`));
  });
});
