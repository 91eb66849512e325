/** Definitions that Postgres deparsed, brought to one form: what they mean and not how they are spelled. */
import { child, list, nodeOf } from '../history/parse-tree.ts';
import { treesOf } from '../history/statements.ts';

/** Whether two expressions say the same; casts do not count, as `'x'::text` is `'x'` in a column of text. */
export function saysTheSame(one: string | null, other: string | null): boolean {
  if (one === other) return true;
  if (one === null || other === null) return false;
  const form = formOf(`select ${one}`);
  return form !== null && form === formOf(`select ${other}`);
}

/** The default takes the next value of a sequence, whatever that is called. */
export function isCounter(expression: string | null): boolean {
  if (expression === null) return false;
  const [tree] = treesOf(`select ${expression}`) ?? [];
  const target = list(child(child(tree).SelectStmt).targetList)[0];
  return functionName(child(child(child(target).ResTarget).val).FuncCall) === 'nextval';
}

/** One form per meaning of what stands behind ADD in ALTER TABLE; null when it cannot be read. */
export function constraintForm(definition: string): string | null {
  const [tree] = treesOf(`alter table t add ${definition}`) ?? [];
  const command = child(child(list(child(child(tree).AlterTableStmt).cmds)[0]).AlterTableCmd);
  const { Constraint } = child(command.def);
  if (Constraint === undefined) return null;
  const { contype, keys, fk_attrs, pk_attrs, pktable, fk_del_action, fk_upd_action, raw_expr, exclusions } =
    child(Constraint);
  // Deferrable, matched in full or not yet validated: no Drizzle schema can say it.
  return textOf({
    contype,
    keys,
    fk_attrs,
    pk_attrs,
    pktable,
    fk_del_action,
    fk_upd_action,
    raw_expr,
    exclusions,
  });
}

/** Without its name and its storage parameters. */
export function indexForm(definition: string): string | null {
  const [tree] = treesOf(definition) ?? [];
  const { IndexStmt } = child(tree);
  if (IndexStmt === undefined) return null;
  const { accessMethod, indexParams, indexIncludingParams, whereClause, unique } = child(IndexStmt);
  return textOf({ accessMethod, indexParams, indexIncludingParams, whereClause, unique });
}

/** With the columns of every SELECT sorted: `*` stands for them in the order they were added in. */
export function queryForm(definition: string): string | null {
  return formOf(definition);
}

function formOf(sql: string): string | null {
  const trees = treesOf(sql);
  return trees === null ? null : textOf(trees);
}

function textOf(tree: unknown): string {
  return JSON.stringify(formed(tree));
}

function formed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(formed);
  if (typeof value !== 'object' || value === null) return value;
  const node = nodeOf(value);
  const plain = node === null ? null : meaningOf(node.tag, node.fields);
  if (plain !== null) return plain;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (key === 'location' || key.endsWith('_location')) return [];
      const form = formed(inner);
      // A list of targets is an array; what else has that name is left as it is.
      const sorted =
        key === 'targetList' && Array.isArray(form)
          ? form.toSorted((one, other) => order(JSON.stringify(one), JSON.stringify(other)))
          : form;
      return [[key, sorted]];
    }),
  );
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** What has several spellings; null for the rest. */
function meaningOf(tag: string, fields: Readonly<Record<string, unknown>>): unknown {
  switch (tag) {
    case 'TypeCast':
      return formed(fields.arg);
    case 'A_Const':
      return { constant: constantOf(fields) };
    case 'A_ArrayExpr': {
      const elements = list(fields.elements).map(formed);
      const constants = elements.map((element) => child(element).constant);
      return constants.every((constant) => typeof constant === 'string')
        ? { constant: `{${constants.join(',')}}` }
        : { array: elements };
    }
    case 'SQLValueFunction':
      return fields.op === 'SVFOP_CURRENT_TIMESTAMP' ? { function: 'now' } : null;
    case 'FuncCall': {
      const name = functionName(fields);
      if (name === 'now' || name === 'transaction_timestamp') return { function: 'now' };
      if (name === 'gen_random_uuid' || name === 'uuid_generate_v4') return { function: 'random uuid' };
      return null;
    }
    default:
      return null;
  }
}

function functionName(call: unknown): string | null {
  const last = list(child(call).funcname).at(-1);
  const { sval } = child(child(last).String);
  return typeof sval === 'string' ? sval : null;
}

/** `1.50` and `'1.50'` are one number. */
function constantOf({ ival, fval, sval, boolval, isnull }: Readonly<Record<string, unknown>>): string {
  if (isnull === true) return 'null';
  if (boolval !== undefined) return String(child(boolval).boolval ?? false);
  // The parser leaves out what is zero.
  const text = String(
    sval !== undefined
      ? (child(sval).sval ?? '')
      : fval !== undefined
        ? (child(fval).fval ?? '')
        : (child(ival).ival ?? 0),
  );
  return /^-?\d+(\.\d+)?$/.test(text) ? String(Number(text)) : text;
}
