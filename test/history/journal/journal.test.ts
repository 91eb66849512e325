import { describe, expect, it } from 'vitest';
import { type Journal, readJournal } from '../../../src/history/journal/journal.ts';
import { journal } from '../../repository.ts';

function mistakes(text: string): string[] {
  const read = readJournal(text);
  if ('unreadable' in read) throw new Error(read.unreadable);
  return read.mistakes.map(({ code, object, line }) => `${code} ${object}:${line}`);
}

const entry = (tag: unknown, idx: unknown = 0, when: unknown = 1) =>
  JSON.stringify({ idx, version: '7', when, tag });
const file = (...entries: string[]) =>
  `{"version":"7","dialect":"postgresql","entries":[\n${entries.join(',\n')}\n]}`;

describe('readJournal', () => {
  it('gives the entries in their order with the lines of tag and when', () => {
    const read = readJournal(journal({ '0000_a': 100, '0001_b': 200 }));
    expect(read).toEqual({
      dialect: 'postgresql',
      mistakes: [],
      entries: [
        { tag: '0000_a', when: 100, idx: 0, line: 9, whenLine: 8 },
        { tag: '0001_b', when: 200, idx: 1, line: 16, whenLine: 15 },
      ],
    });
  });

  it('reads CRLF files, and journals of the formats 5 and 6', () => {
    const text = journal({ '0000_a': 100 }).replaceAll('\n', '\r\n').replaceAll('"7"', '"5"');
    expect(readJournal(text)).toMatchObject({ mistakes: [], entries: [{ tag: '0000_a', line: 9 }] });
  });

  it.each([
    ['no tag', file('{"idx":0,"when":1}'), 'tag-missing entry 1:2'],
    ['a number as tag', file(entry(7)), 'tag-missing entry 1:2'],
    ['a tag that leads out', file(entry('../../etc/x')), 'tag-unsafe "../../etc/x":2'],
    ['a tag with a line break', file(entry('a\nb')), 'tag-unsafe "a\\nb":2'],
    ['a backslash in a tag', file(entry('a\\b')), 'tag-unsafe "a\\\\b":2'],
    ['an empty tag', file(entry('')), 'tag-unsafe "":2'],
    ['one tag twice', file(entry('a', 0), entry('a', 1)), 'tag-twice a:3'],
    ['no when', file('{"idx":0,"tag":"a"}'), 'when a:2'],
    ['a when in quotes', file(entry('a', 0, '100')), 'when a:2'],
    ['a when with a fraction', file(entry('a', 0, 1.5)), 'when a:2'],
    ['no idx', file('{"when":1,"tag":"a"}'), 'idx a:2'],
    ['one idx twice', file(entry('a', 1), entry('b', 1)), 'idx-twice b:3'],
    ['idx that goes back', file(entry('a', 2), entry('b', 1)), 'idx-order b:3'],
    ['an entry that is no object', file('null'), 'tag-missing entry 1:2'],
    ['an unknown version', file(entry('a')).replace('"7"', '"8"'), 'version version:1'],
  ])('tells of %s', (_, text, expected) => {
    expect(mistakes(text)).toEqual([expected]);
  });

  it('is content with gaps in idx, names with dots and stamps out of order', () => {
    expect(mistakes(file(entry('a', 0, 5), entry('2024.01.02-b c', 4, 3)))).toEqual([]);
  });

  it('keeps the good entries beside a bad one', () => {
    const read = readJournal(file('{}', entry('a', 1))) as Journal;
    expect(read.entries.map(({ tag }) => tag)).toEqual(['a']);
  });

  it.each([
    ['an empty file', '', 'the end of the file where a value should be', 1, 1],
    ['a list', '[]', 'there is no "entries" list in it', 1, 1],
    ['no entries', '{\n"version":"7"}', 'there is no "entries" list in it', 1, 1],
    ['entries that are no list', '{\n"entries": {}}', 'there is no "entries" list in it', 2, 1],
    ['a trailing comma', '{"entries": [\n  {},\n]}', 'comma before the closing ]', 3, 1],
    ['a byte order mark', '\uFEFF{"entries":[]}', 'byte order mark before the first character', 1, 1],
    ['a conflict marker', '{\n"entries": [\n=======\n]}', 'merge conflict marker =======', 3, 1],
    ['a cut file', '{"entries": [', 'the end of the file where a value should be', 1, 14],
  ])('cannot read %s', (_, text, unreadable, line, column) => {
    expect(readJournal(text)).toEqual({ unreadable, line, column });
  });

  it('does not take a marker inside a string for a conflict', () => {
    expect(mistakes(file(entry('a ======= b')))).toEqual([]);
  });
});
