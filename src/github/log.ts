/** What may be printed in a job: text from a pull request must never be read by the runner as a command. */
import { randomBytes } from 'node:crypto';

/** The part of @actions/core that we talk to, so that it can be handed in. */
export interface Log {
  info(message: string): void;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed.
const escapeSequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** Controls but line feed and tab, bidi and zero-width characters, line separators, lone surrogates. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * The runner trims a line and reads `::name …::` at its start, and `##[name …]` anywhere in it. It compares by
 * culture (actions/runner, ActionCommand.cs), which overlooks zero-width characters: the break must be a real
 * space. Carriage returns go, since they begin a line too.
 */
export function safeLog(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(escapeSequences, '')
    .replace(unsafe, (character) => (character === '\n' || character === '\t' ? character : ''))
    .replace(/(^|\n)([^\S\n]*\p{M}*):(?=\p{M}*:)/gu, '$1$2: ')
    .replace(/##(?=\p{M}*\[)/gu, '## ');
}

/** Long text of others: the runner is told not to look until it hears a word that nobody can guess. */
export function writeLog(log: Log, text: string, token: string = randomBytes(16).toString('hex')): void {
  const safe = safeLog(text);
  if (safe.length < 200 && !safe.includes('\n')) {
    log.info(safe);
    return;
  }
  log.info(`::stop-commands::${token}`);
  try {
    log.info(safe);
  } finally {
    log.info(`::${token}::`);
  }
}
