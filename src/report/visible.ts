/** Makes characters that nobody can see visible, so that no text says one thing and shows another. */

/** Controls, bidi and zero-width characters, lone surrogates, line separators, and letters that are blank. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u2800\u3164\uFFA0]/gu;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function shown(character: string): string {
  return named[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** For text that must stay on one line. */
export function visibleLine(text: string): string {
  return text.replace(unseen, shown);
}

/** For a block of text: line ends and tabs stay. */
export function visibleBlock(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(unseen, (character) =>
      character === '\n' || character === '\t' ? character : shown(character),
    );
}

/** Cuts by code point, never through a surrogate pair, and says so with an ellipsis. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, Math.max(0, length - 1));
  const last = cut.charCodeAt(cut.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut}…`;
}
