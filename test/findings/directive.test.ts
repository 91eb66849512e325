import { describe, expect, it } from 'vitest';
import { readDirectives } from '../../src/findings/directive.ts';

const allow = { rule: 'column-dropped', object: 'public.todo.a', reason: 'why', until: null };

describe('a waiver comment', () => {
  it.each([
    '-- gatekeeper: allow column-dropped public.todo.a because "why"',
    '--gatekeeper:allow column-dropped public.todo.a because "why"',
    '--   Gatekeeper :  ALLOW   column-dropped   public.todo.a   BECAUSE   " why "  ',
    '-- gatekeeper: allow column-dropped public.todo.a because "why"\r',
    '-- gatekeeper: allow column-dropped public.todo.a because “why”',
    '/* gatekeeper: allow column-dropped public.todo.a because "why" */',
  ])('is read with any spacing and case: %j', (comment) => {
    expect(readDirectives(comment)).toEqual([allow]);
  });

  it.each([
    ['because "why" until 2027-01-31', { reason: 'why', until: '2027-01-31' }],
    ['until 2027-01-31 because "why"', { reason: 'why', until: '2027-01-31' }],
    ['until 2027-01-31', { reason: null, until: '2027-01-31' }],
    ['', { reason: null, until: null }],
    ['because', { reason: null, until: null }],
    ['because ""', { reason: null, until: null }],
    ['because "  "', { reason: null, until: null }],
    ['because "see ""old"" notes; -- and #812"', { reason: 'see "old" notes; -- and #812', until: null }],
    ['because "until 2027-01-31"', { reason: 'until 2027-01-31', until: null }],
  ])('has a reason and a date, both optional here: %s', (rest, expected) => {
    expect(readDirectives(`-- gatekeeper: allow column-dropped public.todo.a ${rest}`)).toEqual([
      { ...allow, ...expected },
    ]);
  });

  it.each([
    'public.todo."Owners can read"',
    '"public"."todo"."a ""b"" c"',
    'public.f(integer, text)',
    'public.f(character varying, "My type"[])',
    'drizzle/0003_x.sql',
    '0003_x',
  ])('names any object: %s', (object) => {
    expect(readDirectives(`-- gatekeeper: allow some-rule ${object} because "why"`)).toEqual([
      { rule: 'some-rule', object, reason: 'why', until: null },
    ]);
  });

  it('may stand with others in one block comment', () => {
    const lines = ['gatekeeper: allow a x because "1"', '* gatekeeper: allow b y because "2"', 'and prose'];
    expect(readDirectives(`/*\n${lines.join('\n')}\n*/`)).toMatchObject([{ rule: 'a' }, { rule: 'b' }]);
  });

  it.each([
    ['gatekeeper: alow column-dropped public.todo.a because "why"', '"alow" is not a directive'],
    ['gatekeeper: ignore column-dropped', '"ignore" is not a directive'],
    ['gatekeeper:', '"" is not a directive'],
    ['gatekeeper: allow', 'the rule is missing'],
    ['gatekeeper: allow column-dropped', 'the object is missing'],
    ['gatekeeper: allow column-dropped because "why"', 'the object is missing'],
    ['gatekeeper: allow column-dropped public.todo.a since "why"', '"since "why"" cannot be read'],
    ['gatekeeper: allow column-dropped public.todo.a, public.todo.b because "why"', 'cannot be read'],
    ["gatekeeper: allow column-dropped public.todo.a because 'why'", 'double quotes'],
    ['gatekeeper: allow column-dropped public.todo.a because why', 'double quotes'],
    ['gatekeeper: allow column-dropped public.todo.a because "why', 'double quotes'],
    ['gatekeeper: allow column-dropped public.todo.a because "why" until tomorrow', '2027-01-31'],
    ['gatekeeper: allow column-dropped public.todo.a because "why" until 2027-02-30', '2027-01-31'],
    ['gatekeeper: allow column-dropped public.todo.a because "why" until', '2027-01-31'],
    ['gatekeeper allow column-dropped public.todo.a because "why"', 'begins with gatekeeper: allow'],
    ['gatekeper: allow column-dropped public.todo.a because "why"', 'begins with gatekeeper: allow'],
    ['migration-gatekeeper: allow column-dropped public.todo.a', 'begins with gatekeeper: allow'],
  ])('that is meant as one and cannot be read is not ignored: %s', (comment, why) => {
    const [directive, ...more] = readDirectives(`-- ${comment}`);
    expect(directive).toHaveProperty('misread', expect.stringContaining(why));
    expect(more).toEqual([]);
  });

  it.each([
    '-- gatekeeper: no-transaction',
    '--> statement-breakpoint',
    '-- the gatekeeper: allow us some prose',
    '-- gatekeeper complained here, so the index comes first',
    '-- allow column-dropped public.todo.a because "why"',
    '-- timekeeper: allow nothing',
    '--',
    '/**/',
  ])('is not seen in %j', (comment) => {
    expect(readDirectives(comment)).toEqual([]);
  });
});
