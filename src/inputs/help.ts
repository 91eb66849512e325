/** What `gatekeeper help` prints, made from the table of options. */
import type { Command } from './flags.ts';
import { optionNames, optionTable } from './options.ts';

const commandHelp: Readonly<Record<Command, string>> = {
  check: 'judge what this branch does to the database (--base says against what)',
  deploy: 'apply exactly what was reviewed to the real database, or refuse (not in this version)',
  drift: 'compare the real database with what the repository says (not in this version)',
  comment: "post the comment of a fork's pull request from its report (not in this version)",
  init: 'write the workflows into this repository (not in this version)',
  explain: 'say what a rule means: gatekeeper explain <rule>',
  help: 'print this page',
  version: 'print the version',
};

const switchHelp: readonly (readonly [string, string])[] = [
  ['--worktree', 'check: judge uncommitted files too'],
  ['--all', 'findings that the base already has count too'],
  ['--json', 'print report.json instead of text'],
];

const width = 96;

export function helpText(): string {
  const options = optionNames
    .filter((name) => name !== 'mode')
    .flatMap((name) => {
      const { kind, description, shownDefault } = optionTable[name];
      // What action.yml supplies from the job's context, a terminal does not have.
      const none = shownDefault === '' || shownDefault.includes('${{');
      const shown = none ? '' : ` [default: ${shownDefault}]`;
      const title = kind === 'boolean' ? `  --${name}` : `  --${name} <${kind === 'choice' ? 'one' : kind}>`;
      return [title, ...wrapped(plain(`${description}${shown}`), 6)];
    });
  return [
    'gatekeeper: the gate through which every database change passes',
    '',
    'Usage: gatekeeper <command> [flags]',
    '',
    'Commands',
    ...Object.entries(commandHelp).map(([command, does]) => `  ${command.padEnd(10)}${does}`),
    '',
    'Flags',
    ...switchHelp.map(([flag, does]) => `  ${flag.padEnd(12)}${does}`),
    ...options,
    '',
    'Lists are separated by commas or lines. Durations: 500ms, 5s, 5min, 1h; digits alone are milliseconds.',
    'Exit: 0 pass, 1 blocked by findings, 2 could not judge (yours to fix), 3 a bug of ours.',
    '',
  ].join('\n');
}

/** The table is written for Markdown; a terminal shows no code spans. */
function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}

function wrapped(words: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => ' '.repeat(indent) + one);
}
