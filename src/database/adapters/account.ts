/** As whom the server runs: Postgres refuses to run as root, so root steps down to an account without rights. */
import { readFileSync } from 'node:fs';

export interface Account {
  readonly uid: number;
  readonly gid: number;
  /** null: the account we run as already; nothing to switch. */
  readonly switchTo: { readonly uid: number; readonly gid: number } | null;
}

/** `nobody` has no files anywhere; `postgres` is the next best where there is no nobody. */
const candidates = ['nobody', 'postgres'];

export function serverAccount(): Account | null {
  const uid = process.getuid?.() ?? -1;
  const gid = process.getgid?.() ?? -1;
  if (uid !== 0) return { uid, gid, switchTo: null };
  const accounts = readAccounts();
  for (const name of candidates) {
    const found = accounts.get(name);
    if (found !== undefined && found.uid !== 0) return { ...found, switchTo: found };
  }
  return null;
}

function readAccounts(): Map<string, { uid: number; gid: number }> {
  const accounts = new Map<string, { uid: number; gid: number }>();
  let text: string;
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return accounts;
  }
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    // macOS writes nobody as -2, which is 2^32 - 2.
    if (name !== undefined && uid !== undefined && gid !== undefined && /^-?\d+$/.test(uid)) {
      accounts.set(name, { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 });
    }
  }
  return accounts;
}
