/**
 * Lends a superuser's rights to single commands in the user's own session and transaction: they run in a function of
 * the observer's, so that nobody ever is a superuser who was none, and a rollback takes all of it along.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Session } from '../../database/database.ts';
import { literal } from '../../database/quoting.ts';
import { unobserved } from '../unobserved.ts';

export interface Work {
  /** Schemas in which the names of `statement` and of functions are looked for, quoted; the rest names its schemas. */
  readonly path: string;
  /** Whether event triggers are off until it is done; those that it switches itself stay as it leaves them if not. */
  readonly pauses: boolean;
  readonly before: readonly string[];
  /** The user's own: only this one is seen by the witness. */
  readonly statement: string | null;
  readonly after: readonly string[];
  /** Functions that `statement` runs, as signatures: they must belong to a superuser. */
  readonly calls: readonly string[];
  /** Functions that will run as the project's: they must not. */
  readonly sets: readonly string[];
}

export interface Administration {
  /**
   * `use` gets a call for each work; sent by `postgres` before `use` ends, it does the work, and after that nothing.
   * `original` is the user's statement, by which the witness knows it again.
   */
  during<Result>(
    original: string,
    works: readonly Work[],
    use: (calls: readonly string[]) => Promise<Result>,
  ): Promise<Result>;
}

export function administration(observer: Session): Administration {
  let installed: Promise<string> | null = null;

  /** Its schema: the temporary one of the observer's session, which no snapshot of a catalog shows. */
  async function install(): Promise<string> {
    const sql = readFileSync(new URL('./queries/carry-out.sql', import.meta.url), 'utf8');
    await unobserved(
      observer,
      sql.replaceAll(':observer', () => String(observer.pid)),
    );
    const [row] = await observer.query<{ schema: string }>(
      'select pg_catalog.pg_my_temp_schema()::pg_catalog.regnamespace::pg_catalog.text as schema',
    );
    if (row === undefined) throw new Error('the observer has no schema for temporary objects');
    return row.schema;
  }

  return {
    async during(original, works, use) {
      installed ??= install();
      const schema = await installed;
      const calls: string[] = [];
      const keys: bigint[] = [];
      for (const work of works) {
        const text = JSON.stringify(work);
        const nonce = randomBytes(16).toString('hex');
        keys.push(...lockKeys(nonce, text));
        calls.push(`${callOf(schema, original)}, ${literal(text)}, ${literal(nonce)})`);
      }
      await observer.execute(
        `select ${keys.map((key) => `pg_catalog.pg_advisory_lock('${key}'::pg_catalog.int8)`).join(', ')}`,
      );
      try {
        return await use(calls);
      } finally {
        await observer.execute('select pg_catalog.pg_advisory_unlock_all()');
      }
    },
  };
}

/** Half of the digest each: what `carry-out.sql` looks for. */
function lockKeys(nonce: string, work: string): readonly bigint[] {
  const digest = createHash('sha256').update(`${nonce} ${work}`).digest();
  return [digest.readBigInt64BE(0), digest.readBigInt64BE(8)];
}

function callOf(schema: string, original: string): string {
  return `select ${schema}.gatekeeper_carry_out(${literal(original)}`;
}

const calling = /^select (pg_temp_\d+)\.gatekeeper_carry_out\(/;

/** Whether a text that was sent is the call that does the user's statement. */
export function carriesOut(sent: string, original: string): boolean {
  const schema = calling.exec(sent)?.[1];
  return schema !== undefined && sent.startsWith(`${callOf(schema, original)}, `);
}
