/** Why drizzle-kit gave no answer, told from what it said. */
import { existsSync } from 'node:fs';
import type { Unreadable } from './look.ts';
import type { Ran } from './run.ts';
import type { Workspace } from './workspace.ts';

/** The migrations folder is at fault, not the schema: rules of their own speak about that. */
export interface Refused {
  readonly state: 'refused';
  readonly why: string;
}

type Trouble = Refused | Unreadable | { readonly state: 'retry'; readonly otherwise: Unreadable };

export function troubleOf(workspace: Workspace, ran: Ran, { loaded }: { loaded: string }): Trouble {
  const isConfig = !existsSync(loaded);
  return {
    state: 'unreadable',
    kit: workspace.kit.name,
    file: workspace.config,
    line: null,
    what: `${workspace.kit.name} could not evaluate the ${isConfig ? 'config' : 'schema'}: ${ran.text.trim().slice(0, 300)}`,
    remedy: 'Run drizzle-kit generate by hand.',
    atBase: false,
  };
}
