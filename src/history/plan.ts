/** What would run in production, as text to read and as a digest to bind an approval to. */
import { createHash } from 'node:crypto';
import type { History } from './history.ts';
import type { SqlFile } from './migration.ts';

/** Changes whenever the meaning of the digest does. */
const format = 'migration-gatekeeper plan 1';

/** Changes whenever the meaning of the digest of several projects does. */
const formatOfSeveral = 'migration-gatekeeper plan of several projects 1';

/** Hex sha256 over everything that decides what runs: base, new migrations and rls.sql, in order. */
export function planDigest(history: History): string {
  const { add, digest } = fields();
  const addList = (name: string, files: readonly (readonly [string, string])[]) => {
    add(name);
    add(String(files.length));
    for (const [label, sha256] of files) {
      add(label);
      add(sha256);
    }
  };
  add(format);
  add(history.applier);
  addList(
    'base',
    history.base.map(({ tag, sha256 }) => [tag, sha256]),
  );
  addList(
    'new',
    history.new.map(({ tag, sha256 }) => [tag, sha256]),
  );
  addList(
    'rls',
    history.rls.head.map(({ file, sha256 }) => [file, sha256]),
  );
  return digest();
}

/**
 * Of one project its own digest; of several hex sha256 over all pairs of project and digest, by name. Empty when one of
 * them has none: nobody may take for whole what leaves a project out.
 */
export function planOfAll(plans: readonly { readonly project: string; readonly plan: string }[]): string {
  const [first, ...others] = plans;
  if (first === undefined || others.length === 0) return first?.plan ?? '';
  if (plans.some(({ plan }) => plan === '')) return '';
  const { add, digest } = fields();
  add(formatOfSeveral);
  add(String(plans.length));
  for (const { project, plan } of plans.toSorted((one, other) => (one.project < other.project ? -1 : 1))) {
    add(project);
    add(plan);
  }
  return digest();
}

/** Each field is preceded by its length, so that no name can pass for a boundary. */
function fields(): { add(field: string): void; digest(): string } {
  const hash = createHash('sha256');
  return {
    add: (field) => void hash.update(`${Buffer.byteLength(field)}:${field}\n`),
    digest: () => hash.digest('hex'),
  };
}

/**
 * The new migrations and then the rls files, as they are, each under a comment with its path. A generated migration has
 * no path of its own: it is this text's beginning, and says itself what it is.
 */
export function planSql(history: History): string {
  const parts = [...history.new, ...history.rls.head].map(section);
  return parts.length === 0 ? '-- Nothing to run.\n' : parts.join('\n');
}

function section({ file, text, isGenerated }: SqlFile): string {
  if (isGenerated === true) return text;
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return `-- ${file}\n${body}${body === '' || body.endsWith('\n') ? '' : '\n'}`;
}
