/** `report.json`: one order of keys, so that the same report is the same bytes. */
import type { Report } from './report.ts';

/** Keys that read best first; all others follow by name. */
const first = [
  'version',
  'verdict',
  'error',
  'decidedBy',
  'plan',
  'project',
  'base',
  'head',
  'postgres',
  'platform',
  'platformWhy',
  'applier',
  'moved',
  'schema',
  'outcomes',
  'dataApiGrants',
  'fingerprint',
  'durationMs',
  'migrations',
  'rls',
  'jobs',
  'changes',
  'access',
  'findings',
  'notChecked',
];
/** Inside lists: the contract's order. */
const inner = [
  ...['tag', 'file', 'state', 'sha256', 'statements', 'changed', 'line', 'sql', 'node', 'outcome', 'because'],
  ...['code', 'sqlstate', 'message', 'remedy', 'kind', 'change', 'rule', 'severity', 'introduced', 'object'],
  ...[
    'what',
    'why',
    'source',
    'image',
    'role',
    'command',
    'before',
    'after',
    'title',
    'detail',
    'fix',
    'evidence',
  ],
];

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ordered(value: unknown, order: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => ordered(item, inner));
  if (!isRecord(value)) return value;
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const keys = Object.keys(value).sort((a, b) => place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(keys.map((key) => [key, ordered(value[key], inner)]));
}

export function renderJson(report: Report): string {
  return `${JSON.stringify(ordered(report, first), null, 2)}\n`;
}
