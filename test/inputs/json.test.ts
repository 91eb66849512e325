import { describe, expect, it } from 'vitest';
import { readJson } from '../../src/inputs/json.ts';

describe('readJson', () => {
  it('accepts and refuses what JSON.parse does, and gives the same values', () => {
    const seeds = [
      '{"a":[1,-2.5e3,true,null,"x\\n\\u00e9"],"b":{"":0}}',
      '[[],{},"\\"",{"a":1,"a":2}]',
      ' 1 ',
      '"\u2028"',
    ];
    const marks = [...'{}[],:"\\ 0-.etn', '\n', '\u0001', '\uFEFF', ''];
    let agreed = 0;
    for (const seed of seeds) {
      for (let at = 0; at <= seed.length; at += 1) {
        for (const mark of marks) {
          for (const text of [
            seed.slice(0, at) + mark + seed.slice(at),
            seed.slice(0, at) + mark + seed.slice(at + 1),
          ]) {
            const read = readJson(text);
            const value = parsed(text);
            expect('mistake' in read ? undefined : read.value, JSON.stringify(text)).toEqual(value);
            agreed += 1;
          }
        }
      }
    }
    expect(agreed).toBeGreaterThan(3000);
  });

  it('refuses nesting without end, and reads a megabyte of string', () => {
    expect(readJson('['.repeat(100_000))).toMatchObject({ mistake: 'more than 64 levels deep' });
    expect(readJson(JSON.stringify('\\x'.repeat(2 ** 20)))).toMatchObject({ line: 1 });
  });
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

describe('the places in a JSON text', () => {
  it('are the lines of all values', () => {
    const read = readJson('{\n  "a": 1,\n  "b": [\n    {}, 2\n  ]\n}');
    if ('mistake' in read) throw new Error(read.mistake);
    const b = read.members?.get('b');
    expect([read.line, read.members?.get('a')?.line, b?.line, b?.items?.[1]?.line]).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ['{\n  "a": 1,\n}', '3:1 comma before the closing }'],
    ['[1, ]', '1:5 comma before the closing ]'],
    ['{"a": 1 "b": 2}', '1:9 "\\"" where a comma or } should be'],
    ['{"a" 1}', '1:6 "1" where a colon should be'],
    ['{a: 1}', '1:2 "a" where a name in double quotes should be'],
    ['{\n // why\n "a": 1}', '2:2 "/" where a name in double quotes should be'],
    ['{"a": "x\ny"}', '1:7 string that JSON does not know'],
    ['{"a": 1', '1:8 the end of the file where a comma or } should be'],
    ['', '1:1 the end of the file where a value should be'],
    ['{} {}', '1:4 "{" where the end of the file should be'],
    ['{"a": 01}', '1:7 number that JSON does not know'],
    ['{\n<<<<<<< HEAD\n}', '2:1 merge conflict marker <<<<<<<'],
  ])('name the first mistake of %j', (text, place) => {
    const read = readJson(text);
    expect('mistake' in read && `${read.line}:${read.column} ${read.mistake}`).toBe(place);
  });

  it('name a key that is there twice, however it is spelled', () => {
    const read = readJson('{"a": 1,\n "\\u0061": 2}');
    expect('repeated' in read && read.repeated).toEqual({ name: 'a', line: 2, column: 2 });
    const different = readJson('{"a": {"b": 1}, "c": {"b": 1}}');
    expect('repeated' in different && different.repeated).toBeNull();
  });
});
