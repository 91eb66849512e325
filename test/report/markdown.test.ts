/** The comment holds together whatever stands in a pull request, and never passes its limit. */
import { marked, type Token, type Tokens } from 'marked';
import { describe, expect, test } from 'vitest';
import { code, fence, prose } from '../../src/report/escape.ts';
import { commentLimit, renderComment } from '../../src/report/markdown.ts';
import { marker, startsWithMarker } from '../../src/report/marker.ts';
import type { Report } from '../../src/report/report.ts';
import { renderSummary, summaryBytes } from '../../src/report/summary.ts';
import { blocked, failing, harmless, nothing, unjudged } from './examples.ts';
import { hostileReport, hostileTexts } from './hostile.ts';
import { hugeSql, manyFindings } from './large.ts';
import { partlyTried } from './tried.ts';

const links = {
  repository: 'https://github.com/acme/shop',
  sha: 'd4e5f60'.padEnd(40, '0'),
  run: 'https://github.com/acme/shop/actions/runs/42',
};
const context = (report: Report) => ({ key: report.project, links, version: '0.1.0', waivable: () => true });
const render = (report: Report, limit?: number) =>
  renderComment(report, { ...context(report), ...(limit === undefined ? {} : { limit }) });

/** Text as GitHub sees it when it looks for mentions, links and formulas: everything outside code. */
function outsideCode(html: string): string {
  return html.replace(/<pre>[\s\S]*?<\/pre>/g, '').replace(/<code>[\s\S]*?<\/code>/g, '');
}

function expectIntact(body: string, report: Report) {
  expect(body.startsWith(`${marker(report.project)}\n`)).toBe(true);
  const html = marked.parse(body, { gfm: true, async: false });
  expect(html.match(/<!--/g)).toHaveLength(1);
  expect(html.match(/<h\d/g)).toHaveLength(1);
  expect(html.match(/<table>/g) ?? []).toHaveLength(body.includes('| what |') ? 1 : 0);
  // Every row has the four cells of the heading.
  for (const row of html.match(/<tr>[\s\S]*?<\/tr>/g) ?? []) expect(row.match(/<t[hd]/g)).toHaveLength(4);
  expect(html.match(/<details/g)?.length ?? 0).toBe(html.match(/<\/details>/g)?.length ?? 0);
  expect(html.match(/<summary>/g)?.length ?? 0).toBe(html.match(/<\/summary>/g)?.length ?? 0);
  let depth = 0;
  for (const [tag] of html.replace(/<pre>[\s\S]*?<\/pre>/g, '').matchAll(/<\/?details/g)) {
    depth += tag === '</details' ? -1 : 1;
    expect(depth === 0 || depth === 1).toBe(true);
  }
  expect(depth).toBe(0);
  expect(html).not.toMatch(/<(?:img|script|iframe|input|style|svg|hr)\b/i);
  for (const [, address = ''] of html.matchAll(/<a href="([^"]*)"/g)) {
    expect(address.startsWith('https://github.com/acme/shop/')).toBe(true);
  }
  const text = outsideCode(html).replace(/<[^>]*>/g, ' ');
  expect(text).not.toMatch(
    /@(?:team|acme|evil)|#\d|GH-\d|:\/\/|www\.|\$|:tada:|(?<![0-9a-z])d34db33fd34db33f(?![0-9a-z])/,
  );
  // The fences are closed: what follows the last block is the footer, in small print.
  expect(html.trimEnd()).toMatch(/<sub>[^<]*(?:<(?!\/sub)[^<]*)*<\/sub><\/p>$/);
}

