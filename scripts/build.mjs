/**
 * Builds dist/ from src/: tsc to build/, then one @vercel/ncc bundle per door, and one of testcontainers that the doors
 * load when it is wanted.
 * `node scripts/build.mjs [--out <directory>]`; the output is the same bytes on every machine.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ncc from '@vercel/ncc';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } });
const out = resolve(root, values.out);
const build = join(root, 'build');

/** Runs a tool of node_modules and shows its output only when it fails. */
function run(script, ...parameters) {
  try {
    execFileSync(process.execPath, [join(root, 'node_modules', script), ...parameters], {
      cwd: root,
      encoding: 'utf8',
    });
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? ''}`);
    throw new Error(`${script} ${parameters.join(' ')} failed`);
  }
}

/** libpg-query looks for its wasm with `__dirname`, which an ES module bundle does not have. */
const banner = [
  "import { fileURLToPath as gatekeeperFilePath } from 'node:url';",
  'const __filename = gatekeeperFilePath(import.meta.url);',
  "const __dirname = gatekeeperFilePath(new URL('.', import.meta.url));",
  '',
].join('\n');

function bundle(entry, file) {
  const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-build-'));
  try {
    run(
      '@vercel/ncc/dist/ncc/cli.js',
      'build',
      join(build, entry),
      '-o',
      scratch,
      '--license',
      'licenses.txt',
      '--no-cache',
      '-q',
    );
    const code = readFileSync(join(scratch, 'index.js'), 'utf8');
    const shebang = code.startsWith('#!') ? code.slice(0, code.indexOf('\n') + 1) : '';
    writeFileSync(join(out, file), shebang + banner + code.slice(shebang.length));
    if (shebang !== '') chmodSync(join(out, file), 0o755);
    for (const name of readdirSync(scratch)) {
      if (name !== 'index.js') cpSync(join(scratch, name), join(out, name), { recursive: true });
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * What testcontainers' client of an engine drags along for ssh, for builds by gRPC and for lock files, none of which the
 * adapter uses: it would bring native code, an .exe and a listener for SIGTERM. A module of Node stands in its place.
 */
const leftOut = [
  'ssh2',
  'cpu-features',
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  'protobufjs',
  'proper-lockfile',
];

async function bundleTestcontainers() {
  const { code, assets } = await ncc(join(build, 'database/adapters/docker/testcontainers.js'), {
    cache: false,
    quiet: true,
    license: 'licenses.txt',
    externals: Object.fromEntries(leftOut.map((name) => [name, 'node:util'])),
  });
  // The name by which docker.js, part of the doors' bundles, asks for it.
  writeFileSync(join(out, 'testcontainers.js'), code);
  writeFileSync(join(out, 'testcontainers.licenses.txt'), assets['licenses.txt'].source);
}

rmSync(build, { recursive: true, force: true });
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
cpSync(join(root, 'src'), build, {
  recursive: true,
  filter: (source) => !source.endsWith('.ts'),
});
// The Action's bundle comes last: its third-party licences include the command's.
bundle('cli.js', 'cli.js');
bundle('action.js', 'index.js');
await bundleTestcontainers();
cpSync(join(root, 'node_modules/libpg-query/wasm/libpg-query.wasm'), join(out, 'libpg-query.wasm'));
