/** The comment and the summary in a real browser: what Chromium makes of the rendered text, measured in the page. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findBrowser, runBrowser } from '../scripts/browser.ts';
import { commentPage } from '../scripts/comment-page.ts';

const browser = findBrowser(process.env.PATH ?? '');
const reason = 'there is no chromium on the PATH';
if (browser === null) console.warn(`test/browser.test.ts is skipped: ${reason}.`);

const golden = fileURLToPath(new URL('golden/report/', import.meta.url));
const texts = readdirSync(golden).filter((file) => /\.(comment|summary)\.md$/.test(file));
/** Made of names and SQL as people write them: these have to be read without scrolling sideways. */
const ordinary = (file: string) => /^(blocked|failing|harmless|nothing|unjudged)\./.test(file);

interface Measured {
  readonly first: string;
  readonly title: string;
  readonly forbidden: readonly string[];
  readonly handlers: readonly string[];
  readonly details: number;
  readonly withoutSummary: number;
  /** Whether the last line stands inside a fold that was not closed. */
  readonly footerFolded: boolean;
  readonly footer: string;
  readonly overflow: number;
  readonly tableOverflow: number;
  readonly scripted: boolean;
}

/** Runs in the page, after the comment; its answer travels in an attribute of the body. */
const probe = `<script>
  const article = document.querySelector('article');
  const all = [...article.querySelectorAll('*')];
  const wide = (node) => Math.max(0, node.scrollWidth - node.clientWidth);
  const folds = [...article.querySelectorAll('details')];
  const footer = [...document.querySelectorAll('sub')].findLast((node) => node.textContent.includes('migration-gatekeeper'));
  document.body.dataset.measured = JSON.stringify({
    first: article.firstElementChild?.tagName ?? '',
    title: article.firstElementChild?.textContent ?? '',
    forbidden: all.filter((node) => /^(img|script|iframe|object|embed|style|link|form|input|button|svg|video|audio)$/i.test(node.tagName)).map((node) => node.tagName),
    handlers: all.flatMap((node) => [...node.attributes]).filter(({ name, value }) => name.startsWith('on') || /^\\s*javascript:/i.test(value)).map(({ name }) => name),
    details: folds.length,
    withoutSummary: folds.filter((fold) => fold.firstElementChild?.tagName !== 'SUMMARY').length,
    footerFolded: footer === undefined || footer.closest('details') !== null || footer.closest('article') === null,
    footer: footer?.textContent ?? '',
    overflow: Math.max(wide(document.documentElement), wide(document.querySelector('main'))),
    tableOverflow: Math.max(0, ...[...article.querySelectorAll('table')].map(wide)),
    scripted: globalThis.pwned !== undefined,
  });
</script>`;

function measured(markdown: string): Measured {
  const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-rendered-'));
  let dom: string;
  try {
    const page = join(scratch, 'page.html');
    writeFileSync(page, commentPage(markdown, { open: true, after: probe }));
    dom = runBrowser(browser ?? '', ['--window-size=920,1200', '--dump-dom', page]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const answer = /<body data-measured="([^"]*)"/.exec(dom)?.[1];
  if (answer === undefined) throw new Error(`the page did not answer: ${dom.slice(0, 500)}`);
  const text = answer.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  // Written by the probe above, field by field.
  return JSON.parse(text.replaceAll('&nbsp;', '\u00a0').replaceAll('&amp;', '&')) as Measured;
}

describe.skipIf(browser === null)('in a browser', () => {
  test.each(texts)('%s begins with its verdict, holds only text, and closes what it opens', (file) => {
    const markdown = readFileSync(join(golden, file), 'utf8');
    const seen = measured(markdown);
    expect(seen.first).toBe('H2');
    expect(seen.title).toMatch(/^(⛔|⚠️|❗|✅)/u);
    expect(seen.forbidden).toEqual([]);
    expect(seen.handlers).toEqual([]);
    expect(seen.scripted).toBe(false);
    expect(seen.withoutSummary).toBe(0);
    expect(seen.footer).toContain('migration-gatekeeper 0.0.0');
    expect(seen.footerFolded).toBe(false);
    expect(seen.overflow).toBe(0);
    if (ordinary(file)) expect(seen.tableOverflow).toBe(0);
  });

  test('what it looks for is seen when it is there', () => {
    const bad = [
      'No heading.',
      '<img src="x" onerror="globalThis.pwned = 1"><script>globalThis.pwned = 1</script>',
      '<details><summary>one</summary>\n',
      '<details>no summary</details>\n',
      `| ${'wide'.repeat(300)} |\n| --- |\n| a |\n`,
      `<div style="width: 2000px">wide</div>\n\n<sub>migration-gatekeeper 0.0.0</sub>`,
    ].join('\n\n');
    const seen = measured(bad);
    expect(seen.first).toBe('P');
    expect(seen.forbidden).toEqual(['IMG', 'SCRIPT']);
    expect(seen.handlers).toEqual(['onerror']);
    expect(seen).toMatchObject({ scripted: true, withoutSummary: 1, footerFolded: true });
    expect(seen.overflow).toBeGreaterThan(0);
    expect(seen.tableOverflow).toBeGreaterThan(0);
  });
});
