/** What `auto` chooses, and in which words; the servers it is offered are real, the engine of docker is not. */
import { afterEach, expect, test } from 'vitest';
import { embedded } from '../../src/database/adapters/embedded.ts';
import type { OwnAdapter } from '../../src/database/adapters/own-server.ts';
import { type Choice, openAuto } from '../../src/database/auto.ts';
import type { Adapter, Server } from '../../src/database/database.ts';
import { failure } from '../../src/errors.ts';
import { freshProject } from '../server.ts';

const own = embedded(process.env);
const absent = async () => 'it is not there';
const noLocal: OwnAdapter = { ...own, name: 'local', unavailable: absent };
const noEmbedded: OwnAdapter = { ...own, unavailable: absent };
const noDocker: Adapter = { ...own, name: 'docker', unavailable: absent };
/** Stand in for an engine and a server of the machine: what counts here is which one is asked. */
const docker: Adapter = { ...own, name: 'docker' };
const local: OwnAdapter = { ...own, name: 'local' };

const choice: Choice = { embedded: own, docker, local };
const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function auto(extensions: readonly string[], offered: Partial<Choice>) {
  const { server, chosen, tried } = await openAuto(
    { ...freshProject, postgres: 'auto', extensions },
    { ...choice, ...offered },
  );
  servers.push(server);
  return { chosen, tried };
}

test('embedded, when it has what the history creates or hosted does not offer it either', async () => {
  expect(await auto(['pgcrypto', 'no_such_extension', '../../etc/passwd'], {})).toEqual({
    chosen: 'embedded: it has everything this history needs',
    tried: [],
  });
});

test('docker, when the history creates what embedded lacks', async () => {
  expect(await auto(['pgcrypto', 'postgis', 'pgroonga'], {})).toEqual({
    chosen: 'docker: the history creates postgis, pgroonga, which embedded lacks',
    tried: [],
  });
});

test('embedded all the same without an engine, or with one that fails', async () => {
  const failing: Adapter = {
    ...docker,
    start: async () => {
      throw failure('config-invalid', { file: 'x', line: null, what: 'the image is another' });
    },
  };
  for (const [engine, reason] of [
    [noDocker, 'it is not there'],
    [failing, 'x: the image is another'],
  ] as const) {
    expect(await auto(['postgis'], { docker: engine })).toEqual({
      chosen: 'embedded: it lacks postgis, and docker cannot be had',
      tried: [{ adapter: 'docker', reason }],
    });
  }
});

test('local, when embedded cannot be had or does not start', async () => {
  const broken: OwnAdapter = {
    ...own,
    start: async () => {
      throw new Error('It does not start.');
    },
  };
  expect(await auto([], { embedded: noEmbedded })).toEqual({
    chosen: 'local: embedded cannot be had (it is not there)',
    tried: [{ adapter: 'embedded', reason: 'it is not there' }],
  });
  expect(await auto([], { embedded: broken })).toEqual({
    chosen: 'local: embedded cannot be had (It does not start)',
    tried: [{ adapter: 'embedded', reason: 'It does not start' }],
  });
});

test('when nothing works, every reason is told', async () => {
  const opened = auto([], { embedded: noEmbedded, local: noLocal });
  await expect(opened).rejects.toMatchObject({ code: 'postgres-unavailable' });
  await expect(opened).rejects.toThrow('embedded: it is not there; local: it is not there');
});
