/** One connection to the server in a container: `docker exec` of a small script there, and the bytes it carries. */
import { readFileSync } from 'node:fs';
import { Duplex } from 'node:stream';
import { LastWords } from '../last-words.ts';
import { FrameReader } from './frames.ts';
import type { ContainerHandle } from './testcontainers.ts';

/** Where every server of ours listens: the container has no other network than its loopback. */
const host = '127.0.0.1';
const port = '5432';
/** Neither root nor the server's own user: it only carries bytes. */
const nobody = '65534:65534';

/** Resolves when the server took the connection; within the container it is tried so many times. */
export async function openBridge(container: ContainerHandle, tries: number): Promise<Duplex> {
  const script = readFileSync(new URL('./bridge.sh', import.meta.url), 'utf8');
  const exec = await container.exec({
    Cmd: ['/bin/sh', '-c', script, 'bridge', host, port, String(tries)],
    User: nobody,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const carrier = await exec.start({ hijack: true, stdin: true });
  const stream = new ContainerStream(carrier);
  await stream.connected;
  return stream;
}

/** Standard output is what is read here; standard error is kept for the reason when the process ends too early. */
export class ContainerStream extends Duplex {
  readonly connected: Promise<void>;
  readonly #carrier: Duplex;
  readonly #frames = new FrameReader();
  readonly #errors = new LastWords();
  #begun = false;
  #connect: () => void = () => undefined;
  #refuse: (reason: Error) => void = () => undefined;

  constructor(carrier: Duplex) {
    // What the server closed is closed: postgres.js waits for it.
    super({ allowHalfOpen: false });
    this.#carrier = carrier;
    this.connected = new Promise((resolve, reject) => {
      this.#connect = resolve;
      this.#refuse = reject;
    });
    carrier.on('data', (bytes: Buffer) => this.#receive(bytes));
    carrier.on('end', () => this.#finish());
    carrier.on('close', () => this.#finish());
    carrier.on('error', (error: Error) => this.destroy(error));
  }

  /** As of a socket; postgres.js says goodbye only to one that is open. */
  get readyState(): 'open' | 'closed' {
    return this.destroyed || this.writableEnded ? 'closed' : 'open';
  }

  #receive(bytes: Buffer): void {
    let room = true;
    for (const { output, content } of this.#frames.read(bytes)) {
      if (output === 'stderr') this.#errors.add(content.toString('utf8'));
      else room = this.#deliver(content);
    }
    if (!room) this.#carrier.pause();
  }

  /** Says whether more is wanted. */
  #deliver(content: Buffer): boolean {
    if (this.#begun) return this.push(content);
    this.#begun = true;
    this.#connect();
    return content.length === 1 || this.push(content.subarray(1));
  }

  #finish(): void {
    if (this.#begun) {
      if (!this.readableEnded && !this.destroyed) this.push(null);
      return;
    }
    const why = this.#errors.said();
    this.#refuse(new Error(why === '' ? 'the container does not run' : why));
    this.destroy();
  }

  override _read(): void {
    this.#carrier.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#carrier.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#carrier.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#refuse(error ?? new Error('the connection was closed'));
    this.#carrier.destroy();
    done(error);
  }
}
