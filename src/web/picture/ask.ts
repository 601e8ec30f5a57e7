import type { Context } from 'hono';
import { z } from 'zod';
import type { Theme } from '../../picture/theme.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How far back a picture looks; a week is all that is kept. */
export const RANGES = { '1h': HOUR, '6h': 6 * HOUR, '1d': 24 * HOUR, '7d': 7 * 24 * HOUR } as const;

export type Range = keyof typeof RANGES;

export const RANGE_NAMES = ['1h', '6h', '1d', '7d'] as const satisfies readonly Range[];

/** So many moments a picture shows; of the readings around each it shows the highest. */
const MOMENTS = 240;

/** Milliseconds from moment to moment at the most, for what is watched for so long at least. */
export function stepOf(range: Range): number {
  return RANGES[range] / MOMENTS;
}

/** The same for what is watched for `spanMs`: after the first minute, the minute is shown. */
export function stepWithin(range: Range, spanMs: number): number {
  return Math.max(1, Math.min(RANGES[range], spanMs) / MOMENTS);
}

/** For a phone: its text is as large there as that of the wide one on a desk. */
const SIZES = { wide: { width: 960, height: 280 }, narrow: { width: 440, height: 260 } } as const;

/** How a picture of a target is asked for, in the query of its address. */
export interface PictureQuery {
  readonly theme: Theme;
  readonly range: Range;
  readonly size: keyof typeof SIZES;
}

const QUERY = z.object({
  theme: z.enum(['light', 'dark']).catch('light'),
  range: z.enum(RANGE_NAMES).catch('1d'),
  size: z.enum(['wide', 'narrow']).catch('wide'),
});

export function pictureQuery(c: Context): PictureQuery {
  return QUERY.parse(c.req.query());
}

/** What is wrong with how far back is asked for; `undefined` where nothing is. */
export function wrongRange(c: Context): string | undefined {
  const range = c.req.query('range');
  if (range === undefined || RANGE_NAMES.some((name) => name === range)) return undefined;
  return `range: there is none of "${range}"; write ${RANGE_NAMES.slice(0, -1).join(', ')} or ${RANGE_NAMES.at(-1)}`;
}

/** What is as by default is left out. */
export function writePictureQuery({ theme, range, size }: PictureQuery): string {
  const query = new URLSearchParams({
    ...(theme === 'light' ? {} : { theme }),
    ...(range === '1d' ? {} : { range }),
    ...(size === 'wide' ? {} : { size }),
  }).toString();
  return query === '' ? '' : `?${query}`;
}

export function sizeOf({ size }: PictureQuery): {
  readonly width: number;
  readonly height: number;
} {
  return SIZES[size];
}
