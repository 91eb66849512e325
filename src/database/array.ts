/** Postgres arrays of text-like elements, both ways; postgres.js knows array types only after asking the server. */

/** char, name, int2, int4, text, varchar, int8, oid, bool, regclass and regtype, each as array. */
const arrayTypes = [1002, 1003, 1005, 1007, 1009, 1015, 1016, 1028, 1000, 2210, 2211];

/** Elements come back as strings, or null. One dimension, as catalogs have. */
export const arrayParser = {
  to: 1009,
  from: arrayTypes,
  // Sessions have made arrays into literals already: postgres.js leaves it to us, knowing no array types.
  serialize: (literal: unknown) => String(literal),
  parse: parseArray,
};

export function arrayLiteral(values: readonly unknown[]): string {
  const elements = values.map((value) => {
    if (value === null || value === undefined) return 'null';
    return `"${String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  });
  return `{${elements.join(',')}}`;
}

export function parseArray(text: string): (string | null)[] {
  const elements: (string | null)[] = [];
  let element = '';
  let quoted = false;
  let wasQuoted = false;
  // An explicit lower bound may stand before the braces: [0:1]={a,b}.
  const start = text.indexOf('{') + 1;
  if (text[start] === '}') return elements;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') {
      at += 1;
      element += text.charAt(at);
    } else if (character === '"') {
      quoted = !quoted;
      wasQuoted = true;
    } else if (!quoted && (character === ',' || character === '}')) {
      elements.push(element === 'NULL' && !wasQuoted ? null : element);
      element = '';
      wasQuoted = false;
    } else {
      element += character;
    }
  }
  return elements;
}