describe('hostile text', () => {
  test.each(hostileTexts.map((text) => [JSON.stringify(text), text]))('%s stays text', (_name, text) => {
    const report = hostileReport(text);
    expectIntact(render(report).body, report);
  });

  test('two hostile texts next to each other stay text', () => {
    for (const one of hostileTexts) {
      for (const other of hostileTexts) {
        const report = hostileReport(`${one}${other}`);
        expectIntact(render(report).body, report);
      }
    }
  });

  test('nothing unseen is left in any text', () => {
    const report = hostileReport('pay\u200bload \u202e\u0007\u00ad\ufeff\u2028');
    for (const text of [render(report).body, renderSummary(report, context(report))]) {
      expect(text.replaceAll('\n', '').replaceAll('\t', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
      expect(text).toContain('\\u{200b}');
    }
  });

  test('a name in code reads as itself', () => {
    const flat = (tokens: readonly Token[]): string =>
      tokens
        .map((token) =>
          'tokens' in token && token.tokens ? flat(token.tokens) : 'text' in token ? token.text : '',
        )
        .join('');
    for (const text of hostileTexts.filter((one) => !/[\p{C}\u2028]/u.test(one) && one.trim() !== '')) {
      const html = marked.parse(`a ${code(text)} z`, { gfm: true, async: false });
      const inside = /<code>([\s\S]*)<\/code>/.exec(html)?.[1] ?? '';
      const entity: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
      const read = inside
        .replace(/<\/?span>/g, '')
        .replace(/&(?:#(\d+)|(\w+));/g, (_all, number?: string, name?: string) =>
          number === undefined ? (entity[name ?? ''] ?? '?') : String.fromCodePoint(Number(number)),
        );
      expect(read).toBe(text);
      const cell = marked.lexer(`| a |\n| --- |\n| ${code(text)} |`)[0] as Tokens.Table;
      expect(cell.rows).toHaveLength(1);
      expect(flat(cell.rows[0]?.[0]?.tokens ?? [])).not.toBe('');
    }
  });

  test('an address of mail is no address any more, even where GitHub reads entities first', () => {
    expect(code('me@acme.test')).toBe('`me@acme.test`');
    expect(code('a|me@acme.test')).toBe('<code>a&#124;me<span>@</span>acme&#46;test</code>');
  });

  test('a fence is longer than any run of backticks inside', () => {
    expect(fence('sql', 'select 1;\n')).toBe('```sql\nselect 1;\n```');
    expect(fence('sql', 'a\n````\nb')).toBe('`````sql\na\n````\nb\n`````');
  });

  test('sentences keep their words, and names in them become code', () => {
    expect(prose('public.todo is dropped, e.g. by a_b', ['public.todo'])).toBe(
      '`public.todo` is dropped, e.g. by a\\_b',
    );
    expect(prose('public.todo.title stays', ['public.todo'])).toBe('`public.todo.title` stays');
    expect(prose('use `set local` in db/rls.sql.')).toBe('use `set local` in `db/rls.sql`.');
    expect(prose('Grow to 50% (or 2 rows): fine!')).toBe('Grow to 50% (or 2 rows): fine!');
  });
});

describe('the footer', () => {
  test('nothing is said to be unchecked only of what was tried from beginning to end', () => {
    expect(render(harmless).body).toContain('not checked: nothing');
    expect(render({ ...partlyTried, notChecked: [] }).body).toContain(
      'not checked: 1 statement, listed above',
    );
    expect(render({ ...harmless, verdict: 'error' }).body).not.toContain('not checked');
  });
});

describe('the marker', () => {
  test('cannot be ended by a project name, and is found only at the very start', () => {
    expect(marker('apps/server')).toBe('<!-- gatekeeper:1:apps/server -->');
    expect(marker('a--><b>')).toBe('<!-- gatekeeper:1:a%2D%2D%3E%3Cb%3E -->');
    expect(startsWithMarker(`${marker('a')}\nx`, 'a')).toBe(true);
    expect(startsWithMarker(`${marker('a')}\r\nx`, 'a')).toBe(true);
    expect(startsWithMarker(`> ${marker('a')}\nx`, 'a')).toBe(false);
    expect(startsWithMarker(` ${marker('a')}\nx`, 'a')).toBe(false);
    expect(startsWithMarker(`${marker('ab')}\nx`, 'a')).toBe(false);
    expect(startsWithMarker(`${marker('a')}x`, 'a')).toBe(false);
  });
});

describe('the limit', () => {
  const reports = { blocked, harmless, unjudged, failing, nothing, manyFindings, hugeSql };

  test.each(Object.entries(reports))(
    '%s holds together in GitHub’s limit and in every smaller one',
    (_name, report) => {
      for (const limit of [commentLimit, 40_000, 20_000, 10_000, 6_000, 4_000, 2_500]) {
        const { body, omitted } = render(report, limit);
        expect(body.length).toBeLessThanOrEqual(limit);
        if (omitted.includes('everything but the verdict')) continue;
        expectIntact(body, report);
        if (omitted.length > 0) expect(body).toContain(`Left out here for length: ${omitted[0]}`);
      }
    },
  );

  test('the findings survive longer than the difference and the SQL', () => {
    const { body, omitted } = render(manyFindings, 20_000);
    expect(body).toContain('public.table_0');
    expect(omitted.join()).toContain('the catalog difference');
    expect(body).toContain('[job summary](https://github.com/acme/shop/actions/runs/42)');
  });

  test('of a huge migration the line with the finding is shown, and how much is left out', () => {
    const { body } = render(hugeSql);
    expect(body).toContain('DROP TABLE "invoice";');
    expect(body).toMatch(/-- … [\d,]+ lines left out, see plan\.sql …/);
    expect(body).toMatch(/\/\* [\d,]+ more characters \*\//);
  });

  test('the summary stays under its bytes, counted as bytes', () => {
    const wide = hostileReport('ä€😀'.repeat(20_000));
    for (const report of [manyFindings, hugeSql, wide]) {
      expect(Buffer.byteLength(renderSummary(report, context(report)))).toBeLessThanOrEqual(summaryBytes);
    }
    expect(renderSummary(manyFindings, context(manyFindings))).toContain('public.table_299');
    expect(renderSummary(manyFindings, context(manyFindings))).not.toContain('<!--');
  });
});
