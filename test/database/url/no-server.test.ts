/** What answers at the end of a URL need not be a server that one could use. */
import { createServer, type Server as Listener } from 'node:net';
import { expect, test } from 'vitest';
import { byUrl } from '../../../src/database/adapters/url/url.ts';
import { GatekeeperError } from '../../../src/errors.ts';
import { freshProject } from '../../server.ts';

test.each<[string, readonly Buffer[], string]>([
  ['another protocol', [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')], 'says more than yes or no'],
  ['another letter', [Buffer.from('E')], 'not a Postgres server'],
  ['a yes with something behind it', [Buffer.from('Sx')], 'says more than yes or no'],
  [
    'PgBouncer',
    [Buffer.from('N'), errorResponse('08P01', 'unsupported startup parameter: options')],
    'PgBouncer',
  ],
  [
    'a server that starts',
    [Buffer.from('N'), errorResponse('57P03', 'the database system is starting up')],
    'is starting up',
  ],
])('%s', async (_, answers, expected) => {
  const listener: Listener = createServer((socket) => {
    const left = [...answers];
    socket.on('data', () => {
      const next = left.shift();
      if (next !== undefined) socket.write(next);
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const error: unknown = await byUrl(`postgres://u:p%40ss@127.0.0.1:${port}/x`, {})
      .start(freshProject)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GatekeeperError);
    const { message, remedy } = error as GatekeeperError;
    expect(`${message} ${remedy}`).toContain(expected);
  } finally {
    listener.close();
  }
});

function errorResponse(sqlstate: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C${sqlstate}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
