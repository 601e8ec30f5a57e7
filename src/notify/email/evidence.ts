import { formatBytes } from '../../config/units.ts';
import type { Suspect } from '../../growth/verdict.ts';
import type { MemoryOutlook, Sighting } from '../../incident/incident.ts';
import type { GrowthKind } from '../../memory/growth-kind.ts';
import { isUnseen } from '../../incident/sightings.ts';
import { outlookWords } from '../describe.ts';
import { whenSeen } from '../unseen.ts';
import {
  memorySeen,
  percent,
  printable,
  rate,
  rateInterval,
  READING_NAMES,
  roomWords,
  shortFunction,
  shortPlace,
  utc,
} from '../words.ts';

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface SuspectView {
  readonly function: string;
  /** `undefined` of what has none. */
  readonly place: string | undefined;
  readonly growth: string;
  /** `allocated by …` of the heap, `running …` of goroutines; `undefined` where that is no other function. */
  readonly beside: string | undefined;
  /** Leaf first. */
  readonly stack: readonly string[];
}

/** Where memory stands and where it is heading. */
export function standingOf(sighting: Sighting, now: number): readonly Fact[] {
  const { memory, target, state } = sighting;
  const always = [
    { label: 'Target', value: printable(target) },
    {
      label: 'Memory',
      value: `${memorySeen(sighting, now)}, ${READING_NAMES[memory.readingKind]}`,
    },
  ];
  return state === 'resolved'
    ? always
    : [...always, { label: 'Limit', value: limitValue(sighting, now) }];
}

/** The numbers that the verdict stands on. */
export function numbersOf(sighting: Sighting, kind: GrowthKind): readonly Fact[] {
  const { suspect, state } = sighting;
  const grown = `${formatBytes(suspect.growthBytes)} since ${utc(suspect.since)}`;
  // The last rate may be over a time in which it had stopped.
  if (state === 'resolved') return [{ label: 'Grew by', value: grown }];
  const growth = `${rate(suspect)} (${rateInterval(suspect)})${whenSeen(sighting)}`;
  if (kind !== 'heap') {
    const unrest = `${Number(suspect.z.toFixed(1))} times what its own unrest explains`;
    return [
      { label: 'Growth', value: growth },
      { label: 'Grown', value: grown },
      { label: 'Not chance', value: unrest },
    ];
  }
  return [
    { label: 'Growth', value: growth },
    { label: 'Grown', value: `${grown}; ${percent(suspect.share)} of all growth is laid at it` },
    {
      label: 'Still in use',
      value: `${percent(suspect.survival)} of what it allocated since${commaBefore(whenSeen(sighting))}`,
    },
    { label: 'Not chance', value: noiseWords(suspect) },
  ];
}

function commaBefore(words: string): string {
  return words === '' ? '' : `,${words}`;
}

/** `12.1 times what the noise of sampling explains, by 728 sampled objects`. */
function noiseWords({ z, samples }: Suspect): string {
  const objects = samples.toLocaleString('en');
  return `${Number(z.toFixed(1))} times what the noise of sampling explains, by ${objects} sampled objects`;
}

/** Of the limit, 0 to 1; `undefined` where no limit is known. */
export function memoryShareOf(memory: MemoryOutlook): number | undefined {
  if (memory.limitBytes === undefined || memory.limitBytes <= 0) return undefined;
  return Math.min(1, Math.max(0, memory.readingBytes / memory.limitBytes));
}

const MAX_SUSPECTS = 5;

export function suspectsOf(sighting: Sighting, kind: GrowthKind): readonly SuspectView[] {
  const { suspect, coSuspects, state } = sighting;
  if (state === 'resolved') return [viewOfSuspect(suspect, kind, grewBy(suspect, kind))];
  return [suspect, ...coSuspects].slice(0, MAX_SUSPECTS).map((each) => {
    const alone = each === suspect ? '' : aloneWords(each);
    return viewOfSuspect(each, kind, `${figuresOf(each, kind)}${whenSeen(sighting)}${alone}`);
  });
}

/** Of what is over these are figures of the past, often of a process that ended. */
function grewBy(suspect: Suspect, kind: GrowthKind): string {
  return `while it grew: ${figuresOf(suspect, kind)}`;
}

/**
 * `182MiB/h, 374MiB in use`. How much is outside of Go nobody knows, since the runtime need not have
 * touched all that it obtained.
 */
function figuresOf(suspect: Suspect, kind: GrowthKind): string {
  if (kind === 'off_heap') return rate(suspect);
  const what = kind === 'goroutine' ? 'of stacks' : 'in use';
  return `${rate(suspect)}, ${formatBytes(suspect.inuseBytes)} ${what}`;
}

const MAX_FRAMES = 24;

function viewOfSuspect(suspect: Suspect, kind: GrowthKind, growth: string): SuspectView {
  const { stack } = suspect;
  const frames = stack.slice(0, MAX_FRAMES).map(shortFunction);
  const cut = stack.length - frames.length;
  return {
    function: shortFunction(suspect.function),
    place: kind === 'heap' || suspect.file !== '' ? shortPlace(suspect) : undefined,
    growth,
    beside: besideIt(suspect, kind),
    stack: cut > 0 ? [...frames, `… and ${cut} more`] : frames,
  };
}

/** It is shown for what it grew by, and may be a cache that fills up. */
function aloneWords({ state }: Suspect): string {
  return state === 'growing' ? '; it grows too, but is no suspect by itself' : '';
}

/** A goroutine allocates nothing where it blocks: beside it stands what its `go` statement called. */
function besideIt({ function: name, allocator }: Suspect, kind: GrowthKind): string | undefined {
  if (allocator.function === name) return undefined;
  const words = kind === 'goroutine' ? 'running' : 'allocated by';
  return `${words} ${shortFunction(allocator.function)} (${shortPlace(allocator)})`;
}

/** `in 5h40m (between 4h50m and 6h50m), at 2026-03-01 19:40 UTC`. */
function limitValue(sighting: Sighting, now: number): string {
  const { limitReachedAt = now } = sighting.memory;
  const words = outlookWords(sighting, now).replace(/^limit /, '');
  if (limitReachedAt <= now || isUnseen(sighting)) return words;
  const room = roomWords(sighting);
  return `${words}, at ${utc(limitReachedAt)}${room === undefined ? '' : `; ${room}`}`;
}
