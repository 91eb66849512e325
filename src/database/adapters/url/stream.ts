/** A stream of bytes to a server that a URL names: by TCP or a Unix socket, encrypted as `sslmode` says. */
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { failure } from '../../../errors.ts';
import type { ServerAddress } from './server-url.ts';

const patienceMs = 10_000;

/** Throws a known failure with the system's reason. */
export async function openStream(address: ServerAddress): Promise<Socket> {
  const socket =
    address.socket === null
      ? connectSocket({ host: address.host ?? '', port: address.port, noDelay: true, keepAlive: true })
      : connectSocket(address.socket);
  try {
    await within(socket, 'connect');
    const encrypt = address.socket === null && address.sslMode !== 'disable' && address.sslMode !== 'allow';
    const stream = encrypt ? await encrypted(socket, address) : socket;
    stream.removeAllListeners('error');
    return stream;
  } catch (error) {
    socket.on('error', () => undefined);
    socket.destroy();
    throw failure('server-unreachable', { where: address.where, why: reasonOf(error) });
  }
}

/** What the protocol calls SSLRequest: its length, and a number that is no version of the protocol. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

async function encrypted(socket: Socket, address: ServerAddress): Promise<Socket> {
  const answer = within<Buffer>(socket, 'data');
  socket.write(sslRequest);
  const said = await answer;
  // Bytes behind the answer would be read as if they had come encrypted: somebody between us and the server sent them.
  if (said.length !== 1) throw new Error('it says more than yes or no when it is asked for TLS');
  const letter = said.toString('latin1');
  if (letter === 'N') {
    if (address.sslMode === 'prefer') return socket;
    throw new Error(`it does not speak TLS, and sslmode=${address.sslMode} asks for it`);
  }
  if (letter !== 'S') throw new Error('what answers there is not a Postgres server');
  const verify =
    address.sslMode === 'verify-ca' || address.sslMode === 'verify-full' || address.rootCertificate !== null;
  const stream: TLSSocket = connectTls({
    socket,
    ...(address.rootCertificate === null ? {} : { ca: address.rootCertificate }),
    ...(address.host === null || isIP(address.host) !== 0
      ? { host: address.host ?? '' }
      : { servername: address.host }),
    rejectUnauthorized: verify && address.sslMode !== 'prefer',
    // verify-ca asks who signed it, not whose it is; so does require with a certificate to check against.
    ...(address.sslMode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  });
  await within(stream, 'secureConnect');
  return stream;
}

/** The first `event` of a stream that has to come in time. */
function within<Value>(stream: Socket, event: string): Promise<Value> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => settle(() => reject(new Error(`no answer within ${patienceMs / 1000} s`))),
      patienceMs,
    );
    const came = (value: Value): void => settle(() => resolve(value));
    const failed = (error: Error): void => settle(() => reject(error));
    const closed = (): void => settle(() => reject(new Error('it closed the connection')));
    stream.once(event, came);
    stream.once('error', failed);
    stream.once('close', closed);

    function settle(outcome: () => void): void {
      clearTimeout(late);
      stream.removeListener(event, came);
      stream.removeListener('error', failed);
      stream.removeListener('close', closed);
      outcome();
    }
  });
}

const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it closed the connection',
  EACCES: 'the socket may not be opened by this account',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to its network',
  ENOENT: 'there is no such socket',
  ENOTFOUND: 'the host has no address',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ETIMEDOUT: 'no answer',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  const message = error instanceof Error ? error.message : String(error);
  if (code === null) return message;
  const meaning = meanings[code];
  return meaning === undefined ? `${message} (${code})` : `${meaning} (${code})`;
}
