/** What an EXECUTE in a block would run, as far as its text stands there: constants, `format()` and `||`. */
import type { Node } from 'libpg-query';
import { identifier, literal } from '../../database/quoting.ts';
import { child, fieldsOf, list, namesOf, nodeOf } from '../../history/parse-tree.ts';
import { treesOf } from '../../history/statements.ts';

export interface Shape {
  /** With a name of ours wherever the value is not known. */
  readonly trees: readonly Node[];
  /** What is not known can only be one name or one value, wherever the text puts it: by `%I`, `%L`, `quote_ident()`. */
  readonly exact: boolean;
}

/** Stands for every name and value that only running the block would tell. */
export const unknownName = 'unknown_name';

/** Null: the text is made elsewhere, or is no SQL. What is more than a name or a value is tried as one, then as nothing. */
export function shapeOf(expression: string): Shape | null {
  const [tree, ...more] = treesOf(`select ${expression}`) ?? [];
  if (tree === undefined || more.length > 0) return null;
  const [target] = list(fieldsOf(tree, 'SelectStmt').targetList);
  for (const filler of [unknownName, '']) {
    const { text, exact, holes } = fold(nodeOf(target)?.fields.val, filler);
    const trees = text === null ? null : treesOf(text);
    // A name put into a string or a comment would be more than a name.
    if (text !== null && trees !== null) return { trees, exact: exact && occurrences(trees) === holes };
  }
  return null;
}

function occurrences(value: unknown): number {
  if (value === unknownName) return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + occurrences(inner), 0);
}

/** `text` is null where nothing of it is known; `holes` counts the names of ours in it. */
interface Folded {
  readonly text: string | null;
  readonly exact: boolean;
  readonly holes: number;
}

const nothing: Folded = { text: null, exact: false, holes: 0 };

function fold(value: unknown, filler: string): Folded {
  const { tag, fields } = nodeOf(value) ?? { tag: '', fields: {} };
  if (tag === 'TypeCast') return fold(fields.arg, filler);
  if (tag === 'A_Const') {
    const { sval } = child(fields.sval);
    return typeof sval === 'string' ? { text: sval, exact: !sval.includes(unknownName), holes: 0 } : nothing;
  }
  if (tag === 'A_Expr' && namesOf(fields.name).join() === '||') {
    const sides = [fold(fields.lexpr, filler), fold(fields.rexpr, filler)];
    if (sides.every(({ text }) => text === null)) return nothing;
    return {
      text: sides.map(({ text }) => text ?? filler).join(''),
      exact: sides.every(({ exact }) => exact),
      holes: sides.reduce((sum, { holes }) => sum + holes, 0),
    };
  }
  if (tag !== 'FuncCall') return nothing;
  const called = namesOf(fields.funcname).at(-1);
  const parameters = list(fields.args).map((parameter) => fold(parameter, filler));
  const [first = nothing] = parameters;
  if (called === 'quote_ident') return quoted(identifier, first);
  if (called === 'quote_literal') return quoted(literal, first);
  return called === 'format' && first.text !== null ? formatted(first, parameters, filler) : nothing;
}

/** What is known of it besides is one name or value all the same. */
function quoted(quote: (text: string) => string, { text, exact, holes }: Folded): Folded {
  return text !== null && exact && holes === 0
    ? { text: quote(text), exact: true, holes: 0 }
    : { text: quote(unknownName), exact: true, holes: 1 };
}

/** A specifier of format(): `%I`, `%2$L`, `%-10s`, `%%`. */
const specifier = /%(?:(\d+)\$)?-?(?:\d+|\*(?:\d+\$)?)?([sIL%])/g;

function formatted(format: Folded, parameters: readonly Folded[], filler: string): Folded {
  let next = 1;
  let { exact, holes } = format;
  const text = (format.text ?? '').replace(specifier, (_, position: string | undefined, kind: string) => {
    if (kind === '%') return '%';
    const index = position === undefined ? next : Number(position);
    next = index + 1;
    const parameter = parameters[index] ?? nothing;
    const put = kind === 's' ? parameter : quoted(kind === 'I' ? identifier : literal, parameter);
    exact &&= put.exact;
    holes += put.holes;
    return put.text ?? filler;
  });
  return { text, exact, holes };
}
