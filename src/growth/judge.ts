import { formatBytes } from '../config/units.ts';
import { byStrength, findAlarms } from './alarm.ts';
import type { Alarm, GrowthRules } from './alarm.ts';
import { weighBackground } from './background.ts';
import type { Background } from './background.ts';
import { windowBefore } from './blocks.ts';
import type { Window } from './blocks.ts';
import type { Epoch } from './epoch.ts';
import type { History } from './history.ts';
import { lastsFor, leastLasting } from './lasting.ts';
import { NO_CELLS } from '../kind/cells.ts';
import { liveGrowth } from './live-growth.ts';
import type { LiveHeap } from './live-growth.ts';
import { LIFE_PROFILES, MIN_LIVES } from './lives.ts';
import { growthOf } from './follow.ts';
import { nameGrowth } from './name.ts';
import { originOf } from './origin.ts';
import type { Naming } from './pick.ts';
import { explainAlarm } from './reason.ts';
import type { Explained } from './reason.ts';
import { describeSuspect } from './suspect.ts';
import { stoppedWhole } from './whole.ts';
import { isAlarm } from './verdict.ts';
import type { Suspect, Verdict, VerdictState } from './verdict.ts';

/** What is known beside the history of the target. */
interface Beside extends Partial<Pick<Background, 'beside'>> {
  readonly live?: LiveHeap | undefined;
  /** Functions that are asked for, whether the growth is laid at them or not. */
  readonly follow?: readonly string[] | undefined;
}

type Judgement = Pick<Verdict, 'state' | 'reason' | 'tests' | 'suspects' | 'followed'>;

const STATES = ['quiet', 'growing', 'suspect', 'leak'] as const;

/**
 * What the history says now. Growth is tested at functions, so that a leak spread over many paths is
 * seen whole, in windows from `minProfiles` fresh profiles up to the whole life of the process:
 * `growing` where the floor of one grows beyond noise, `suspect` where it also keeps growing, does not
 * level off and is not traffic, at two fresh profiles running (in older processes at more), `leak` where
 * all that holds over `confirmProfiles`. `beside` tells what other processes of the same service levelled
 * off at, `live` how the live heap grew meanwhile. The history changes in nothing but for how long
 * something passes.
 */
export function judge(
  history: History,
  rules: GrowthRules,
  { beside = () => 0, live = NO_CELLS, follow = [] }: Beside = {},
): Verdict {
  const { profiles, fresh, epochs, epoch } = history;
  const freshInEpoch = epoch?.fresh ?? 0;
  const judgement =
    epoch === undefined || freshInEpoch < leastProfiles(history, rules)
      ? insufficient(history, rules)
      : judgeEpoch(epoch, { ...history, beside, live: liveGrowth(live), follow }, rules);
  return { ...judgement, profiles, fresh, epochs, freshInEpoch };
}

/** A process that is like those before it is told sooner. */
function leastProfiles({ lives }: History, { minProfiles }: GrowthRules): number {
  return lives.length < MIN_LIVES - 1 ? minProfiles : Math.min(minProfiles, LIFE_PROFILES);
}

/** A process that begins anew this often, of `MAX_TURNS` profiles, is more likely one of several. */
const MANY_TURNS = 4;

function insufficient(history: History, rules: GrowthRules): Judgement {
  const { epoch, epochs } = history;
  const { profiles, fresh } = epoch ?? { profiles: 0, fresh: 0 };
  const seen = `only ${fresh} of ${rules.minProfiles} fresh profiles`;
  const process = epochs > 1 ? ' of the running process' : '';
  // Those of the processes before have no part in what this one lacks.
  const stale =
    profiles > fresh ? ` (${profiles - fresh} came without a GC since the one before)` : '';
  const reason = `${seen}${process}${stale}${severalProcesses(history)}`;
  return { state: 'insufficient', reason, tests: [], suspects: [] };
}

function severalProcesses({ turns }: History): string {
  const changes = turns.filter((turn) => turn).length;
  if (changes < MANY_TURNS) return '';
  return (
    `; another process answered at ${changes} of the last ${turns.length} profiles: where several are behind ` +
    'the URL, as with a load balancer, each needs a target of its own; else it restarts this often'
  );
}

interface Known extends Pick<Background, 'plateaus' | 'lives' | 'beside' | 'live'> {
  readonly follow: readonly string[];
}

function judgeEpoch(
  epoch: Epoch,
  { plateaus, lives, beside, live, follow }: Known,
  rules: GrowthRules,
): Judgement {
  const origin = originOf(rules.ownPackages, epoch.stacks);
  const background = { origin, plateaus, lives, beside, rules, live };
  const weighed = findAlarms(epoch, rules, live)
    .map((alarm) => weighBackground(epoch, alarm, background))
    .toSorted(byStrength);
  const alarms = lasting(epoch, withoutPart(epoch, weighed, background), rules);
  const told: Found['told'] = (alarm, named) => explainAlarm(alarm, { epoch, live, rules }, named);
  const judgement = nameAlarms(epoch, { alarms, origin, told }, rules);
  if (follow.length === 0) return judgement;
  const life = windowBefore(epoch.axis, epoch.axis.count, epoch.fresh - 1);
  const followed = follow.flatMap((name) => growthAlone(epoch, name, { alarms, told, life }) ?? []);
  return { ...judgement, followed };
}

