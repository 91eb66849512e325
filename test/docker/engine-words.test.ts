/** What an engine said, as it stands in the middle of a sentence of the report. */
import { expect, test } from 'vitest';
import { engineWords } from '../../src/database/adapters/docker/engine.ts';

test.each([
  ['what the client puts before it', '(HTTP code 500) server error - Get "https://r/v2/": no such host'],
  ['line breaks', 'Get "https://r/v2/":\n no such host\n'],
])('is said without %s', (_, message) => {
  expect(engineWords(new Error(message))).toBe('Get "https://r/v2/": no such host');
});

test('its own message comes before what the client makes of it', () => {
  const error = Object.assign(new Error('(HTTP code 404) no such image - none'), {
    json: { message: 'pull access denied' },
  });
  expect(engineWords(error)).toBe('pull access denied');
});
