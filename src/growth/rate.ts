import type { Floor } from './floors.ts';

export interface Rate {
  readonly bytesPerHour: number;
  /** Two standard errors either side; the lower one may be below 0. */
  readonly low: number;
  readonly high: number;
}

const MS_PER_HOUR = 3_600_000;

/**
 * The median slope between any two floors (Theil–Sen), which a few odd ones do not move. The standard
 * error is that of a line through them, and never less than 1/√samples of the rate, for no number of
 * floors knows more than the sampled objects behind them.
 */
export function rateOf(floors: readonly Floor[], samples: number): Rate {
  const slopes = floors.flatMap((a, index) =>
    floors
      .slice(index + 1)
      .filter((b) => b.atMs > a.atMs)
      .map((b) => (b.bytes - a.bytes) / (b.atMs - a.atMs)),
  );
  const slope = median(slopes);
  const error = Math.max(
    lineError(floors, slope),
    Math.abs(slope) / Math.sqrt(Math.max(1, samples)),
  );
  return {
    bytesPerHour: slope * MS_PER_HOUR,
    low: (slope - 2 * error) * MS_PER_HOUR,
    high: (slope + 2 * error) * MS_PER_HOUR,
  };
}

/** How far floors stray from a line of that rate: one standard deviation, in bytes. */
export function strayOf(floors: readonly Floor[], { bytesPerHour }: Rate): number {
  return fitOf(floors, bytesPerHour / MS_PER_HOUR).stray;
}

function lineError(floors: readonly Floor[], slope: number): number {
  const { stray, spread } = fitOf(floors, slope);
  return spread > 0 ? stray / Math.sqrt(spread) : 0;
}

function fitOf(floors: readonly Floor[], slope: number) {
  if (floors.length < 3) return { stray: 0, spread: 0 };
  const meanAt = floors.reduce((sum, { atMs }) => sum + atMs, 0) / floors.length;
  const meanBytes = floors.reduce((sum, { bytes }) => sum + bytes, 0) / floors.length;
  let residual = 0;
  let spread = 0;
  for (const { atMs, bytes } of floors) {
    residual += (bytes - meanBytes - slope * (atMs - meanAt)) ** 2;
    spread += (atMs - meanAt) ** 2;
  }
  return { stray: Math.sqrt(residual / (floors.length - 2)), spread };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

/**
 * Where the growth began: the first floor from which it only rises, with at least a tenth of its later
 * pace. One step that does not is passed over, as the test of persistence does.
 *
 * Of 9 9 5 6 8 8 9 it is the 5.
 */
export function onsetOf(floors: readonly Floor[]): number {
  const bytes = floors.map((floor) => floor.bytes);
  const end = bytes.length - 1;
  let onset = end;
  for (let at = end - 1, pauses = 0; at >= 0 && pauses < 2; at--) {
    const rises = keepsPace(bytes, at);
    pauses = rises ? 0 : pauses + 1;
    if (rises && (bytes[at] ?? 0) < (bytes[onset] ?? 0)) onset = at;
  }
  return onset;
}

function keepsPace(bytes: readonly number[], at: number): boolean {
  const [here, next, last] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes.at(-1) ?? 0];
  const pace = (last - next) / Math.max(1, bytes.length - at - 2);
  return here < last && next - here > pace / 10;
}
