import { z } from 'zod';
import type { SavedProfile } from '../../incident/incident.ts';
import { HEAP_SAMPLE_TYPES } from '../../pprof/profile.ts';
import { TOP_SORTS } from '../../pprof/top.ts';
import { THEMES } from '../../picture/theme.ts';
import type { View } from '../../picture/comparison.ts';

/** The whole of what a page or a picture of two profiles shows. */
export interface Asked extends View {
  /** Names of saved profiles; `before` is empty where one is looked at alone. */
  readonly before: string;
  readonly after: string;
}

/** Stands for no profile before, where leaving it out takes the oldest. */
export const ALONE = 'none';

const TEXT = z.string().max(1_000);
const PATH = z.string().regex(/^(\d{1,6}(\.\d{1,6}){0,255})?$/);
const QUERY = z.object({
  before: TEXT.optional(),
  after: TEXT.optional(),
  from: TEXT.optional(),
  to: TEXT.optional(),
  sample: z.enum(HEAP_SAMPLE_TYPES).catch('inuse_space'),
  sort: z.enum(TOP_SORTS).catch('flat'),
  invert: z.literal('1').optional().catch(undefined),
  zoom: PATH.catch(''),
  search: TEXT.catch(''),
  function: TEXT.catch(''),
  theme: z.enum(THEMES).catch('light'),
});

/**
 * Reads the query of a link. Profiles are given by name, or as the window `from` … `to` (ISO times or
 * Unix milliseconds), of which the first and the last profile are taken; without either, all there are.
 * `undefined` where nothing is saved in it.
 */
export function readLink(
  query: Readonly<Record<string, string>>,
  saved: readonly SavedProfile[],
): Asked | undefined {
  const parsed = QUERY.safeParse(query);
  if (!parsed.success) return undefined;
  const { before, after, from, to, sample, invert, ...rest } = parsed.data;
  const window = saved.filter(
    ({ at }) => at >= timeOf(from, -Infinity) && at <= timeOf(to, Infinity),
  );
  const last = after ?? window.at(-1)?.file;
  if (last === undefined) return undefined;
  const first = before ?? window.find(({ file }) => file !== last)?.file ?? ALONE;
  return {
    ...rest,
    before: first === ALONE ? '' : first,
    after: last,
    type: sample,
    inverted: invert === '1',
  };
}

function timeOf(text: string | undefined, otherwise: number): number {
  if (text === undefined || text === '') return otherwise;
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(at) ? otherwise : at;
}

/** The query that `readLink` reads the same from; what is as by default is left out. */
export function writeLink(asked: Asked): string {
  const parameters: readonly (readonly [string, string])[] = [
    ['before', asked.before === '' ? ALONE : asked.before],
    ['after', asked.after],
    ['sample', asked.type],
    ['sort', asked.sort === 'flat' ? '' : asked.sort],
    ['invert', asked.inverted ? '1' : ''],
    ['zoom', asked.zoom],
    ['search', asked.search],
    ['function', asked.function],
    ['theme', asked.theme === 'light' ? '' : asked.theme],
  ];
  const query = new URLSearchParams();
  for (const [name, value] of parameters) if (value !== '') query.set(name, value);
  return `?${query.toString()}`;
}
