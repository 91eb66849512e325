/**
 * Renders a comment as GitHub would roughly show it, to look at: `node scripts/screenshot.ts <comment.md> <out.png> [height] [--open]`.
 * Needs Chromium on the PATH. `--open` unfolds everything.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findBrowser, runBrowser } from './browser.ts';
import { commentPage } from './comment-page.ts';

const { values, positionals } = parseArgs({
  options: { open: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [source, target, height = '1200'] = positionals;
if (source === undefined || target === undefined) {
  throw new Error('usage: node scripts/screenshot.ts <comment.md> <out.png> [height] [--open]');
}
const browser = findBrowser(process.env.PATH ?? '');
if (browser === null) throw new Error('there is no chromium on the PATH');

const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-screenshot-'));
try {
  const page = join(scratch, 'comment.html');
  writeFileSync(page, commentPage(readFileSync(source, 'utf8'), { open: values.open }));
  runBrowser(browser, [`--screenshot=${resolve(target)}`, `--window-size=920,${height}`, page]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
