/** A comment as a page, roughly as GitHub shows it in its main column: for the screenshot and for the browser's test. */
import { marked } from 'marked';

/** Like GitHub's in what decides on the layout: the column's width, tables and code that scroll, words that break. */
const style = `
  body { margin: 0; background: #f6f8fa; color: #1f2328; font: 14px/1.5 "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif; }
  main { width: 860px; margin: 20px auto; padding: 16px; background: #fff; border: 1px solid #d1d9e0; border-radius: 6px; overflow-wrap: break-word; }
  header { margin: -16px -16px 16px; padding: 8px 16px; color: #59636e; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; }
  h2 { margin: 0 0 16px; padding-bottom: .3em; border-bottom: 1px solid #d1d9e0; }
  table { display: block; width: max-content; max-width: 100%; margin-bottom: 16px; overflow: auto; border-collapse: collapse; }
  th, td { padding: 6px 13px; border: 1px solid #d1d9e0; text-align: left; }
  code { padding: .2em .4em; font: 85% "DejaVu Sans Mono", monospace; white-space: break-spaces; background: #818b981f; border-radius: 6px; }
  pre { padding: 16px; overflow: auto; overflow-wrap: normal; background: #f6f8fa; border-radius: 6px; }
  pre code { padding: 0; white-space: pre; background: none; }
  blockquote { margin: 0 0 16px; padding: .5em 1em; border-left: .25em solid #cf222e; }
  details { margin-bottom: 16px; }
  .caution { color: #cf222e; font-weight: 600; }
  .added { color: #116329; background: #dafbe1; }
  .removed { color: #82071e; background: #ffebe9; }
`;

export interface CommentPage {
  /** Everything unfolded. */
  readonly open: boolean;
  /** HTML after the comment: a script that measures. */
  readonly after?: string;
}

/** The whole HTML document; the comment is the content of `article`. */
export function commentPage(markdown: string, { open, after = '' }: CommentPage): string {
  const html = asGitHub(marked.parse(markdown, { gfm: true, async: false }));
  const article = `<article>${open ? html.replaceAll('<details>', '<details open>') : html}</article>`;
  const header = '<header><b>github-actions</b> bot commented</header>';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>comment</title><style>${style}</style></head><body><main>${header}${article}</main>${after}</body></html>`;
}

/** The two things of GitHub's dialect that the renderer leaves alone: alerts and the colours of a diff. */
function asGitHub(html: string): string {
  return html
    .replaceAll('[!CAUTION]', '<span class="caution">Caution</span><br>')
    .replaceAll('[!NOTE]', '<span class="note">Note</span><br>')
    .replace(
      /(<code class="language-diff">)([\s\S]*?)(<\/code>)/g,
      (_, start: string, text: string, end: string) => {
        return start + text.split('\n').map(coloured).join('\n') + end;
      },
    );
}

function coloured(line: string): string {
  if (line.startsWith('+')) return `<span class="added">${line}</span>`;
  return line.startsWith('-') ? `<span class="removed">${line}</span>` : line;
}
