/** Which containers are ours, whose they are, and clearing away those whose process is gone. */
import { readFileSync, readlinkSync } from 'node:fs';
import { engineStatus } from './engine.ts';
import type { ContainerSummary, Engine } from './testcontainers.ts';

export const ownerLabel = 'migration-gatekeeper.owner';
/** A container ends with its process; one that never started, of an owner we cannot see, is left this long. */
const patienceMs = 3_600_000;

/** This process, told apart from others on any machine that shares the engine. */
export function owner(): string {
  return `${namespace()} ${process.pid} ${startOf(process.pid) ?? 'unknown'}`;
}

/** The boot of the machine and the space of its process ids; where there is no /proc nobody can look for us. */
function namespace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return 'unknown unknown';
  }
}

/** When it started, in ticks since boot: ids are used again. Null when there is no such process. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything, so fields are counted from its end; this is the 22nd.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** What another process left behind goes; what may be in use stays. It never stops a start. */
export async function sweep(engine: Engine): Promise<void> {
  const containers = await engine.containersWith(ownerLabel).catch(() => []);
  const left = containers.filter((container) => isLeft(container));
  await Promise.allSettled(left.map(({ Id }) => engine.container(Id).remove({ force: true, v: true })));
}

export function isLeft({ Labels, State, Created }: ContainerSummary, now: number = Date.now()): boolean {
  const [boot = '', space = '', pid = '', start = ''] = (Labels[ownerLabel] ?? '').split(' ');
  if (`${boot} ${space}` === namespace() && boot !== 'unknown') return startOf(Number(pid)) !== start;
  return State !== 'running' && now - Created * 1000 > patienceMs;
}

/** Until the engine says that it is gone; an engine that is gone itself is not waited for. */
export async function removeContainer(engine: Engine, id: string): Promise<void> {
  let unanswered = 0;
  for (let attempt = 0; attempt < removalAttempts && unanswered < silentAttempts; attempt += 1) {
    try {
      await engine.container(id).remove({ force: true, v: true });
      return;
    } catch (error) {
      const status = engineStatus(error);
      if (status === 404) return;
      // 409: it is being removed already. Whatever else may pass.
      if (status === null) unanswered += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, removalPauseMs));
  }
}

const removalAttempts = 600;
const silentAttempts = 20;
const removalPauseMs = 50;
