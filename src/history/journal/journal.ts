/** Drizzle's journal (`meta/_journal.json`): parsed with line numbers, and checked for what breaks the migrator. */
import { type JsonValue, readJson } from '../../inputs/json.ts';

export interface JournalEntry {
  readonly tag: string;
  readonly when: number;
  /** null: none, or no number. */
  readonly idx: number | null;
  /** Line of the entry's `tag` and of its `when`. */
  readonly line: number;
  readonly whenLine: number;
}

/** Something wrong inside a readable journal. */
export interface JournalMistake {
  /** Tells whether the base has the same mistake. */
  readonly code:
    | 'version'
    | 'tag-missing'
    | 'tag-unsafe'
    | 'tag-twice'
    | 'when'
    | 'idx'
    | 'idx-twice'
    | 'idx-order';
  /** Tag where there is one, else `entry <n>`. */
  readonly object: string;
  /** Of an entry that is not among `entries` for this: its stamp, by which an older commit's entry is known again. */
  readonly when: number | null;
  readonly line: number;
  readonly what: string;
  readonly remedy: string;
}

export interface Journal {
  /** Entries the migrator could run, in its order. */
  readonly entries: readonly JournalEntry[];
  readonly mistakes: readonly JournalMistake[];
  /** As written; null when it is missing or no string. */
  readonly dialect: string | null;
}

export interface UnreadableJournal {
  readonly unreadable: string;
  readonly line: number;
  readonly column: number;
}

export function readJournal(text: string): Journal | UnreadableJournal {
  const json = readJson(text);
  if ('mistake' in json) return { unreadable: json.mistake, line: json.line, column: json.column };
  const entries = json.members?.get('entries');
  if (entries?.items == null) {
    return { unreadable: 'there is no "entries" list in it', line: entries?.line ?? json.line, column: 1 };
  }
  const checked = new Checked();
  const version = json.members?.get('version');
  if (version !== undefined && !['5', '6', '7'].includes(String(version.value))) {
    checked.mistake(
      'version',
      'version',
      version.line,
      `"version" is ${show(version)}, not "5", "6" or "7"`,
      upgrade,
    );
  }
  entries.items.forEach((item, index) => {
    checked.add(item, index);
  });
  const dialect = json.members?.get('dialect')?.value;
  return {
    entries: checked.entries,
    mistakes: checked.mistakes,
    dialect: typeof dialect === 'string' ? dialect : null,
  };
}

const upgrade = 'Write it with the drizzle-kit that the project uses; the gate reads journals of 0.x.';
const regenerate = 'Delete this entry and its file, and run `drizzle-kit generate` again.';

class Checked {
  readonly entries: JournalEntry[] = [];
  readonly mistakes: JournalMistake[] = [];
  readonly #tags = new Map<string, number>();
  readonly #indexes = new Map<number, string>();
  #highest = Number.NEGATIVE_INFINITY;

  mistake(
    code: JournalMistake['code'],
    object: string,
    line: number,
    what: string,
    remedy: string,
    when: number | null = null,
  ): void {
    this.mistakes.push({ code, object, line, what, remedy, when });
  }

  add(item: JsonValue, index: number): void {
    const tag = item.members?.get('tag');
    const when = item.members?.get('when');
    if (typeof tag?.value !== 'string') {
      const what = `entry ${index + 1} has no "tag", so no file belongs to it`;
      this.mistake(
        'tag-missing',
        `entry ${index + 1}`,
        item.line,
        what,
        'Give it the name of its file without `.sql`, or delete it.',
        numberIn(when),
      );
      return;
    }
    const name = tag.value;
    const idx = item.members?.get('idx');
    this.#checkIndex(name, idx, tag.line);
    const unsafe = whyUnsafe(name);
    if (unsafe !== null) {
      const remedy = 'Use a plain file name: letters, digits, `_` and `-`.';
      const what = `the tag ${show(tag)} ${unsafe}`;
      this.mistake('tag-unsafe', JSON.stringify(name), tag.line, what, remedy, numberIn(when));
      return;
    }
    const first = this.#tags.get(name);
    if (first !== undefined) {
      const what = `${name} stands in the journal twice (first on line ${first}), so it would run twice`;
      this.mistake('tag-twice', name, tag.line, what, 'Delete the second entry.');
      return;
    }
    this.#tags.set(name, tag.line);
    if (typeof when?.value !== 'number' || !Number.isSafeInteger(when.value)) {
      const seen = when === undefined ? 'no "when"' : `"when": ${show(when)}`;
      const what = `${name} has ${seen} where the milliseconds of its making should be, so it would not run`;
      this.mistake('when', name, when?.line ?? tag.line, what, regenerate);
      return;
    }
    const entry = { tag: name, when: when.value, idx: numberIn(idx), line: tag.line, whenLine: when.line };
    this.entries.push(entry);
  }

  #checkIndex(tag: string, idx: JsonValue | undefined, line: number): void {
    const value = idx?.value;
    if (typeof value !== 'number') {
      const seen = idx === undefined ? 'no "idx"' : `"idx": ${show(idx)}`;
      this.mistake(
        'idx',
        tag,
        idx?.line ?? line,
        `${tag} has ${seen} where its number should be`,
        regenerate,
      );
      return;
    }
    const other = this.#indexes.get(value);
    if (other !== undefined) {
      const what = `${tag} and ${other} both have "idx": ${value}; two branches made one number`;
      this.mistake('idx-twice', tag, idx?.line ?? line, what, `Regenerate ${tag} on top of the base branch.`);
    } else if (value <= this.#highest) {
      const what = `${tag} has "idx": ${value}, which stands after ${this.#highest}`;
      this.mistake(
        'idx-order',
        tag,
        idx?.line ?? line,
        what,
        'Put the entries in the order of their numbers.',
      );
    }
    this.#indexes.set(value, other ?? tag);
    this.#highest = Math.max(this.#highest, value);
  }
}

/** Drizzle joins the tag into a path unchecked. */
function whyUnsafe(tag: string): string | null {
  if (tag === '') return 'is empty';
  if (/[\p{Cc}\uFFFD\u2028\u2029]/u.test(tag)) return 'holds control characters';
  if (/[/\\]/.test(tag) || tag === '.' || tag.startsWith('..')) return 'leads out of the folder';
  return tag.length > 200 ? 'is longer than 200 characters' : null;
}

function numberIn(json: JsonValue | undefined): number | null {
  return typeof json?.value === 'number' ? json.value : null;
}

function show(json: JsonValue): string {
  const text = JSON.stringify(json.value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
