/** The first line of a comment, by which we find it again. */

const opening = '<!-- gatekeeper:1:';

/** The key is the project, spelled so that it can never end the HTML comment. */
export function marker(key: string): string {
  const safe = encodeURIComponent(key.replace(/\p{Cs}/gu, '\uFFFD'))
    .replaceAll('%2F', '/')
    .replaceAll('--', '%2D%2D');
  return `${opening}${safe} -->`;
}

/** Only a marker at the very start counts: a quoted reply carries it further down. */
export function startsWithMarker(body: string, key: string): boolean {
  return body.startsWith(`${marker(key)}\n`) || body.startsWith(`${marker(key)}\r\n`) || body === marker(key);
}
