import { isDeepStrictEqual } from 'node:util';
import type { TargetConfig } from '../config/config.ts';
import type { DiscoveryGroup } from '../config/discovery-config.ts';
import { explain } from '../config/problem.ts';
import type { Labels } from './relabel.ts';
import { targetOf } from './target-of.ts';

/**
 * Lists flap: a server that starts knows half of what there is. A target that is no longer listed is watched
 * for so much longer, so that its history is not given up for a moment's mistake.
 */
export const HELD_MS = 300_000;

interface Entry {
  readonly target: TargetConfig;
  /** Since when it is not listed any more, Unix milliseconds; `undefined` while it is. */
  readonly goneAt: number | undefined;
}

/** The targets of one group: those that are listed, and for a while those that were. */
export interface Roster {
  readonly entries: ReadonlyMap<string, Entry>;
  /** Of entries of the lists that make no target. */
  readonly problems: readonly string[];
}

export const EMPTY_ROSTER: Roster = { entries: new Map(), problems: [] };

export interface Listing {
  readonly found: readonly Labels[];
  /** Names that other targets have. */
  readonly taken: ReadonlySet<string>;
}

/** What is known after the lists of a group were read. */
export function settled(
  before: Roster,
  group: DiscoveryGroup,
  { found, taken, now }: Listing & { readonly now: number },
): Roster {
  const entries = new Map<string, Entry>();
  const outcomes = found.map((each) => targetOf(each, group));
  const problems = outcomes.flatMap((each) => (each.kind === 'refused' ? each.problem : []));
  for (const target of outcomes.flatMap((each) => (each.kind === 'target' ? each.target : []))) {
    const problem = clash(target, { entries, taken });
    if (problem === undefined) entries.set(target.name, { target, goneAt: undefined });
    else problems.push(problem);
  }
  for (const [name, { target, goneAt = now }] of before.entries) {
    const isHeld = Math.abs(now - goneAt) < HELD_MS;
    if (isHeld && !entries.has(name) && !taken.has(name)) entries.set(name, { target, goneAt });
  }
  return { entries, problems };
}

/** The same target in two lists is no problem. */
function clash(
  target: TargetConfig,
  { entries, taken }: { entries: ReadonlyMap<string, Entry>; taken: ReadonlySet<string> },
): string | undefined {
  const known = entries.get(target.name)?.target;
  const isOther = known !== undefined && known.url !== target.url;
  if (!isOther && !taken.has(target.name)) return undefined;
  const write = 'another name as __target__ by relabel_configs';
  return `${target.url}: ${explain('the name of another target', JSON.stringify(target.name), write)}`;
}

/** Whether one that is no longer listed may be given up by the next look. */
export function holdsGone({ entries }: Roster): boolean {
  return [...entries.values()].some(({ goneAt }) => goneAt !== undefined);
}

/** Of one group between two loads of the file, within which nothing else of a target changes. */
export function isSameTarget(a: TargetConfig, b: TargetConfig): boolean {
  return (
    a.name === b.name &&
    a.url === b.url &&
    a.memoryLimitBytes === b.memoryLimitBytes &&
    isDeepStrictEqual(a.labels, b.labels)
  );
}
