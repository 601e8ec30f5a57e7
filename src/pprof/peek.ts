import { callsOf } from './calls.ts';
import type { Call } from './calls.ts';
import { matching } from './matching.ts';
import type { Profile, SampleType } from './profile.ts';
import { functionNodes, top } from './top.ts';
import type { Top, TopRow } from './top.ts';

/** One side of a call, seen from the other. */
export interface PeekedCall extends Pick<Call, 'value' | 'inline'> {
  readonly function: string;
}

/** A function between those that call it and those it calls, each the largest first. */
export interface PeekedFunction extends TopRow {
  readonly callers: readonly PeekedCall[];
  readonly callees: readonly PeekedCall[];
}

export interface Peek {
  /** All functions of the profile: what the figures are among. */
  readonly table: Top;
  readonly functions: readonly PeekedFunction[];
}

/**
 * The call graph around some functions, as `go tool pprof -peek` shows it, the function that holds most
 * by itself first; of a difference (`subtract`) as with `-base`. `pattern` as for `matching`.
 */
export function peek(profile: Profile, type: SampleType, pattern: string): Peek {
  const table = top(profile, { type, sort: 'flat', count: 0 });
  const found = new Map(
    matching(table.rows, pattern).map((row) => [row.function, { ...row, ...noCalls() }]),
  );
  const nodes = functionNodes(profile);
  for (const { caller, callee, value, inline } of callsOf(profile, type, nodes)) {
    const [from = '', to = ''] = [nodes.keys[caller], nodes.keys[callee]];
    found.get(to)?.callers.push({ function: from, value, inline });
    found.get(from)?.callees.push({ function: to, value, inline });
  }
  for (const { callers, callees } of found.values()) {
    callers.sort(byValue);
    callees.sort(byValue);
  }
  return { table, functions: [...found.values()] };
}

function noCalls(): { callers: PeekedCall[]; callees: PeekedCall[] } {
  return { callers: [], callees: [] };
}

function byValue(a: PeekedCall, b: PeekedCall): number {
  return Math.abs(b.value) - Math.abs(a.value) || (a.function < b.function ? -1 : 1);
}
