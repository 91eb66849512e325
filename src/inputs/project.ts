/** The project's name: the comment's key and what texts call it, the same for every spelling of its folder. */
import { posix } from 'node:path';
import type { Options } from './options.ts';

export function projectOf(options: Pick<Options, 'working-directory'>): string {
  const path = posix.normalize(options['working-directory']);
  return path.length > 1 ? path.replace(/\/$/, '') : path;
}
