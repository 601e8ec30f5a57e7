const DURATION_UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
]);

/** `500ms 30s 5m 4h 7d`, and sums of them as `1h30m`, in milliseconds; `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (DURATION_UNITS.get(unit ?? '') ?? Number.NaN);
  }
  return total;
}

const MOMENT = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * `2026-12-31T18:00:00Z`, or `2026-12-31` for its beginning in UTC, as Unix milliseconds; `undefined`
 * for anything else, and for a day that no calendar has.
 */
export function parseMoment(text: string): number | undefined {
  const [, day] = MOMENT.exec(text) ?? [];
  if (day === undefined) return undefined;
  // Date.parse takes the 30th of February for the 2nd of March.
  const [midnight, at] = [Date.parse(day), Date.parse(text)];
  if (Number.isNaN(midnight) || Number.isNaN(at)) return undefined;
  return new Date(midnight).toISOString().startsWith(day) ? at : undefined;
}

/** `512MiB 2GiB 500MB`, in bytes (whole ones); `undefined` for anything else. */
export function parseSize(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(B|[KMGT]i?B)$/.exec(text) ?? [];
  const scale = SIZE_UNITS.get(unit ?? '');
  return scale === undefined ? undefined : Math.round(Number(amount) * scale);
}

/** `75%`, as a share from 0 to 1; `undefined` for anything else. */
export function parseShare(text: string): number | undefined {
  const [, amount] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) / 100;
}

/** Three significant figures in binary units, as Prometheus writes them: `1.1GiB`, `64MiB`, `0B`, `-3.5MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(4, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10));
  const value = bytes / 2 ** (10 * step);
  return `${Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3))}${units[step]}`;
}

/** The two largest units: `350ms`, `12s`, `5m40s`, `5h40m`, `2d4h`; what is negative, as after a clock was set back, is `0ms`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(Math.max(0, ms))}ms`;
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join('');
}
