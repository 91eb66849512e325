/** Keeps a text under a limit by taking whole parts down a size, the least important first. */

/** A part in all its sizes, largest first. Rendered only when needed. */
export interface Part {
  readonly sizes: readonly (() => string)[];
  /** What is missing at a size smaller than the first; by size, null when nothing worth saying. */
  readonly missing: (size: number) => string | null;
}

export interface Fitted {
  readonly texts: readonly string[];
  readonly omitted: readonly string[];
}

/**
 * `order` names parts by index, the first to shrink first; one may stand there several times and shrinks one
 * size each time. The caller renders the whole, so that the pointer to what was left out is measured too.
 */
export function shrinkToFit(
  parts: readonly Part[],
  order: readonly number[],
  whole: (fitted: Fitted) => string,
  measure: (text: string) => number,
  limit: number,
): { readonly text: string; readonly omitted: readonly string[] } {
  const sizes = parts.map(() => 0);
  const texts = parts.map((part) => part.sizes[0]?.() ?? '');
  const current = () => {
    const omitted = parts.flatMap((part, index) => {
      const missing = (sizes[index] ?? 0) > 0 ? part.missing(sizes[index] ?? 0) : null;
      return missing === null ? [] : [missing];
    });
    return { text: whole({ texts, omitted }), omitted };
  };
  let result = current();
  for (const index of order) {
    if (measure(result.text) <= limit) return result;
    const next = (sizes[index] ?? 0) + 1;
    const render = parts[index]?.sizes[next];
    if (render === undefined) continue;
    sizes[index] = next;
    texts[index] = render();
    result = current();
  }
  return result;
}
