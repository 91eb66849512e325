/** What must be undone when the process is told to go: one place for signal handlers, there only while needed. */
type Undo = () => Promise<void>;

const pending = new Set<Undo>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A server that does not stop in this time is left to its supervisor, which ends it once we are gone. */
const graceMs = 5_000;

/** Returns the function that forgets it again. */
export function onDeparture(undo: Undo): () => void {
  if (pending.size === 0) for (const signal of signals) process.on(signal, depart);
  pending.add(undo);
  return () => {
    pending.delete(undo);
    if (pending.size === 0) for (const signal of signals) process.removeListener(signal, depart);
  };
}

function depart(signal: NodeJS.Signals): void {
  const alone = process.listenerCount(signal) === 1;
  const undone = Promise.allSettled([...pending].map((undo) => undo()));
  const late = new Promise((resolve) => setTimeout(resolve, graceMs));
  void Promise.race([undone, late]).then(() => {
    for (const name of signals) process.removeListener(name, depart);
    // With our handlers gone the same signal ends the process as if we had never listened: code 128 + n.
    if (alone) process.kill(process.pid, signal);
  });
}
