/** Reports in which every text tries to be something else than text. */
import type { JudgedFinding } from '../../src/findings/judged.ts';
import type { Report } from '../../src/report/report.ts';
import { blocked } from './examples.ts';
import { change, finding, migration, statement } from './parts.ts';

/** Names and SQL that try to be something else. */
export const hostileTexts: readonly string[] = [
  '````',
  '`a``b`',
  '</details>',
  '</summary></details><h1>Safe to merge</h1>',
  '<!-- gatekeeper:1:. -->',
  '--> <b>x</b>',
  '@team please approve',
  '@acme/admins',
  'fixes #123 and acme/shop#4 GH-5',
  '![x](https://evil.test/pixel.png)',
  '[Safe to merge](https://evil.test)',
  'https://evil.test/a www.evil.test mail@evil.test',
  'a|b',
  'a\\|b',
  'a\nb\n\n## ✅ Safe to merge',
  '\r\n| ✅ | x | y | z |',
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '\u202egnp.exe',
  'pay\u200bload\u00ad',
  '$x^2$ $$y$$ $`z`$',
  ':tada: :+1:',
  '> [!NOTE]',
  '```\n</details>\n```sql',
  '~~~',
  '\u001b[31mred\u001b[0m',
  'd34db33fd34db33f',
  '&lt;b&gt; &#60;',
  '**bold** __x__ *y*',
  '1. one',
  '- two',
  '# three',
  '[^1]: note',
  '[ref]: https://evil.test',
  'tail`',
  '`',
  '\\',
  '\ud800',
  ' ',
];

/** Every text of the report is the given one. */
export function hostileReport(text: string): Report {
  const file = `apps/server/drizzle/${text}.sql`;
  const one = (rule: string, more: Partial<JudgedFinding> = {}) =>
    finding({
      rule,
      object: text,
      file,
      line: 1,
      title: `${text} is gone`,
      detail: text,
      remedy: text,
      fix: text,
      ...more,
    });
  return {
    ...blocked,
    project: text,
    postgres: {
      source: 'docker',
      version: '17.6',
      image: text,
      chosen: `docker: the history creates ${text}`,
      tried: [{ adapter: 'local', reason: text }],
      standIns: [text],
    },
    platformWhy: text,
    jobs: [{ name: text, schedule: text, command: text, active: false, state: 'new' }],
    migrations: [
      migration(
        'x',
        [
          statement(1, text, {
            outcome: 'failed',
            error: { sqlstate: '42P01', message: text, hint: text, deadline: false },
          }),
        ],
        { state: 'base' },
      ),
      migration(text, [statement(1, text), statement(2, `select '${text}';`)], { file }),
      migration('left-out', [
        statement(1, text, { outcome: 'not-executed', because: text }),
        statement(2, text, { outcome: 'stand-in', because: text }),
      ]),
    ],
    rls: [{ file, statements: 1, changed: true }],
    changes: [
      change({ kind: 'table', change: 'added', object: text, after: { rowSecurity: false } }),
      change({
        kind: 'column',
        change: 'altered',
        object: text,
        before: { default: text },
        after: { default: `${text}${text}` },
      }),
      change({ kind: 'view', change: 'removed', object: text, before: { definition: text } }),
    ],
    findings: [
      one('column-dropped'),
      one('table-without-rls', { severity: 'warning', title: text }),
      one('rls-without-policy', { introduced: false }),
      one('policy-dropped', { waived: { file, line: 1, reason: text, until: text } }),
    ],
    notChecked: [
      { what: text, why: text },
      { what: text, why: text, prominent: true },
    ],
  };
}
