import { formatPercent, formatValue } from '../pprof/format.ts';
import type { Unit } from '../pprof/format.ts';
import type { Profile, SampleType } from '../pprof/profile.ts';
import { isoTime } from './iso-time.ts';
import { printable } from './profile-file.ts';

/** What the figures of a table are shares of, and what they are written in. */
export interface Whole {
  readonly total: number;
  readonly unit: Unit;
}

interface Held {
  readonly flat: number;
  readonly cum: number;
}

/** With `sum`: what it and the rows above it hold by themselves. */
export function withSums<Row extends Held>(rows: readonly Row[]): (Row & { sum: number })[] {
  let sum = 0;
  return rows.map((row) => {
    sum += row.flat;
    return { ...row, sum };
  });
}

/** The first lines of what `go tool pprof` prints. */
export function aboutProfile({ build, timeMs }: Profile, sample: SampleType): string[] {
  const file = build.file.slice(build.file.lastIndexOf('/') + 1);
  return [
    ...(file === '' ? [] : [`File: ${printable(file)}`]),
    ...(build.id === '' ? [] : [`Build ID: ${printable(build.id)}`]),
    `Type: ${sample}`,
    ...(timeMs === 0 ? [] : [`Time: ${isoTime(timeMs)}`]),
  ];
}

/** How much of the whole is in what is shown. */
export function accountedFor(
  what: 'nodes' | 'stacks',
  shown: readonly number[],
  { total, unit }: Whole,
): string {
  const sum = shown.reduce((all, value) => all + value, 0);
  const share = formatPercent(sum, total).trim();
  return `Showing ${what} accounting for ${formatValue(sum, unit)}, ${share} of ${formatValue(total, unit)} total`;
}

/** The columns flat, flat%, sum%, cum and cum%. */
export function figuresAsText(
  { flat, sum, cum }: Held & { readonly sum: number },
  { total, unit }: Whole,
): string {
  return [
    formatValue(flat, unit).padStart(10),
    formatPercent(flat, total),
    formatPercent(sum, total),
    formatValue(cum, unit).padStart(10),
    formatPercent(cum, total),
  ].join(' ');
}

/** Shares are from 0 to 1 and have the sign of what they are of. */
export function figuresAsJson(
  { flat, sum, cum }: Held & { readonly sum: number },
  total: number,
): Held & { flatShare: number; sumShare: number; cumShare: number } {
  return {
    flat,
    flatShare: shareOf(flat, total),
    sumShare: shareOf(sum, total),
    cum,
    cumShare: shareOf(cum, total),
  };
}

export function shareOf(value: number, total: number): number {
  return total === 0 ? 0 : value / total;
}
