/**
 * Renders a comment as GitHub would roughly show it, to look at: `node scripts/screenshot.mjs <comment.md> <out.png> [height] [--open]`.
 * Needs chromium on the PATH. `--open` unfolds everything.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { marked } from 'marked';

const { values, positionals } = parseArgs({
  options: { open: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [source, target, height = '1200'] = positionals;
if (source === undefined || target === undefined) {
  throw new Error('usage: node scripts/screenshot.mjs <comment.md> <out.png> [height] [--open]');
}

const style = `
  body { margin: 0; background: #f6f8fa; color: #1f2328; font: 14px/1.5 "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif; }
  main { width: 860px; margin: 20px auto; padding: 16px; background: #fff; border: 1px solid #d1d9e0; border-radius: 6px; }
  header { margin: -16px -16px 16px; padding: 8px 16px; color: #59636e; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; }
  h2 { margin: 0 0 16px; padding-bottom: .3em; border-bottom: 1px solid #d1d9e0; }
  table { border-collapse: collapse; margin-bottom: 16px; }
  th, td { padding: 6px 13px; border: 1px solid #d1d9e0; text-align: left; }
  code { padding: .2em .4em; font: 85% "DejaVu Sans Mono", monospace; background: #818b981f; border-radius: 6px; }
  pre { padding: 16px; overflow: auto; background: #f6f8fa; border-radius: 6px; }
  pre code { padding: 0; background: none; }
  blockquote { margin: 0 0 16px; padding: .5em 1em; border-left: .25em solid #cf222e; }
  details { margin-bottom: 16px; }
  .caution { color: #cf222e; font-weight: 600; }
  .added { color: #116329; background: #dafbe1; }
  .removed { color: #82071e; background: #ffebe9; }
`;

/** The two things of GitHub's dialect that the renderer leaves alone: alerts and the colours of a diff. */
function asGitHub(html) {
  const colour = (line) => {
    if (line.startsWith('+')) return `<span class="added">${line}</span>`;
    return line.startsWith('-') ? `<span class="removed">${line}</span>` : line;
  };
  return html
    .replaceAll('[!CAUTION]', '<span class="caution">Caution</span><br>')
    .replace(/(<code class="language-diff">)([\s\S]*?)(<\/code>)/g, (_, start, text, end) => {
      return start + text.split('\n').map(colour).join('\n') + end;
    })
    .replaceAll(values.open ? '<details>' : '\0', '<details open>');
}

const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-screenshot-'));
try {
  const body = asGitHub(marked.parse(readFileSync(source, 'utf8'), { gfm: true }));
  const page = join(scratch, 'comment.html');
  const header = '<header><b>github-actions</b> bot commented</header>';
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><style>${style}</style><main>${header}${body}</main>`,
  );
  const options = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--no-first-run',
  ];
  execFileSync(
    'chromium',
    [
      ...options,
      `--user-data-dir=${join(scratch, 'profile')}`,
      `--screenshot=${resolve(target)}`,
      `--window-size=920,${height}`,
      page,
    ],
    { stdio: 'ignore' },
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
