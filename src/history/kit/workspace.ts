/** A commit's files in a scratch directory, with the checkout's node_modules, where the project's drizzle-kit can run. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import type { Tree } from '../tree.ts';
import { copyTree } from './copy.ts';
import { dummies } from './dummies.ts';
import type { WholeSchema } from './generate.ts';
import { findKit, type Kit } from './installed.ts';
import { linkModules } from './links.ts';
import type { Unchecked, Unreadable } from './look.ts';
import { keepWatch, type Watch } from './watch.ts';

export interface WorkspaceRequest {
  /** The checkout, absolute: where `node_modules` lie. */
  readonly root: string;
  readonly tree: Tree;
  /** Relative to the repository root: where drizzle-kit is run. */
  readonly workingDirectory: string;
  /** The Drizzle config, relative to the repository root. */
  readonly config: string;
}

export interface Workspace {
  readonly kit: Kit;
  readonly config: string;
  readonly workingDirectory: string;
  /** Everything of this workspace, absolute and real: what is removed by `close`. */
  readonly scratch: string;
  /** The repository's copy in it. */
  readonly copy: string;
  /** What was laid out: path → content. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** The checkout's own root, to name files by when a package of node_modules fails. */
  readonly root: string;
  /** Nothing of the job's environment; stand-ins for what the config asks for. */
  readonly environment: Map<string, string>;
  /** Flags of Node that a run showed to be needed. */
  readonly flags: Set<string>;
  readonly watch: Watch;
  /** The schema from nothing, once somebody has asked for it. */
  whole: Promise<WholeSchema> | null;
  /** The one file that declares the schema, relative to the repository root; null while nobody knows. */
  schema: string | null;
  /** Runs so far: each has an `out` of its own. */
  runs: number;
  /** Processes started so far: each run's carry a mark of its own. */
  marks: number;
  readonly running: Set<{ readonly kill: () => void; readonly ended: Promise<unknown> }>;
  isClosed: boolean;
  /** Ends what still runs and removes the scratch directory. */
  close(): Promise<void>;
}

/** Whoever gets a workspace closes it; should this process be killed, its watch does. */
export async function openWorkspace(request: WorkspaceRequest): Promise<Workspace | Unchecked | Unreadable> {
  const kit = await findKit(request);
  if ('state' in kit) return kit;
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'gatekeeper-kit-')));
  const watch = keepWatch(scratch);
  try {
    const copy = join(scratch, 'repository');
    for (const folder of ['repository', 'home', 'tmp']) mkdirSync(join(scratch, folder));
    const files = await copyTree(request.tree, copy);
    linkModules({
      root: request.root,
      copy,
      paths: [...files.keys()],
      workingDirectory: request.workingDirectory,
    });
    mkdirSync(join(copy, request.workingDirectory), { recursive: true });
    writeFileSync(
      join(scratch, 'preload.cjs'),
      readFileSync(new URL('./preload.cjs', import.meta.url), 'utf8'),
    );
    const workspace: Workspace = {
      kit,
      config: posix.normalize(request.config),
      workingDirectory: request.workingDirectory,
      scratch,
      copy,
      files,
      root: request.root,
      environment: dummies(copy, request),
      flags: new Set(),
      watch,
      whole: null,
      schema: null,
      runs: 0,
      marks: 0,
      running: new Set(),
      isClosed: false,
      async close() {
        workspace.isClosed = true;
        for (const { kill } of workspace.running) kill();
        await Promise.all([...workspace.running].map(({ ended }) => ended));
        await watch.end();
      },
    };
    return workspace;
  } catch (error) {
    await watch.end();
    rmSync(scratch, { recursive: true, force: true });
    throw error;
  }
}
