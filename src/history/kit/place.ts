/** Names files of the scratch copy as the repository names them: no path of ours may stand in what people read. */
import { posix } from 'node:path';

export interface Place {
  /** Relative to the repository root. */
  readonly file: string;
  readonly line: number | null;
}

export interface Grounds {
  readonly scratch: string;
  readonly copy: string;
  readonly root: string;
}

/** Our own config stands beside the project's, under a name of ours. */
const ours = /(?:^|\/)\.gatekeeper-\d+/;

/** Paths relative to the repository root, one line, nothing that a terminal or a log would obey. */
export function inWords(text: string, { scratch, copy, root }: Grounds): string {
  let words = text;
  for (const [path, name] of [
    [`file://${copy}/`, ''],
    [`${copy}/`, ''],
    [copy, 'the repository'],
    [scratch, 'a scratch directory'],
    [`file://${root}/`, ''],
    [`${root}/`, ''],
  ] as const) {
    words = words.replaceAll(path, name);
  }
  return words
    .replace(/\.gatekeeper-\d+(?:\.config\.\w+|\/)/g, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** The first file of the repository that the text names, with the line where it has one. */
export function placeIn(text: string, { copy }: Grounds): Place | null {
  let looks = 0;
  for (let at = text.indexOf(`${copy}/`); at !== -1; at = text.indexOf(`${copy}/`, at + 1)) {
    looks += 1;
    if (looks > 100) return null;
    const rest = text.slice(at + copy.length + 1, at + copy.length + 300);
    const [, file, line] = /^([^\n:'")]+?\.[cm]?[jt]sx?|[^\n:'")]+?\.json)\b(?::(\d+))?/.exec(rest) ?? [];
    if (file === undefined || ours.test(file) || file.split('/').includes('node_modules')) continue;
    return { file: posix.normalize(file), line: line === undefined ? null : Number(line) };
  }
  return null;
}
