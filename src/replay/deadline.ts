/** Wall-clock limits: nothing that is sent to Postgres may keep us waiting for ever. */
import { performance } from 'node:perf_hooks';

export interface Deadlines {
  /** Milliseconds one statement may take. */
  readonly statementMs: number;
  /** Milliseconds left for the whole replay; 0 or less when it is used up. */
  left(): number;
}

export function deadlines(statementMs: number, overallMs: number): Deadlines {
  const end = performance.now() + overallMs;
  return { statementMs, left: () => end - performance.now() };
}

/** What `within` answers when time is up; the promise itself goes on. */
export const late = Symbol('late');

export async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | typeof late> {
  let timer: NodeJS.Timeout | undefined;
  const alarm = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), Math.max(0, ms));
  });
  try {
    return await Promise.race([promise, alarm]);
  } finally {
    clearTimeout(timer);
  }
}
