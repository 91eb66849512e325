/** The gate once per project of a run, one after the other: what becomes of one keeps no other from being judged. */
import { check, type GateRequest, type GateResult } from './gate.ts';
import { sharedTable } from './history/shared-table.ts';
import { perProject } from './inputs/project.ts';
import { resolveOptions } from './inputs/resolve.ts';

/** `broke` is our bug, and says nothing about the other projects. */
export type Judged = { readonly project: string } & (
  | { readonly result: GateResult }
  | { readonly broke: unknown }
);

/** Throws only what is refused of the whole run, before any project is looked at. */
export async function* checkEach(
  request: GateRequest,
  run: (work: Promise<GateResult>) => Promise<GateResult> = (work) => work,
): AsyncGenerator<Judged, void> {
  resolveOptions({ given: request.given, config: null });
  const before: GateResult[] = [];
  for (const { project, given } of perProject(request.given)) {
    try {
      const result = await run(check({ ...request, given }));
      yield { project, result: withSharedTables(result, before) };
      before.push(result);
    } catch (broke) {
      yield { project, broke };
    }
  }
}

/** Two configs with one bookkeeping table are refused within a project; between projects only who deploys them can tell. */
function withSharedTables(result: GateResult, before: readonly GateResult[]): GateResult {
  const { history, report } = result;
  if (history === null) return result;
  const shared = before.flatMap((other) => {
    const table = other.history === null ? null : sharedTable(history, other.history);
    if (table === null) return [];
    const names = `${nameOf(other.report.project)} and ${nameOf(report.project)}`;
    return {
      what: `whether ${names} are two databases`,
      why: `both record their migrations in ${table}, with the same credentials in their configs; in one database each would skip what is older than the newest of the other, so they need a \`migrations.table\` each`,
    };
  });
  return { ...result, report: { ...report, notChecked: [...report.notChecked, ...shared] } };
}

function nameOf(project: string): string {
  return project === '.' ? 'the top folder' : project;
}
