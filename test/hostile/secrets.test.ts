/** A URL with a password in a place where none belongs: what is said of it goes into logs and comments. */
import { expect, it } from 'vitest';
import { failure } from '../../src/errors.ts';
import { readFlags } from '../../src/inputs/flags.ts';
import { knownFailure } from '../inputs/known-failure.ts';

const secret = 'hunter2/@:#secret';
const long = `${'x'.repeat(120)}secret`;

it.each([
  `postgres://user:${secret}@127.0.0.1/db`,
  `postgres://user:${long}@127.0.0.1/db`,
  `postgresql://:${secret}@db`,
  `postgres://127.0.0.1/db?user=u&password=${encodeURIComponent(secret)}`,
  `https://x-access-token:${secret}@example.test/a/b`,
])('no message repeats %s', (url) => {
  const said = [
    knownFailure(() => readFlags(['check', url])),
    knownFailure(() => readFlags(['check', `--no-such=${url}`])),
    knownFailure(() => readFlags([url])),
    failure('base-commit-missing', { base: url, why: `fatal: ${url} is no commit` }),
    failure('server-unreachable', { where: url, why: `it says "${url}"` }),
  ];
  for (const { message, remedy } of said) {
    for (const part of ['hunter2', 'secret', 'xxxx']) expect(`${message} ${remedy}`).not.toContain(part);
  }
});

it('names and places stay readable', () => {
  const { message } = failure('base-commit-missing', { base: 'a:b@c', why: 'https://example.test:8080/a@b' });
  expect(message).toContain('"a:b@c"');
});
