/** Reads the whole history of a pull request from three trees: who applies the migrations, and what that makes of them. */
import { type AppliedHistory, nothingApplied, type Places } from './applied.ts';
import { applierOf, type MigrationsFrom } from './applier.ts';
import { commentedOutIn } from './commented-out.ts';
import { type CompanionOptions, readCompanions, type Trees } from './companions.ts';
import { damageProblems } from './damage.ts';
import { readDrizzle } from './drizzle1/read.ts';
import type { Applier, DrizzleProject, History } from './history.ts';
import { readByName } from './listed-files.ts';
import { insideRepository } from './paths.ts';
import { findPlaces } from './places.ts';
import { unsafePushes } from './push/push-scripts.ts';
import type { Search } from './search.ts';
import { readCliFiles } from './supabase-cli/history.ts';

export type { Trees } from './companions.ts';

/** Paths are relative to the working directory, which is relative to the repository root. */
export interface HistoryRequest extends CompanionOptions {
  readonly trees: Trees;
  readonly drizzleConfig?: string | undefined;
  readonly migrationsDir?: string | undefined;
  readonly migrationsFrom: MigrationsFrom;
  /** When the head commit was made, in milliseconds; absent: now. */
  readonly headTime?: number | undefined;
  /** Finds code that calls Drizzle's migrator; absent: only scripts and workflows tell who applies. */
  readonly search?: Search | undefined;
}

export async function readHistory(given: HistoryRequest): Promise<History> {
  const workingDirectory = insideRepository('working-directory', '.', given.workingDirectory);
  const request = { ...given, workingDirectory };
  const places = await findPlaces(request);
  const { applier, why } = await applierOf(request, places);
  const applied = await readers[applier](places);
  return {
    applier,
    applierWhy: why,
    drizzle: drizzleProject(places),
    credentials: places.configs.head?.credentials ?? null,
    ...applied,
    commentedOut: await commentedOutIn(applied.base),
    problems: [
      ...applied.problems,
      ...(await damageProblems([...applied.new, ...applied.skipped], { breakpoints: applier === 'drizzle' })),
      ...(await unsafePushes(request.trees, workingDirectory)),
    ],
    ...(await readCompanions(request.trees, request)),
  };
}

const readers: Readonly<Record<Applier, (places: Places) => Promise<AppliedHistory>>> = {
  drizzle: readDrizzle,
  supabase: readCliFiles,
  files: readByName,
  schema: async ({ directories }) => ({ ...nothingApplied, directory: directories.head }),
};

function drizzleProject({ configs: { head, base }, workingDirectory }: Places): DrizzleProject | null {
  if (head === null) return null;
  return { workingDirectory, config: { head: head.file, base: base?.file ?? null }, line: head.line };
}
