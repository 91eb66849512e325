/** The projects of a run, each named as comments are keyed and texts call it: the same for every spelling of its folder. */
import { posix } from 'node:path';
import { failure } from '../errors.ts';
import type { Given } from './given.ts';
import { type Options, optionTable } from './options.ts';

type Folders = Pick<Options, 'working-directory'>;

/** Of a run of one project. */
export function projectOf(options: Folders): string {
  return normalised(options['working-directory']);
}

/** In the order they were named, each once. */
export function projectsOf(options: Folders): readonly string[] {
  return [...new Set(named(options).map(normalised))];
}

/**
 * What to run the gate on: what was given, once per project with that folder alone.
 * @throws {GatekeeperError} `project-repeated`: two spellings of one folder are a slip, and would share one comment
 */
export function perProject(given: Given): readonly { readonly project: string; readonly given: Given }[] {
  const folders = given.get('working-directory');
  const value = folders === undefined ? undefined : optionTable['working-directory'].parse(folders.raw);
  // None, or one that is refused in the words of any other value.
  if (folders === undefined || value === undefined) {
    return [{ project: optionTable['working-directory'].default, given }];
  }
  const spellings = new Map<string, string>();
  for (const raw of named({ 'working-directory': value })) {
    const project = normalised(raw);
    const before = spellings.get(project);
    if (before !== undefined) throw failure('project-repeated', { project, spellings: [before, raw] });
    spellings.set(project, raw);
  }
  return [...spellings].map(([project, raw]) => ({
    project,
    given: new Map(given).set('working-directory', { ...folders, raw }),
  }));
}

function named(options: Folders): readonly string[] {
  return options['working-directory'].split('\n');
}

function normalised(folder: string): string {
  const path = posix.normalize(folder);
  return path.length > 1 ? path.replace(/\/$/, '') : path;
}
