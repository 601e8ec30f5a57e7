import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { TargetConfig } from '../config/config.ts';
import type { DiscoveryGroup } from '../config/discovery-config.ts';
import { explain } from '../config/problem.ts';
import type { Labels } from './relabel.ts';
import { targetOf, type Outcome } from './target-of.ts';

/**
 * Lists flap: a server that starts knows half of what there is. A target that is no longer listed is watched
 * for so much longer, so that its history is not given up for a moment's mistake.
 */
export const HELD_MS = 300_000;

interface Entry {
  readonly found: Labels;
  readonly target: TargetConfig;
  /** Since when it is not listed any more, Unix milliseconds; `undefined` while it is. */
  readonly goneAt: number | undefined;
}

/** The targets of one group: those that are listed, and for a while those that were. */
export interface Roster {
  readonly entries: ReadonlyMap<string, Entry>;
  /** Of entries of the lists that make no target. */
  readonly problems: readonly string[];
  /** What became of each entry, of what is listed and what is held: to make a target is most of the work. */
  readonly made: ReadonlyMap<Labels, Outcome>;
  /** For which `made` holds. */
  readonly group: DiscoveryGroup | undefined;
}

export const EMPTY_ROSTER: Roster = {
  entries: new Map(),
  problems: [],
  made: new Map(),
  group: undefined,
};

export interface Listing {
  /** Of entries that are new. */
  readonly ahead?: ReadonlyMap<Labels, Outcome>;
  readonly found: readonly Labels[];
  /** Names that other targets have. */
  readonly taken: ReadonlySet<string>;
}

/** A target that is no longer listed, as it is remembered over a restart. */
export interface Held {
  readonly found: Labels;
  readonly goneAt: number;
}

export function heldIn({ entries }: Roster): readonly Held[] {
  return [...entries.values()].flatMap(({ found, goneAt }) =>
    goneAt === undefined ? [] : [{ found, goneAt }],
  );
}

/** As it was before a restart, but for what is listed. */
export function rosterOf(held: readonly Held[], group: DiscoveryGroup): Roster {
  const entries = new Map<string, Entry>();
  for (const { found, goneAt } of held) {
    const outcome = targetOf(found, group);
    if (outcome.kind === 'target')
      entries.set(outcome.target.name, { found, target: outcome.target, goneAt });
  }
  return { ...EMPTY_ROSTER, entries };
}

/** So many targets take a few milliseconds. */
const AT_ONCE = 200;

/** What becomes of the entries that `before` does not know, in pieces, with room between for whatever else there is to do. */
export async function madeInPieces(
  before: Roster,
  group: DiscoveryGroup,
  found: readonly Labels[],
): Promise<ReadonlyMap<Labels, Outcome>> {
  const known = before.group === group ? before.made : EMPTY_ROSTER.made;
  const made = new Map<Labels, Outcome>();
  for (const each of found) {
    if (known.has(each)) continue;
    made.set(each, targetOf(each, group));
    if (made.size % AT_ONCE === 0) await setImmediate();
  }
  return made;
}

/** What is known after the lists of a group were read. */
export function settled(
  before: Roster,
  group: DiscoveryGroup,
  { found, taken, now, ahead }: Listing & { readonly now: number },
): Roster {
  const known = before.group === group ? before.made : EMPTY_ROSTER.made;
  const made = new Map<Labels, Outcome>();
  const outcomeOf = (each: Labels): Outcome => {
    const outcome = known.get(each) ?? ahead?.get(each) ?? targetOf(each, group);
    made.set(each, outcome);
    return outcome;
  };
  const { entries, problems } = listed(found, taken, outcomeOf);
  const urls = new Set([...entries.values()].map(({ target }) => target.url));
  for (const entry of before.entries.values()) {
    const held = heldOf(entry, now, outcomeOf);
    if (held === undefined || urls.has(held.target.url)) continue;
    const { name } = held.target;
    if (!entries.has(name) && !taken.has(name)) entries.set(name, held);
  }
  return { entries, problems, made, group };
}

type OutcomeOf = (found: Labels) => Outcome;

function listed(found: readonly Labels[], taken: ReadonlySet<string>, outcomeOf: OutcomeOf) {
  const entries = new Map<string, Entry>();
  const problems: string[] = [];
  for (const each of found) {
    const outcome = outcomeOf(each);
    if (outcome.kind === 'refused') problems.push(outcome.problem);
    if (outcome.kind !== 'target') continue;
    const { target } = outcome;
    const problem = clash(target, { entries, taken });
    if (problem !== undefined) problems.push(problem);
    else if (!entries.has(target.name))
      entries.set(target.name, { found: each, target, goneAt: undefined });
  }
  return { entries, problems };
}

/**
 * As the rules of the group make it now. Whoever asks for the same URL under another name asks the same
 * process, or the one that was given the address since.
 */
function heldOf(
  { found, goneAt: since }: Entry,
  now: number,
  outcomeOf: OutcomeOf,
): Entry | undefined {
  const goneAt = since ?? now;
  if (hasEnded(found) || Math.abs(now - goneAt) >= HELD_MS) return undefined;
  const outcome = outcomeOf(found);
  return outcome.kind === 'target' ? { found, target: outcome.target, goneAt } : undefined;
}

/** Of pods the API tells which are gone, and says nothing where it does not know. */
function hasEnded(found: Labels): boolean {
  return found['__meta_kubernetes_pod_uid'] !== undefined;
}

/** The same target in two lists, or at two ports of a pod that rules make one, is no problem: it is as the first says. */
function clash(
  target: TargetConfig,
  { entries, taken }: { entries: ReadonlyMap<string, Entry>; taken: ReadonlySet<string> },
): string | undefined {
  const known = entries.get(target.name)?.target;
  const isOther = known !== undefined && known.url !== target.url;
  if (!isOther && !taken.has(target.name)) return undefined;
  return nameTaken(target);
}

export function nameTaken({ name, url }: TargetConfig): string {
  const write = 'another name as __target__ by relabel_configs, or keep one of the two';
  return `${url}: ${explain('the name of another target', JSON.stringify(name), write)}`;
}

/** What only this group sees is told in the log too; that of two groups is seen when somebody looks. */
export function foreignName(
  entries: Roster['entries'],
  owners: ReadonlyMap<string, string>,
): string | undefined {
  const [target] = [...entries.values()]
    .map((entry) => entry.target)
    .filter(({ name, url }) => owners.get(name) !== url);
  return target && nameTaken(target);
}

/** Whether one that is no longer listed may be given up by the next look. */
export function holdsGone({ entries }: Roster): boolean {
  return [...entries.values()].some(({ goneAt }) => goneAt !== undefined);
}

export function isSameRoster(before: Roster, now: Roster): boolean {
  if (before.entries.size !== now.entries.size) return false;
  for (const [name, { target }] of now.entries) {
    const known = before.entries.get(name);
    if (known === undefined || !isSameTarget(known.target, target)) return false;
  }
  return true;
}

/** Between two loads of the file; what a group says is the same where it is of the same group. */
export function isSameTarget(a: TargetConfig, b: TargetConfig): boolean {
  return (
    a === b ||
    (a.name === b.name &&
      a.url === b.url &&
      a.memoryLimitBytes === b.memoryLimitBytes &&
      a.http === b.http &&
      a.detection === b.detection &&
      isDeepStrictEqual(a.labels, b.labels))
  );
}
