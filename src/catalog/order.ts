/** The one order of names: localeCompare depends on the machine, and the same input must give the same bytes everywhere. */

export function byCodeUnit(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
