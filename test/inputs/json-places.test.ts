import { describe, expect, it } from 'vitest';
import { jsonPlaces } from '../../src/inputs/json-places.ts';

const valid = `{
  "fail-on": "warning",
  "seed-rows": -1.5e3,
  "rules": { "a\\"b\\u00e9": "off", "c": [] },
  "waivers": [
    { "rule": "x", "until": null, "on": true },
    {}
  ]
}
`;

describe('the places in a JSON text', () => {
  const mistake = (text: string) => {
    const places = jsonPlaces(text);
    return 'mistake' in places
      ? `${places.mistake.line}:${places.mistake.column} ${places.mistake.what}`
      : null;
  };

  it('are the lines of all values', () => {
    const places = jsonPlaces(valid);
    expect('lines' in places && Object.fromEntries(places.lines)).toEqual({
      '': 1,
      '/fail-on': 2,
      '/seed-rows': 3,
      '/rules': 4,
      '/rules/a"bé': 4,
      '/rules/c': 4,
      '/waivers': 5,
      '/waivers/0': 6,
      '/waivers/0/rule': 6,
      '/waivers/0/until': 6,
      '/waivers/0/on': 6,
      '/waivers/1': 7,
    });
  });

  it.each([
    ['{\n  "a": 1,\n}', '3:1 a comma stands before }'],
    ['[1, ]', '1:5 a comma stands before ]'],
    ['{"a": 1 "b": 2}', '1:9 a comma or } is missing here'],
    ['{"a" 1}', '1:6 a colon is missing here'],
    ['{a: 1}', '1:2 this is not JSON'],
    ['{\n // why\n "a": 1}', '2:2 JSON has no comments'],
    ["{'a': 1}", '1:2 JSON strings stand in double quotes'],
    ['{"a": "x\ny"}', '1:7 this string does not end on its line or has an invalid escape'],
    ['{"a": 1', '1:8 the text ends too early'],
    ['', '1:1 the text ends too early'],
    ['{} {}', '1:4 the text goes on after its end'],
    ['{"a": 1, "a": 2}', '1:10 the key "a" is there twice'],
    ['{"a": 1, "\\u0061": 2}', '1:10 the key "\\u0061" is there twice'],
    ['{"a": }', '1:7 a value is missing here'],
    ['{"a": 01}', '1:8 a comma or } is missing here'],
  ])('name the first mistake of %j', (text, place) => {
    expect(mistake(text)).toBe(place);
  });

  it('agree with JSON.parse about every text one character away from a valid one', () => {
    const compact = JSON.stringify(JSON.parse(valid));
    let refused = 0;
    for (let at = 0; at <= compact.length; at++) {
      for (const put of [
        '',
        ' ',
        '"',
        '\\',
        ',',
        ':',
        '{',
        '}',
        '[',
        ']',
        '0',
        'x',
        '\n',
        '\u0001',
        '\u0085',
      ]) {
        for (const dropped of [0, 1]) {
          const text = compact.slice(0, at) + put + compact.slice(at + dropped);
          let theirs = true;
          try {
            JSON.parse(text);
          } catch {
            theirs = false;
          }
          refused += theirs ? 0 : 1;
          expect(mistake(text) === null, JSON.stringify(text)).toBe(theirs);
        }
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });

  it('survive a text nested without end', () => {
    expect(mistake('['.repeat(200_000))).toMatch(/nested too deeply|ends too early/);
  });
});
