/** The adapter that runs a server in a container of its own, by testcontainers: `supabase/postgres` unless another image is named. */
import { failure } from '../../../errors.ts';
import type { Adapter, LoginRole, Server, ServerRequest, Session } from '../../database.ts';
import { describeProject } from '../../describe.ts';
import { selfTest } from '../../self-test.ts';
import { openSession, type SessionTarget } from '../../session.ts';
import { firstSession } from '../first-session.ts';
import { randomPassword } from '../password.ts';
import { runningServer } from '../running-server.ts';
import { openBridge } from './bridge.ts';
import { type RunningContainer, runContainer } from './container.ts';
import { engineWords, findEngine, testcontainers } from './engine.ts';
import { publishedImage, serverImage } from './image.ts';
import { layOverlay } from './lay-overlay.ts';
import { sweep } from './leftovers.ts';

/** With an image by name and tag or digest; null and absent mean Supabase's own. */
export interface DockerRequest extends ServerRequest {
  readonly image?: string | null;
}

/** Filling a new cluster takes an image seconds, on a machine that swaps minutes. */
const startTimeoutMs = 300_000;
/** Ten of them are a second; between two rounds we look whether the container still runs. */
const triesPerRound = 20;

export function docker(env: NodeJS.ProcessEnv): Adapter {
  return {
    name: 'docker',
    unavailable: (request: DockerRequest) => unavailable(request, env),
    start: (request: DockerRequest) => start(request, env),
  };
}

async function unavailable(request: DockerRequest, env: NodeJS.ProcessEnv): Promise<string | null> {
  if (wantedImage(request) === null) return noImage(request);
  const found = await findEngine(env);
  return typeof found === 'string' ? found : null;
}

function wantedImage(request: DockerRequest): string | null {
  return request.image ?? publishedImage(request.majorVersion);
}

function noImage({ majorVersion }: ServerRequest): string {
  return `Supabase publishes no image of Postgres ${majorVersion}, only of 15 and 17; name one with image`;
}

async function start(request: DockerRequest, env: NodeJS.ProcessEnv): Promise<Server> {
  const wanted = wantedImage(request);
  if (wanted === null) throw new Error(noImage(request));
  const found = await findEngine(env);
  if (typeof found === 'string') throw new Error(found);
  const { engine } = found;
  const { fullImageName } = await testcontainers();
  const name = fullImageName(wanted);
  await sweep(engine);
  try {
    const image = await serverImage(engine, name);
    const password = randomPassword();
    const container = await runContainer(engine, image, password);
    return await boot(container, { request, image: name, password });
  } catch (error) {
    // Whoever named the image can mend it; without a name it is this machine that does not do.
    if (request.image === null || request.image === undefined) throw error;
    throw failure('image-unusable', { image: name, why: engineWords(error) }, error);
  }
}

interface Boot {
  readonly request: DockerRequest;
  readonly image: string;
  readonly password: string;
}

async function boot(container: RunningContainer, { request, image, password }: Boot): Promise<Server> {
  const target = (role: LoginRole, tries: number): SessionTarget => ({
    open: () => openBridge(container.handle, tries),
    database: 'postgres',
    user: role,
    password: role === 'postgres' ? null : password,
    role,
  });
  try {
    const superuser = await firstSession(container, () => firstOf(target('supabase_admin', triesPerRound)), {
      timeoutMs: startTimeoutMs,
      pollMs: 100,
    });
    await rightVersion(superuser, request);
    const standIns = await layOverlay(container.handle, superuser, request.majorVersion);
    await describeProject(superuser, request, 'image');
    const migrations = await openSession(target('postgres', 1));
    const version = await selfTest(superuser, migrations, request, 'image');
    await Promise.all([superuser.close(), migrations.close()]);
    return runningServer({
      source: 'docker',
      foundation: 'image',
      version,
      majorVersion: request.majorVersion,
      image,
      standIns,
      open: (role) => openSession(target(role, 1)),
      end: () => container.end(),
    });
  } catch (error) {
    await container.end();
    throw error;
  }
}

/** A failure of the engine's says why in a field of its own. */
async function firstOf(target: SessionTarget): Promise<Session> {
  try {
    return await openSession(target);
  } catch (error) {
    throw new Error(engineWords(error), { cause: error });
  }
}

async function rightVersion(superuser: Session, request: ServerRequest): Promise<void> {
  const [row] = await superuser.query<{ major: number }>(
    "select pg_catalog.current_setting('server_version_num')::int / 10000 as major",
  );
  if (row?.major === request.majorVersion) return;
  throw new Error(`it holds Postgres ${row?.major}, and ${request.majorVersion} is wanted`);
}
