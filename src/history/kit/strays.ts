/** Ends processes that left their process group: known by a variable that each inherits unless it hides. */
import { readdirSync, readFileSync } from 'node:fs';

/** Only Linux tells the environment of other processes; elsewhere the process group has to do. */
export function killStrays(mark: string): void {
  for (const pid of processes()) {
    if (pid === process.pid || !environmentOf(pid).includes(mark)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }
}

function processes(): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
