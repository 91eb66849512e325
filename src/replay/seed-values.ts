/** Values for generated rows: plain, valid, the same in every run, and different from row to row. */
import { arrayLiteral } from '../database/array.ts';

export interface ValueColumn {
  /** As in the catalog: `status`. */
  readonly label: string;
  /** `pg_type.typname` of the type, of a domain's base type or of an array's elements. */
  readonly type: string;
  readonly array: boolean;
  /** As in `pg_attribute.atttypmod`; -1 for none. */
  readonly modifier: number;
  readonly labels: readonly string[];
}

/** The text Postgres reads as row `index` (from 0) of this column; null when the type is not known here. */
export function valueText(column: ValueColumn, index: number): string | null {
  const element = elementText(column, index);
  if (element === null || !column.array) return element;
  return arrayLiteral([element]);
}

function elementText(column: ValueColumn, index: number): string | null {
  const { type, labels, modifier, label } = column;
  const number = index + 1;
  if (labels.length > 0) return labels[index % labels.length] ?? null;
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
    case 'float4':
    case 'float8':
    case 'money':
    case 'oid':
      return String(number);
    case 'numeric':
      return numericText(modifier, number);
    case 'bool':
      return index % 2 === 0 ? 'true' : 'false';
    case 'text':
    case 'citext':
    case 'name':
      return textFor(label, number);
    case 'varchar':
    case 'bpchar':
      return shortened(textFor(label, number), modifier, number);
    case 'char':
      return String.fromCharCode(97 + (index % 26));
    case 'uuid':
      return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    case 'date':
      return day(index);
    case 'timestamp':
    case 'timestamptz':
      return `${day(index)} 12:00:00`;
    case 'time':
    case 'timetz':
      return `${two(index % 24)}:00:00`;
    case 'interval':
      return `${number} days`;
    case 'json':
    case 'jsonb':
      return `{"number": ${number}}`;
    case 'xml':
      return `<row>${number}</row>`;
    case 'bytea':
      return `\\x${number.toString(16).padStart(4, '0')}`;
    case 'inet':
    case 'cidr':
      return `192.0.2.${(number % 254) + 1}`;
    case 'macaddr':
      return `08:00:2b:00:00:${(number % 256).toString(16).padStart(2, '0')}`;
    case 'macaddr8':
      return `08:00:2b:00:00:00:00:${(number % 256).toString(16).padStart(2, '0')}`;
    case 'bit':
      return bits(Math.max(modifier, 1), number);
    case 'varbit':
      return bits(modifier < 1 ? 8 : Math.min(modifier, 8), number);
    case 'point':
      return `(${number},${number})`;
    case 'tsvector':
      return `word${number}`;
    case 'tsquery':
      return `word${number}`;
    case 'hstore':
      return `key=>${number}`;
    case 'ltree':
      return `top.part${number}`;
    case 'int4range':
    case 'int8range':
    case 'numrange':
      return `[${number},${number + 1})`;
    case 'daterange':
      return `[${day(index)},${day(index + 1)})`;
    case 'tsrange':
    case 'tstzrange':
      return `["${day(index)} 12:00:00","${day(index)} 13:00:00")`;
    default:
      return null;
  }
}

/** Fits the checks people write most: addresses with an @, links with a scheme, slugs without a blank. */
function textFor(label: string, number: number): string {
  const name = label.toLowerCase();
  if (name.includes('email')) return `user${number}@example.com`;
  if (name.endsWith('url') || name.endsWith('_uri')) return `https://example.com/${number}`;
  return `${name.replaceAll(/[^a-z0-9]+/g, '-')}-${number}`;
}

/** The modifier of varchar(n) and char(n) is n + 4. Kept different from row to row by its end. */
function shortened(text: string, modifier: number, number: number): string {
  if (modifier < 0 || text.length <= modifier - 4) return text;
  const room = modifier - 4;
  const tail = String(number);
  return tail.length >= room ? tail.slice(-room) : text.slice(0, room - tail.length) + tail;
}

/** The modifier of numeric(p, s) is ((p << 16) | (s & 0x7ff)) + 4. */
function numericText(modifier: number, number: number): string {
  if (modifier < 0) return String(number);
  const precision = (modifier - 4) >> 16;
  const scale = (modifier - 4) & 0x7ff;
  const whole = precision - scale;
  if (whole >= 1 && whole <= 15) return String(number % 10 ** whole);
  if (whole > 15) return String(number);
  return scale <= 0x3ff ? `0.${String(number).padStart(scale, '0').slice(-scale)}` : '0';
}

function day(index: number): string {
  return `2026-01-${two((index % 28) + 1)}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

function bits(length: number, number: number): string {
  return number.toString(2).padStart(length, '0').slice(-length);
}
