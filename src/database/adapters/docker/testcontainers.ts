/**
 * Testcontainers' client of a container engine, and nothing else of it: no reaper, no compose, no ssh. The build makes a
 * bundle of its own of this file, which is loaded when the adapter is wanted; scripts/build.mjs leaves out what is not.
 */
import Dockerode from 'dockerode';
import { DockerContainerClient } from 'testcontainers/build/container-runtime/clients/container/docker-container-client.js';
import { getAuthConfig, ImageName } from 'testcontainers/build/container-runtime/index.js';
import { RootlessUnixSocketStrategy } from 'testcontainers/build/container-runtime/strategies/rootless-unix-socket-strategy.js';

export type ImageFacts = Dockerode.ImageInspectInfo;
export type ContainerSummary = Dockerode.ContainerInfo;
export type ContainerHandle = Dockerode.Container;

/** Where the engine listens; each field says what dockerode is to use, so that it reads no variable itself. */
export interface EngineAddress {
  readonly socketPath: string | undefined;
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly protocol: 'http' | 'https';
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}

export interface Engine {
  ping(signal: AbortSignal): Promise<void>;
  image(name: string): Promise<ImageFacts>;
  /** The engine's own progress, a JSON object per line. */
  pull(name: string): Promise<NodeJS.ReadableStream>;
  create(options: Dockerode.ContainerCreateOptions): Promise<ContainerHandle>;
  /** Also those that do not run. */
  containersWith(label: string): Promise<readonly ContainerSummary[]>;
  container(id: string): ContainerHandle;
}

export function connectEngine(address: EngineAddress): Engine {
  const dockerode = new Dockerode({ ...address } as Dockerode.DockerOptions);
  const containers = new DockerContainerClient(dockerode);
  return {
    async ping(signal) {
      // The types of dockerode leave out what every call of it takes.
      const ping = dockerode.ping as (options: { abortSignal: AbortSignal }) => Promise<unknown>;
      await ping.call(dockerode, { abortSignal: signal });
    },
    image: (name) => dockerode.getImage(name).inspect(),
    async pull(name) {
      const authconfig = await getAuthConfig(ImageName.fromString(name).registry ?? dockerHub);
      return await dockerode.pull(name, authconfig === undefined ? {} : { authconfig });
    },
    create: (options) => containers.create(options),
    containersWith: (label) => dockerode.listContainers({ all: true, filters: { label: [label] } }),
    container: (id) => containers.getById(id),
  };
}

/** As credentials for it are filed. */
const dockerHub = 'https://index.docker.io/v1/';

/** `postgres` is `postgres:latest`; a prefix for mirrors is taken from where testcontainers has it. */
export function fullImageName(name: string): string {
  return ImageName.fromString(name).string;
}

/** The socket of an engine that runs without root, where testcontainers looks for one. */
export async function rootlessSocket(env: NodeJS.ProcessEnv): Promise<string | null> {
  const found = await new RootlessUnixSocketStrategy(process.platform, env).getResult();
  return found?.dockerOptions.socketPath ?? null;
}
