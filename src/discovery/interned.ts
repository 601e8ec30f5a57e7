import type { Labels } from './relabel.ts';

/**
 * What was found now, with the entries of before in place of their equals, so that what was made of them need not
 * be made again; where none came and none went the list of before, whatever the order. What is there still costs
 * next to nothing.
 */
export function interned(before: readonly Labels[], now: readonly Labels[]): readonly Labels[] {
  if (now === before) return before;
  const [known, kept] = [new Set(before), new Set(now)];
  const left = new Map(
    before.filter((each) => !kept.has(each)).map((each) => [JSON.stringify(each), each]),
  );
  const found = now.map((each) =>
    known.has(each) ? each : (left.get(JSON.stringify(each)) ?? each),
  );
  const all = new Set(found);
  const isSame =
    now.length === before.length &&
    found.every((each) => known.has(each)) &&
    [...left.values(), ...before.filter((each) => kept.has(each))].every((each) => all.has(each));
  return isSame ? before : found;
}
