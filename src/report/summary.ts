/** The job summary: the comment's layout with nearly everything in it. */
import { compose, type Surface, type TextContext } from './markdown.ts';
import type { Report } from './report.ts';

/** GitHub refuses a step's summary over 1 MiB; another step's text may stand before ours in the file. */
export const summaryBytes = 1_000_000;

const surface: Omit<Surface, 'limit'> = {
  rows: [1000, 200, 20],
  listed: 500,
  sql: [
    {
      toRead: { lines: 5000, characters: 300_000 },
      safe: { lines: 2000, characters: 100_000 },
      characters: 400_000,
      listed: 500,
    },
    {
      toRead: { lines: 1000, characters: 60_000 },
      safe: { lines: 200, characters: 20_000 },
      characters: 150_000,
      listed: 500,
    },
    {
      toRead: { lines: 200, characters: 20_000 },
      safe: { lines: 20, characters: 2_000 },
      characters: 50_000,
      listed: 200,
    },
    { toRead: { lines: 60, characters: 6_000 }, safe: null, characters: 20_000, listed: 100 },
  ],
  differenceLines: [2000, 200],
  differenceCharacters: 150_000,
  isSummary: true,
  measure: (text) => Buffer.byteLength(text),
};

export function renderSummary(report: Report, context: TextContext & { readonly limit?: number }): string {
  return compose(report, context, { ...surface, limit: context.limit ?? summaryBytes }, null).text;
}
