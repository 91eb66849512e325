/** How a name and a value are written in SQL: always in quotes, so that no name is mistaken for a keyword. */

/** `"My table"`; several names are joined by dots. */
export function identifier(...names: readonly string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.');
}

/** `todo`, `"My table"`: for people, and for names that a catalog has given; a keyword stays bare. */
export function plainIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : identifier(name);
}

/** `'it''s'`; with a backslash in it `E'…'`, which every setting of standard_conforming_strings reads alike. */
export function literal(text: string): string {
  const quoted = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}