interface Found {
  readonly alarms: readonly Alarm[];
  readonly origin: Background['origin'];
  readonly told: (alarm: Alarm, named?: string) => Explained;
}

/** Says what the strongest alarm says, of those that the growth is laid at. */
function nameAlarms(epoch: Epoch, { alarms, origin, told }: Found, rules: GrowthRules): Judgement {
  const [strongest] = alarms;
  if (strongest === undefined) {
    const least = formatBytes(rules.minGrowthBytes);
    const reason = `no function's floor grew by ${least} over ${epoch.fresh} fresh profiles`;
    return { state: 'quiet', reason, tests: [], suspects: [] };
  }
  const state = STATES[strongest.level];
  if (strongest.level === 0) return { state, ...told(strongest), suspects: [] };
  const { window } = strongest.trend;
  const namings = nameGrowth(epoch, { alarms, window, origin }, rules);
  const [first, ...others] = strongestFirst(namings, strongest.level);
  if (first === undefined) return { state, ...told(strongest), suspects: [] };
  const decided = decidedBy(alarms, first, strongest.level) ?? strongest;
  const suspects = [
    believed(describeSuspect(epoch, window, first), state),
    ...others.map((naming) => {
      const alone = aloneOf(naming, { alarms, first: first.function, told });
      return {
        ...believed(describeSuspect(epoch, window, naming), STATES[naming.level]),
        ...alone,
      };
    }),
  ];
  return { state, ...told(decided, first.function), suspects };
}

/** What the state is said of leads, also where another part of the growth is larger. */
function strongestFirst(namings: readonly Naming[], level: Alarm['level']): readonly Naming[] {
  const lead = namings.filter((naming) => naming.level === level).slice(0, 1);
  return [...lead, ...namings.filter((naming) => !lead.includes(naming))];
}

/** Of what is still taken for a leak no standstill is believed. */
function believed({ standstill, ...suspect }: Suspect, state: VerdictState): Suspect {
  return standstill === undefined || isAlarm(state) ? suspect : { ...suspect, standstill };
}

interface Company extends Pick<Found, 'alarms' | 'told'> {
  readonly first: string;
}

/** What is said of a function that is named beside the first one, by what it grows by without that. */
function aloneOf(
  naming: Naming,
  { alarms, first, told }: Company,
): Pick<Suspect, 'state' | 'reason'> {
  const { function: name, level } = naming;
  const state = STATES[level];
  const alarm = decidedBy(alarms, naming, level);
  if (alarm === undefined) return { state };
  const background = `but most of it is what grows in ${first}`;
  const { reason } = told(alarm.level === level ? alarm : { ...alarm, level, background }, name);
  return { state, reason };
}

function growthAlone(
  epoch: Epoch,
  name: string,
  { alarms, told, life }: Pick<Found, 'alarms' | 'told'> & { readonly life: Window | undefined },
): Suspect | undefined {
  const alarm = alarmOf(alarms, name, 0);
  const suspect = growthOf(epoch, name, { alarm, life });
  if (suspect === undefined) return undefined;
  if (alarm !== undefined) {
    const state = STATES[alarm.level];
    return { ...believed(suspect, state), state, reason: told(alarm).reason };
  }
  return { ...suspect, state: 'quiet' };
}

/** The function itself where it is at its level by its own tests, else the one beside it that is. */
function decidedBy(
  alarms: readonly Alarm[],
  { function: name, levelOf }: Naming,
  level: Alarm['level'],
): Alarm | undefined {
  return alarmOf(alarms, name, level) ?? alarmOf(alarms, levelOf, level);
}

function alarmOf(alarms: readonly Alarm[], name: string, least: number): Alarm | undefined {
  return alarms.find((alarm) => alarm.function === name && alarm.level >= least);
}

/** What is only a part of what comes to a stop does not lead. */
function withoutPart(
  epoch: Epoch,
  [strongest, ...others]: readonly Alarm[],
  beside: Pick<Background, 'origin' | 'live'>,
): readonly Alarm[] {
  if (strongest === undefined) return [];
  const whole = strongest.level < 2 ? undefined : stoppedWhole(epoch, strongest, beside);
  if (whole === undefined) return [strongest, ...others];
  const background = `but it is a part of what grows in ${whole}, which is no suspect`;
  const rest = [{ ...strongest, level: 1 as const, background }, ...others].toSorted(byStrength);
  return withoutPart(epoch, rest, beside);
}

/** What passes, but has not done so for long enough, does not lead. */
function lasting(epoch: Epoch, alarms: readonly Alarm[], rules: GrowthRules): readonly Alarm[] {
  const level = alarms[0]?.level ?? 0;
  const running = lastsFor(epoch, level >= 2);
  const least = leastLasting(epoch, rules);
  if (level !== 2 || running >= least) return alarms;
  const background = `but so for only ${running} fresh profiles running (needs ${least} at this age)`;
  return alarms.map((alarm) => (alarm.level === 2 ? { ...alarm, level: 1, background } : alarm));
}
