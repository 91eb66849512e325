/** The texts that say how a repository reaches its databases: package scripts, workflows, and what they call. */
import { posix } from 'node:path';
import type { Tree } from '../tree.ts';
import { type PackageScripts, readPackage } from './packages.ts';
import { readWorkflow, type Workflow } from './workflows.ts';

/** Bytes of a script, a workflow. */
const textLimit = 256 * 1024;

/** Scripts that each call all others say nothing, and following them all would not end. */
export const mostCommands = 100_000;

/** The packages of those folders, in their order; a folder without a readable package.json has none. */
export async function readPackages(
  tree: Tree,
  directories: readonly string[],
): Promise<readonly PackageScripts[]> {
  const files = directories.map((directory) => posix.join(directory, 'package.json'));
  return (await smallTexts(tree, files)).flatMap(([file, text]) => readPackage(file, text) ?? []);
}

export async function readWorkflows(
  tree: Tree,
): Promise<readonly { readonly file: string; readonly workflow: Workflow }[]> {
  const files = (await tree.list('.github/workflows'))
    .map(({ path }) => path)
    .filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path));
  return (await smallTexts(tree, files)).flatMap(([file, text]) => {
    const workflow = readWorkflow(text);
    return workflow === null ? [] : [{ file, workflow }];
  });
}

/** Regular files of a script's size, each once; nothing else is looked at. */
export async function smallTexts(
  tree: Tree,
  paths: readonly string[],
): Promise<readonly (readonly [file: string, text: string])[]> {
  const unique = [...new Set(paths)];
  const nodes = await tree.look(unique);
  const small = unique.filter((path) => {
    const node = nodes.get(path);
    return node?.kind === 'file' && (node.size ?? 0) <= textLimit;
  });
  return [...(await tree.read(small))].map(([path, bytes]) => [path, bytes.toString('utf8')] as const);
}
