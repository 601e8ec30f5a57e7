import { setImmediate } from 'node:timers/promises';
import type { Suspect, VerdictState } from '../growth/verdict.ts';
import type { GrowthShare } from '../kind/kind-verdict.ts';
import { GROWTH_KINDS } from '../memory/growth-kind.ts';
import type { Reading } from '../memory/reading.ts';
import type { Clock } from '../runtime/clock.ts';
import { GaugeText, label } from './exposition.ts';
import type { Instruments } from './instruments.ts';

/** The state of the newest verdict; `blind` where no reading came for a while, whatever was found before. */
export type TargetState = VerdictState | 'blind';

/** Of each label what stands on the page: these are told of every target. */
const STATES = (
  ['insufficient', 'quiet', 'growing', 'suspect', 'leak', 'blind'] as const satisfies TargetState[]
).map((state) => [state, `,state="${state}"`] as const);

const GROWTHS = GROWTH_KINDS.map((kind) => [kind, `,kind="${kind}"`] as const);

type BytesOf = (reading: Reading) => number | undefined;

const MEMORY_KINDS: readonly (readonly [BytesOf, further: string])[] = [
  [({ rssBytes }) => rssBytes, ',kind="rss"'],
  [goTotal, ',kind="go_total"'],
  [({ heapInuseBytes }) => heapInuseBytes, ',kind="heap_inuse"'],
  [({ heapAllocBytes }) => heapAllocBytes, ',kind="heap_alloc"'],
  [({ heapIdleBytes }) => heapIdleBytes, ',kind="heap_idle"'],
  [({ heapReleasedBytes }) => heapReleasedBytes, ',kind="heap_released"'],
  [({ stackInuseBytes }) => stackInuseBytes, ',kind="stack_inuse"'],
  [({ profilerBytes }) => profilerBytes, ',kind="profiler"'],
  [({ nextGcBytes }) => nextGcBytes, ',kind="next_gc"'],
];

const SUSPECTS_SHOWN = 3;
const FUNCTION_LENGTH = 200;

type Growing = Pick<Suspect, 'function' | 'growthBytesPerHour'>;

/** What was said last of one target; what is `undefined` is not shown. */
interface Told {
  /** Its label, as it stands on the page. */
  readonly label: string;
  isUp: boolean | undefined;
  isCaptured: boolean | undefined;
  state: TargetState | undefined;
  reading: Reading | undefined;
  limitBytes: number | undefined;
  shares: readonly GrowthShare[] | undefined;
  readonly suspects: Record<Forecaster, readonly Growing[]>;
  /** Unix seconds, by what foresees it. */
  readonly limitReachedAt: Record<Forecaster, number | undefined>;
}

/** The heap's profiles and, by readings alone, the kinds of growth beside the heap, each at times of its own. */
export type Forecaster = 'heap' | 'kinds';

/** What is said of targets; all of it goes when the target is forgotten. */
export function targetMetrics(make: Instruments, clock: Clock) {
  const targets = new Map<string, Told>();
  const of = (target: string): Told => {
    const known = targets.get(target);
    if (known !== undefined) return known;
    const first = toldOf(target);
    targets.set(target, first);
    return first;
  };
  make.alsoScrape(() => pageOf(targets, clock));
  return {
    targetUp: (target: string, isUp: boolean): void => {
      of(target).isUp = isUp;
    },
    targetCaptured: (target: string, isCaptured: boolean): void => {
      of(target).isCaptured = isCaptured;
    },
    targetState: (target: string, state: TargetState): void => {
      of(target).state = state;
    },
    /** `undefined` takes the figures away: a memory that cannot be read now is not shown as if it were. */
    targetMemory: (target: string, reading: Reading | undefined): void => {
      of(target).reading = reading;
    },
    limit: (target: string, bytes: number | undefined): void => {
      of(target).limitBytes = bytes;
    },
    /** How the growth of the target's memory divides by kind; kinds that did not grow are 0. */
    growth: (target: string, shares: readonly GrowthShare[] | undefined): void => {
      of(target).shares = shares;
    },
    /** Replaces what was said so of the target's suspects, so that one that is none any more goes. */
    suspects: (target: string, by: Forecaster, suspects: readonly Suspect[]): void => {
      of(target).suspects[by] = suspects.slice(0, SUSPECTS_SHOWN);
    },
    /** What either foresees last holds until it says otherwise; the earlier of the two is shown. */
    limitReached: (target: string, by: Forecaster, unixSeconds: number | undefined): void => {
      of(target).limitReachedAt[by] = unixSeconds;
    },
    /** Takes away all that was foreseen of the target. */
    nothingForeseen: (target: string): void => {
      const told = of(target);
      told.suspects.heap = [];
      told.suspects.kinds = [];
      told.limitReachedAt.heap = undefined;
      told.limitReachedAt.kinds = undefined;
    },
    /** Removes every series of a target that is watched no more. */
    forgetTarget: (target: string): void => void targets.delete(target),
  };
}

