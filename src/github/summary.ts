/** Appends to the job summary, within what GitHub accepts of one step. */
import { appendFile, stat } from 'node:fs/promises';

/** Over this GitHub drops the whole summary of the step. */
const mostBytes = 1024 * 1024;

export type SummaryOutcome =
  | { readonly written: true }
  | { readonly written: false; readonly reason: string };

/** How much of the file is still free, so that a text can be made to fit it. */
export async function summaryRoom(file: string): Promise<number> {
  const before = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  return Math.max(0, mostBytes - before - 1024);
}

/** Never throws: the summary does not decide the verdict. `file` is GITHUB_STEP_SUMMARY. */
export async function writeSummary(file: string | undefined, text: string): Promise<SummaryOutcome> {
  if (file === undefined || file === '') return { written: false, reason: 'GITHUB_STEP_SUMMARY is not set.' };
  const room = await summaryRoom(file);
  const bytes = Buffer.byteLength(text);
  if (bytes > room) {
    return {
      written: false,
      reason: `The job summary has room for ${room} more bytes; the text has ${bytes}.`,
    };
  }
  try {
    await appendFile(file, text.endsWith('\n') ? text : `${text}\n`);
    return { written: true };
  } catch (error) {
    return { written: false, reason: `The job summary could not be written: ${String(error)}.` };
  }
}
