/** A container that runs a server and nothing else: no network, little memory, no rights, and no life of its own. */
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { onDeparture } from '../departure.ts';
import type { Starting } from '../first-session.ts';
import { LastWords } from '../last-words.ts';
import { archive } from './archive.ts';
import { FrameReader } from './frames.ts';
import type { ServerImage } from './image.ts';
import { owner, ownerLabel, removeContainer } from './leftovers.ts';
import { serverArguments, serverEnvironment } from './server.ts';
import type { ContainerHandle, Engine } from './testcontainers.ts';

export interface RunningContainer extends Starting {
  readonly handle: ContainerHandle;
  /** Removes it, with all that is in it. */
  end(): Promise<void>;
}

const memory = 4 * 2 ** 30;
const dataSize = '3g';
const processes = 256;
/** What an entrypoint needs to prepare the data directory and to step down from root; the server itself has none. */
const startCapabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'];

export async function runContainer(
  engine: Engine,
  image: ServerImage,
  password: string,
): Promise<RunningContainer> {
  const created = engine.create({
    Image: image.name,
    // Its own entrypoint, under a shell that ends when our end of its standard input does.
    Entrypoint: ['/bin/sh', '-c', entryScript(), 'gatekeeper'],
    Cmd: [...image.command, ...serverArguments],
    Env: serverEnvironment(password),
    Labels: { [ownerLabel]: owner() },
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      AutoRemove: true,
      NetworkMode: 'none',
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: processes,
      ShmSize: 2 ** 28,
      CapDrop: ['ALL'],
      CapAdd: image.root ? startCapabilities : [],
      SecurityOpt: ['no-new-privileges'],
      // An entrypoint that is not root could not write to it.
      Tmpfs: image.root ? { [image.dataDirectory]: `rw,nosuid,nodev,noexec,mode=0700,size=${dataSize}` } : {},
      // What the server prints is for the gate alone.
      LogConfig: { Type: 'none', Config: {} },
    },
  });
  // From before there is one: told to go, we wait for what was asked for.
  const forget = onDeparture(end);
  const frames = new FrameReader();
  const printed = new LastWords();
  let over = false;

  async function end(): Promise<void> {
    const made = await created.catch(() => null);
    if (made !== null) await removeContainer(engine, made.id);
    forget();
  }

  const handle = await created.catch((error: unknown) => {
    forget();
    throw error;
  });

  try {
    const accounts = readFileSync(new URL('./pg_hba.conf', import.meta.url), 'utf8');
    const files = archive([{ name: 'gatekeeper/pg_hba.conf', content: accounts }]);
    await handle.putArchive(files, { path: '/' });
    const attached = (await handle.attach({
      hijack: true,
      stream: true,
      stdin: true,
      stdout: true,
      stderr: true,
    })) as Duplex;
    attached.on('data', (bytes: Buffer) => {
      for (const { content } of frames.read(bytes)) {
        printed.add(content.toString('utf8'));
      }
    });
    const gone = () => {
      over = true;
    };
    attached.on('end', gone).on('close', gone).on('error', gone);
    // Like any server that somebody forgot to stop, it must not keep the process alive.
    if ('unref' in attached && typeof attached.unref === 'function') attached.unref();
    await handle.start();
  } catch (error) {
    await end();
    throw error;
  }
  return { handle, hasExited: () => over, messages: () => printed.said(), end };
}

function entryScript(): string {
  return readFileSync(new URL('./entry.sh', import.meta.url), 'utf8');
}
