// Prints the test files that failed, one a line, from vitest's JSON report; nothing when there is no report.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const text = readFileSync(process.argv[2], 'utf8');
const { testResults = [] } = text === '' ? {} : JSON.parse(text);
for (const { name, status } of testResults) {
  if (status === 'failed') console.log(relative(process.cwd(), name));
}
