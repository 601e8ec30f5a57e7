import type { SampleType } from './profile.ts';
import { unitOfType } from './sample-type.ts';

/** How `go tool pprof` writes figures, to the last digit. */

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

export type ByteUnit = (typeof BYTE_UNITS)[number];

/** `none` for counts, which have no unit; `auto` for the unit that suits the value. */
export type Unit = ByteUnit | 'none' | 'auto';

/** `1.50MB`, `-512kB`, `0`: two digits behind the point or none. */
export function formatValue(value: number, unit: Unit): string {
  const chosen = unit === 'auto' ? unitOf(value) : unit;
  const scaled = chosen === 'none' ? value : value / 1024 ** BYTE_UNITS.indexOf(chosen);
  const text = toFixedHalfEven(scaled, 2).replace(/\.00$/, '');
  if (text === '0' || text === '-0') return '0';
  return chosen === 'none' ? text : text + chosen;
}

function unitOf(bytes: number): ByteUnit {
  const step = BYTE_UNITS.findLastIndex((_, power) => Math.abs(bytes) >= 1024 ** power);
  return BYTE_UNITS[step] ?? 'B';
}

/**
 * The one unit for a table: that of its smallest figure, or of a hundred times that where figures
 * differ much, so that the smallest still shows as 0.01.
 */
export function unitForTable(
  type: SampleType,
  figures: readonly { readonly flat: number; readonly cum: number }[],
  total: number,
): Unit {
  if (unitOfType(type) === 'count') return 'none';
  // Of an empty table pprof has not chosen a unit when it writes its total.
  if (figures.length === 0) return 'auto';
  const smallest = figures
    .map(({ flat, cum }) => Math.abs(flat === 0 ? cum : flat))
    .reduce((min, value) => (value > 0 && value < min ? value : min), Infinity);
  const min = smallest === Infinity ? total : smallest;
  const differ = unitOf(min) !== unitOf(total) && min * 100 < total;
  return unitOf(differ ? min * 100 : min);
}

/** `58.91%`, ` 1.23%`, `0.023%`, `  100%`: a share of the total without its sign, six wide or more. */
export function formatPercent(value: number, total: number): string {
  const percent = total === 0 ? 0 : Math.abs(value / total) * 100;
  if (percent >= 99.95 && percent <= 100.05) return '  100%';
  const digits = percent >= 1 ? toFixedHalfEven(percent, 2) : toTwoDigits(percent);
  return `${digits.padStart(5)}%`;
}

/** Two significant digits as C's `%.2g` has them: no zeros at the end, `1.2e-05` when tiny. */
function toTwoDigits(value: number): string {
  if (value === 0) return '0';
  const exponent = Number(value.toExponential(1).split('e')[1]);
  if (exponent < -4) {
    const [mantissa = ''] = value.toExponential(1).split('e');
    return `${mantissa.replace(/\.0$/, '')}e-${String(-exponent).padStart(2, '0')}`;
  }
  return String(Number(toFixedHalfEven(value, 1 - exponent)));
}

/** Rounds what lies exactly between two to the even one, as Go and C do, where JavaScript rounds up. */
function toFixedHalfEven(value: number, digits: number): string {
  const rounded = value.toFixed(digits);
  const exact = Math.abs(value).toFixed(Math.min(100, digits + 60));
  const isTie = /^50*$/.test(exact.slice(exact.indexOf('.') + 1 + digits));
  if (!isTie || Number(rounded.at(-1)) % 2 === 0) return rounded;
  return (Math.sign(value) * (Math.abs(Number(rounded)) - 10 ** -digits)).toFixed(digits);
}
