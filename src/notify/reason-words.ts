import { cutToLength } from './cut.ts';
import type { NewestWords } from './unseen.ts';
import { printable } from './words.ts';

/**
 * A reason names each test with its figures and what is still missing: at most 900 characters, and the
 * names of one or two functions. With it a description stays below the least that a receiver takes whole (2000
 * bytes, Feishu).
 */
const MAX_REASON = 1_200;

/**
 * The reason of a verdict, whole where it fits. Else it is cut between two of its clauses, never in
 * brackets, and what comes after its last `;` stays, for that is what is missing:
 * `floor of f grew 9MiB (z 5.1), rising in 5 of 5 blocks, …; leak needs 60 profiles of a process, 35 to go`.
 */
export function reasonWords(reason: string, most = MAX_REASON): string {
  const clean = printable(reason, Infinity);
  if (clean.length <= most) return clean;
  const ends = clauseEnds(clean);
  const last = ends.findLast((at) => clean[at] === ';') ?? clean.length;
  const rest = clean.length - last <= most / 2 ? clean.slice(last) : '';
  const room = most - rest.length;
  const end = ends.findLast((at) => at <= room - CUT.length);
  return `${end === undefined ? cutToLength(clean, room) : clean.slice(0, end) + CUT}${rest}`;
}

const CUT = ', …';

/** Why it is in its state and, where the newest verdict says less than that, what it says: in the room of one reason. */
export function reasonsToTell(
  reason: string,
  newest: NewestWords | undefined,
): { readonly reason: string; readonly newest: string | undefined } {
  const said = newest && `${newest.when}: ${reasonWords(newest.reason, MAX_REASON / 2)}`;
  return { reason: reasonWords(reason, MAX_REASON - (said?.length ?? 0)), newest: said };
}

/** Where a clause ends, outside of all brackets. */
function clauseEnds(text: string): readonly number[] {
  const ends: number[] = [];
  let depth = 0;
  for (const { 0: sign, index } of text.matchAll(/[()[\]{}]|[,;] /g)) {
    if ('([{'.includes(sign)) depth += 1;
    else if (')]}'.includes(sign)) depth = Math.max(0, depth - 1);
    else if (depth === 0) ends.push(index);
  }
  return ends;
}
