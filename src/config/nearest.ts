const MAX_NAMES = 100;

/** The name a user most likely meant, of the first hundred; `undefined` where none is near. */
export function nearest(written: string, all: readonly string[]): string | undefined {
  const names = all.slice(0, MAX_NAMES);
  const lower = written.slice(0, 64).toLowerCase();
  const ranked = names
    .map((name) => ({ name, distance: editDistance(lower, name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best !== undefined && best.distance <= Math.max(2, lower.length / 3)) return best.name;
  return names.find((name) => lower.startsWith(name) || (lower !== '' && name.startsWith(lower)));
}

/** Insertions, deletions and replacements between two words (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
