/** Runs a tool to its end, without a shell, with what it says kept for the reason when it fails. */
import { execFile } from 'node:child_process';
import { onDeparture } from './departure.ts';

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
}

/** For the system's own tools: nothing of the job's environment, and messages in English. */
export const systemTool: CommandOptions = {
  cwd: '/',
  env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
  timeoutMs: 60_000,
};

/** Standard output. */
export function runCommand(
  file: string,
  parameters: readonly string[],
  options: CommandOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      [...parameters],
      {
        cwd: options.cwd,
        env: options.env,
        timeout: options.timeoutMs,
        maxBuffer: 2 ** 20,
        killSignal: 'SIGKILL',
      },
      (error, output, errors) => {
        forget();
        if (error === null) {
          resolve(output);
          return;
        }
        const said = errors.trim().split('\n').slice(0, 3).join(' ').slice(0, 300);
        const why =
          error.killed === true
            ? `did not end within ${options.timeoutMs / 1000} s`
            : said === ''
              ? `failed (${String(error.code)})`
              : `failed: ${said}`;
        reject(new Error(`${file} ${parameters[0] ?? ''} ${why}`));
      },
    );
    const forget = onDeparture(async () => {
      child.kill('SIGKILL');
    });
  });
}
