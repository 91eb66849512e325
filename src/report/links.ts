/** Addresses of lines, commits and the run, when there is a repository to link to. */

export interface Links {
  /** `https://github.com/owner/name`. */
  readonly repository: string;
  /** The commit that file links point to: on a pull request its head, not the merge commit. */
  readonly sha: string;
  readonly run: string | null;
  /** Whether findings point into a file that the repository does not have; absent: it has all of them. */
  readonly isAbsent?: (file: string) => boolean;
}

function addressable(url: string): boolean {
  return /^https?:\/\/[^\s<>()[\]"'|`\\]+$/.test(url);
}

function encodePath(path: string): string {
  const encode = (part: string) =>
    encodeURIComponent(part.replace(/\p{Cs}/gu, '\uFFFD')).replace(
      /[()'*!~]/g,
      (c) => `%${c.charCodeAt(0).toString(16)}`,
    );
  return path.split('/').map(encode).join('/');
}

export function fileLink(links: Links | null, file: string, line: number | null): string | null {
  if (links === null || links.isAbsent?.(file) === true) return null;
  if (!addressable(links.repository) || !/^[0-9a-f]{7,64}$/i.test(links.sha)) return null;
  return `${links.repository}/blob/${links.sha}/${encodePath(file)}${line === null ? '' : `#L${line}`}`;
}

export function commitLink(links: Links | null, sha: string): string | null {
  if (links === null || !addressable(links.repository) || !/^[0-9a-f]{7,64}$/i.test(sha)) return null;
  return `${links.repository}/commit/${sha}`;
}

export function runLink(links: Links | null): string | null {
  return links?.run != null && addressable(links.run) ? links.run : null;
}
