/** The bridge's script, with each tool it may find in an image; the frames of an engine; the archive. No engine needed. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archive } from '../../src/database/adapters/docker/archive.ts';
import { FrameReader } from '../../src/database/adapters/docker/frames.ts';

const script = fileURLToPath(new URL('../../src/database/adapters/docker/bridge.sh', import.meta.url));
let echo: Server;
let port = '';

beforeAll(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  port = String((echo.address() as AddressInfo).port);
});
afterAll(() => new Promise((resolve) => echo.close(resolve)));

function installed(tool: string): boolean {
  return spawnSync(tool, [tool === 'nc' ? '-h' : '--version'], { stdio: 'ignore' }).error === undefined;
}

describe.each(['bash', 'perl', 'python3', 'socat', 'nc'])('%s', (tool) => {
  const missing = !installed(tool);

  test.skipIf(missing)(
    `carries bytes unchanged both ways${missing ? ' (skipped: not on this machine)' : ''}`,
    async () => {
      const child = spawn('/bin/sh', [script, '127.0.0.1', port, '1', tool]);
      const sent = randomBytes(4_000_000);
      const hash = createHash('sha256');
      let received = -1;
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.stdout.on('data', (bytes: Buffer) => {
        hash.update(received === -1 ? bytes.subarray(1) : bytes);
        received += bytes.length;
        if (received === sent.length) child.stdin.end();
      });
      child.stdin.write(sent);
      await closed;
      expect(received).toBe(sent.length);
      expect(hash.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
    },
  );
});

test('nothing that listens is told as such, after the tries', () => {
  const { status, stdout, stderr } = spawnSync('/bin/sh', [script, '127.0.0.1', '1', '3', 'bash', 'perl'], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toBe('nothing answers on 127.0.0.1:1, by bash perl\n');
});

test('frames come out whole, wherever the stream was cut', () => {
  const frame = (output: number, content: string) => {
    const header = Buffer.from([output, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(Buffer.byteLength(content), 4);
    return Buffer.concat([header, Buffer.from(content)]);
  };
  const stream = Buffer.concat([frame(1, 'first'), frame(2, 'wrong'), frame(1, ''), frame(1, 'second')]);
  for (let size = 1; size <= stream.length; size += 1) {
    const reader = new FrameReader();
    const told = { stdout: '', stderr: '' };
    for (let at = 0; at < stream.length; at += size) {
      for (const { output, content } of reader.read(stream.subarray(at, at + size))) {
        told[output] += content.toString();
      }
    }
    expect(told).toEqual({ stdout: 'firstsecond', stderr: 'wrong' });
  }
});

test('tar unpacks the archive', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatekeeper-archive-'));
  try {
    const long = 'ä'.repeat(700);
    execFileSync('tar', ['-xf', '-', '-C', directory], {
      input: archive([
        { name: 'empty', content: '' },
        { name: 'deeper/long.sql', content: long },
      ]),
    });
    expect(readFileSync(join(directory, 'empty'), 'utf8')).toBe('');
    expect(readFileSync(join(directory, 'deeper/long.sql'), 'utf8')).toBe(long);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  expect(() => archive([{ name: 'x'.repeat(101), content: '' }])).toThrow('too long');
});
