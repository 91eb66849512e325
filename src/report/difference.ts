/** The catalog difference as the lines of a `diff` block. */
import type { ReportChange } from './report.ts';
import { visibleLine } from './visible.ts';

type Value = Readonly<Record<string, unknown>>;

interface GrantLike {
  readonly grantee: string;
  readonly privilege: string;
}

function isGrant(value: unknown): value is GrantLike {
  return typeof value === 'object' && value !== null && 'grantee' in value && 'privilege' in value;
}

/** `anon: SELECT, INSERT` for grants; plain words for the rest. */
function said(value: unknown): string {
  if (value === null || value === undefined) return '(none)';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (!Array.isArray(value)) return JSON.stringify(value) ?? '(none)';
  if (value.length === 0) return '(none)';
  if (!value.every(isGrant)) return value.map(said).join(', ');
  const byGrantee = new Map<string, string[]>();
  for (const { grantee, privilege } of value) {
    byGrantee.set(grantee, [...(byGrantee.get(grantee) ?? []), privilege]);
  }
  return [...byGrantee].map(([who, privileges]) => `${who}: ${privileges.join(', ')}`).join('; ');
}

function text(value: Value, key: string): string | null {
  const found = value[key];
  return typeof found === 'string' && found !== '' ? found : null;
}

/** What an added or removed object is, in the words of SQL. */
function described(change: ReportChange, value: Value): string {
  const parts: (string | null)[] = [];
  if (change.kind === 'column') {
    parts.push(text(value, 'type'), value.notNull === true ? 'not null' : null);
    const standard = text(value, 'default');
    parts.push(standard === null ? null : `default ${standard}`);
  } else if (change.kind === 'policy') {
    const roles = Array.isArray(value.roles) ? value.roles.join(', ') : null;
    const [using, withCheck] = [text(value, 'using'), text(value, 'withCheck')];
    parts.push(`for ${text(value, 'command') ?? 'all'}`, roles === null ? null : `to ${roles}`);
    parts.push(
      using === null ? null : `using ${using}`,
      withCheck === null ? null : `with check ${withCheck}`,
    );
  } else if (change.kind === 'table') {
    parts.push(value.rowSecurity === true ? 'row level security on' : 'row level security off');
  } else if (change.kind === 'enum') {
    parts.push(said(value.labels));
  } else {
    parts.push(text(value, 'definition') ?? text(value, 'returns'));
  }
  return parts.filter((part) => part !== null).join(' ');
}

/** Every line of a value gets the sign, so that a value cannot pose as another line of the block. */
function signed(sign: string, line: string): string[] {
  return line
    .split(/\r\n?|\n/)
    .map((part, index) => `${sign} ${index === 0 ? '' : '    '}${visibleLine(part)}`);
}

/** `notNull` is ours; people read `not null`. */
function words(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

export function differenceLines(changes: readonly ReportChange[]): readonly string[] {
  return changes.flatMap((change) => {
    const name = `${change.kind} ${change.object}`;
    if (change.change === 'added')
      return signed('+', `${name} ${described(change, change.after ?? {})}`.trimEnd());
    if (change.change === 'removed')
      return signed('-', `${name} ${described(change, change.before ?? {})}`.trimEnd());
    const [before, after] = [change.before ?? {}, change.after ?? {}];
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return [
      ...signed(' ', name),
      ...keys.flatMap((key) => [
        ...(key in before ? signed('-', `  ${words(key)}: ${said(before[key])}`) : []),
        ...(key in after ? signed('+', `  ${words(key)}: ${said(after[key])}`) : []),
      ]),
    ];
  });
}
