/** What GitHub's runner would execute of a step's output: both grammars of actions/runner, ActionCommand.cs. */

export interface RunnerCommand {
  readonly name: string;
  readonly message: string;
}

/** Commands in the order they take effect; between `::stop-commands::word` and `::word::` there are none. */
export function commandsIn(output: string): readonly RunnerCommand[] {
  const found: RunnerCommand[] = [];
  let silence: string | null = null;
  for (const line of output.split(/\r\n|\r|\n/)) {
    const command = modern(line) ?? old(line);
    if (command === null) continue;
    if (silence !== null) {
      if (command.name === silence) silence = null;
      continue;
    }
    found.push(command);
    if (command.name === 'stop-commands') silence = command.message;
  }
  return found;
}

/** `::name key=value::message` at the start of a trimmed line. */
function modern(line: string): RunnerCommand | null {
  const text = line.trimStart();
  const end = text.startsWith('::') ? text.indexOf('::', 2) : -1;
  if (end < 0) return null;
  return { name: text.slice(2, end).split(' ')[0] ?? '', message: text.slice(end + 2) };
}

/** `##[name key=value]message` anywhere in a line. */
function old(line: string): RunnerCommand | null {
  const [, name, message] = /##\[([^\] ]+)[^\]]*\](.*)$/.exec(line) ?? [];
  return name === undefined ? null : { name, message: message ?? '' };
}
