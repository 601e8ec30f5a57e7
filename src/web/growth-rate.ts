import type { Suspect } from '../growth/verdict.ts';
import type { Incident, Sighting } from '../incident/incident.ts';
import { isUnseen } from '../incident/sightings.ts';
import { rate } from './format.ts';
import type { TargetStatus } from './status.ts';

/** What is shown of something that grows. */
export type Growth = Pick<Sighting, 'suspect' | 'goroutines'>;

/** `+114MiB/h`; of goroutines `+6000 goroutines/h`, for what each of them holds is not known. */
export function growthRate({ suspect, goroutines }: Growth): string {
  if (goroutines === undefined) return rate(suspect.growthBytesPerHour);
  const perHour = Math.round(goroutines.perHour);
  return `${perHour > 0 ? '+' : ''}${perHour} goroutines/h`;
}

/** `+114MiB/h (+105MiB/h to +122.1MiB/h)`: as messages tell it, no less than nothing, for what shrank is not told as growth. */
export function rateWithBounds(suspect: Suspect): string {
  const { growthBytesPerHour, growthBytesPerHourLow: low, growthBytesPerHourHigh: high } = suspect;
  return `${rate(growthBytesPerHour)} (${rate(Math.max(0, low))} to ${rate(high)})`;
}

export function isSeenToGrow(sighting: Sighting): boolean {
  return sighting.state !== 'resolved' && !isUnseen(sighting);
}

/**
 * What grows fastest in a target: what its newest heap profile names, or what open incidents tell of other kinds
 * of growth; of the heap they are asked where no profile names anything.
 */
export function fastestGrowth(
  { name, verdict }: TargetStatus,
  incidents: readonly Incident[],
): Growth | undefined {
  const growing = (verdict?.suspects ?? []).filter(({ standstill }) => standstill === undefined);
  const named = growing.slice(0, 1).map((suspect): Growth => ({ suspect }));
  const told = incidents
    .filter(({ kind, state }) => state !== 'resolved' && (kind !== 'heap' || named.length === 0))
    .flatMap(({ sightings }) => sightings)
    .filter((sighting) => sighting.target === name && isSeenToGrow(sighting));
  const [fastest] = [...named, ...told].toSorted(
    (a, b) => b.suspect.growthBytesPerHour - a.suspect.growthBytesPerHour,
  );
  return fastest;
}
