/** Writes the README's table of inputs from src/inputs/options.ts; `--check` only compares, `--print` only prints. */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { optionNames, optionTable } from '../src/inputs/options.ts';

const start = '<!-- inputs:start -->';
const end = '<!-- inputs:end -->';

export function inputsTable(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = optionNames.map((name) => {
    const { shownDefault, description } = optionTable[name];
    return `| \`${name}\` | ${cell(shownDefault)} | ${cell(description)} |`;
  });
  return ['| input | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The text with a fresh table between its markers. */
export function withInputsTable(readme: string): string {
  const from = readme.indexOf(start);
  const to = readme.indexOf(end);
  if (from === -1 || to < from || readme.indexOf(start, from + 1) !== -1) {
    throw new Error(`README.md needs exactly one ${start} with ${end} after it`);
  }
  return `${readme.slice(0, from + start.length)}\n${inputsTable()}\n${readme.slice(to)}`;
}

function main(argv: readonly string[]): number {
  if (argv.includes('--print')) {
    console.log(inputsTable());
    return 0;
  }
  const file = new URL('../README.md', import.meta.url);
  const before = readFileSync(file, 'utf8');
  let after: string;
  try {
    after = withInputsTable(before);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
  if (after === before) return 0;
  if (argv.includes('--check')) {
    console.error(
      'The inputs in README.md are not those of src/inputs/options.ts: node scripts/readme-inputs.ts',
    );
    return 1;
  }
  writeFileSync(file, after);
  return 0;
}

// `import.meta.main` would be undefined before Node 24.2, and the check green without having looked.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = main(process.argv.slice(2));
}
