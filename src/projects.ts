/** The gate once per project of a run, one after the other: what becomes of one keeps no other from being judged. */
import { check, type GateRequest, type GateResult } from './gate.ts';
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
  for (const { project, given } of perProject(request.given)) {
    try {
      yield { project, result: await run(check({ ...request, given })) };
    } catch (broke) {
      yield { project, broke };
    }
  }
}