function toldOf(target: string): Told {
  return {
    label: label('target', target),
    isUp: undefined,
    isCaptured: undefined,
    state: undefined,
    reading: undefined,
    limitBytes: undefined,
    shares: undefined,
    suspects: { heap: [], kinds: [] },
    limitReachedAt: { heap: undefined, kinds: undefined },
  };
}

/** What is added to the lines of one gauge for each target. `now`: Unix seconds. */
type Adds = (lines: GaugeText, told: Told, now: number) => void;

const GAUGES: readonly (readonly [name: string, help: string, add: Adds])[] = [
  [
    'target_up',
    'Whether the last reading of the target succeeded (1) or not (0).',
    (lines, { label: target, isUp }) => {
      if (isUp !== undefined) lines.add(Number(isUp), target);
    },
  ],
  [
    'target_captured',
    'Whether the last heap profile of the target could be had and judged (1) or not (0); absent before the first.',
    (lines, { label: target, isCaptured }) => {
      if (isCaptured !== undefined) lines.add(Number(isCaptured), target);
    },
  ],
  [
    'target_state',
    'State of the target: 1 for the one it is in, 0 for the others.',
    (lines, { label: target, state }) => {
      if (state === undefined) return;
      for (const [one, further] of STATES) lines.add(Number(one === state), target, further);
    },
  ],
  [
    'target_memory_limit_bytes',
    'Memory limit of the target: the configured one, else the GOMEMLIMIT it tells; absent without one.',
    (lines, { label: target, limitBytes }) => {
      if (limitBytes !== undefined) lines.add(limitBytes, target);
    },
  ],
  [
    'target_memory_bytes',
    'Memory of the target at its last reading, by kind; a kind that its source does not tell is absent.',
    (lines, { label: target, reading }) => {
      if (reading === undefined) return;
      for (const [bytesOf, further] of MEMORY_KINDS) {
        const bytes = bytesOf(reading);
        if (bytes !== undefined) lines.add(bytes, target, further);
      }
    },
  ],
  [
    'suspect_growth_bytes_per_hour',
    'Growth of the in-use heap that stands on the function, and of the stacks of goroutines that block in it; memory outside the Go heap and tables of the profiler go by that name. The strongest few of each target.',
    (lines, { label: target, suspects: { heap, kinds } }) => {
      for (const [name, perHour] of growthByName([...heap, ...kinds]))
        lines.add(perHour, target, `,${label('function', name)}`);
    },
  ],
  [
    'target_growth_bytes',
    'Growth of the floors of the target since its process is watched, by kind of memory.',
    (lines, { label: target, shares }) => {
      if (shares === undefined) return;
      for (const [kind, further] of GROWTHS) {
        const share = shares.find((each) => each.kind === kind);
        lines.add(share?.growthBytes ?? 0, target, further);
      }
    },
  ],
  [
    'limit_reached_seconds',
    'Seconds from now until the target reaches its memory limit at its present growth; absent while no end is in sight.',
    (lines, { label: target, limitReachedAt: { heap, kinds } }, now) => {
      const at = Math.min(heap ?? Infinity, kinds ?? Infinity);
      if (at < Infinity) lines.add(Math.max(0, at - now), target);
    },
  ],
];

/** Gauge by gauge, with room between for whatever else there is to do: thousands of targets take some time. */
async function pageOf(
  targets: ReadonlyMap<string, Told>,
  clock: Clock,
): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for (const [name, help, add] of GAUGES) {
    const lines = new GaugeText(`heapwarden_${name}`, help);
    const now = clock.now() / 1_000;
    for (const told of targets.values()) add(lines, told, now);
    chunks.push(...lines.chunks());
    await setImmediate();
  }
  return chunks;
}

/** Goroutines may block where the heap grows too, and these are different bytes. */
function growthByName(suspects: readonly Growing[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { function: whole, growthBytesPerHour } of suspects) {
    const name = cut(whole);
    sums.set(name, (sums.get(name) ?? 0) + growthBytesPerHour);
  }
  return sums;
}

function goTotal({ sysBytes, heapReleasedBytes }: Reading): number | undefined {
  return sysBytes === undefined ? undefined : sysBytes - (heapReleasedBytes ?? 0);
}

/** By code points, so that no character is cut in two. */
function cut(name: string): string {
  const points = Array.from(name);
  return points.length <= FUNCTION_LENGTH
    ? name
    : `${points.slice(0, FUNCTION_LENGTH - 1).join('')}…`;
}
