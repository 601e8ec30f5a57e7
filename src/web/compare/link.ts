import { z } from 'zod';
import type { SavedProfile } from '../../incident/incident.ts';
import { ofLastProcess } from '../../memory/restarts.ts';
import { HEAP_SAMPLE_TYPES } from '../../pprof/profile.ts';
import { TOP_SORTS } from '../../pprof/top.ts';
import { THEMES } from '../../picture/theme.ts';
import type { View } from '../../picture/comparison.ts';

/** The whole of what a page or a picture of two profiles shows. */
export interface Asked extends View {
  /** Names of saved profiles; `before` is empty where one is looked at alone. */
  readonly before: string;
  readonly after: string;
  /**
   * The window of the history that the link names, of which the first and the last profile are those two;
   * both empty where it names the profiles themselves.
   */
  readonly from: string;
  readonly to: string;
}

/** What a link asks for, or why that cannot be had. */
export type Link =
  | { readonly kind: 'asked'; readonly asked: Asked }
  | { readonly kind: 'refused'; readonly status: 400 | 404; readonly reason: string };

/** Stands for no profile before, where leaving it out takes the oldest. */
export const ALONE = 'none';

const TEXT = z.string().max(1_000);
const TIME = 'a time as 2026-05-03T12:00Z, or Unix milliseconds';
const PATH = z.string().regex(/^(\d{1,6}(\.\d{1,6}){0,255})?$/);
const QUERY = z.object({
  before: TEXT.optional(),
  after: TEXT.optional(),
  from: TEXT.default(''),
  to: TEXT.default(''),
  sample: z.enum(HEAP_SAMPLE_TYPES).catch('inuse_space'),
  sort: z.enum(TOP_SORTS).catch('flat'),
  invert: z.literal('1').optional().catch(undefined),
  zoom: PATH.catch(''),
  search: TEXT.catch(''),
  function: TEXT.catch(''),
  theme: z.enum(THEMES).catch('light'),
});

/**
 * Reads the query of a link. Profiles are given by name, or as the window `from` … `to` (ISO times, in UTC
 * where they name no zone, or Unix milliseconds), of which the first and the last profile are taken;
 * without either, the first and the last of the process that gave the last.
 */
export function readLink(
  query: Readonly<Record<string, string>>,
  { saved, restarts }: History,
): Link {
  const parsed = QUERY.safeParse(query);
  if (!parsed.success) return refused(400, 'link: one of its parts is longer than 1000 characters');
  const { before, after, sample, invert, ...rest } = parsed.data;
  const named = before !== undefined || after !== undefined;
  const window = named ? { from: '', to: '' } : { from: rest.from, to: rest.to };
  const inside = within(window, saved);
  if (typeof inside === 'string') return refused(400, inside);
  const isWindow = window.from !== '' || window.to !== '';
  const pair = pairOf({ before, after }, isWindow ? inside : ofProcess(after, { saved, restarts }));
  if (pair === undefined) return refused(404, nothingIn(saved));
  const asked = { ...rest, ...window, ...pair, type: sample, inverted: invert === '1' };
  return { kind: 'asked', asked };
}

/** What there is to compare. */
export interface History {
  readonly saved: readonly SavedProfile[];
  /** When other processes began to answer, oldest first. */
  readonly restarts: readonly number[];
}

/** Those up to this one, of the process that gave it; where none is named, or is known, up to the last. */
function ofProcess(
  after: string | undefined,
  { saved, restarts }: History,
): readonly SavedProfile[] {
  const index = saved.findIndex(({ file }) => file === after);
  return ofLastProcess(index < 0 ? saved : saved.slice(0, index + 1), restarts);
}

interface Named {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What is not named is the first and the last there is. */
function pairOf(
  { before, after }: Named,
  inside: readonly SavedProfile[],
): Pick<Asked, 'before' | 'after'> | undefined {
  const last = after ?? inside.at(-1)?.file;
  if (last === undefined) return undefined;
  const first = before ?? inside.find(({ file }) => file !== last)?.file ?? ALONE;
  return { before: first === ALONE ? '' : first, after: last };
}

/** Those saved in the window, or what is wrong with it. */
function within(
  { from, to }: { readonly from: string; readonly to: string },
  saved: readonly SavedProfile[],
): readonly SavedProfile[] | string {
  const start = timeOf(from, -Infinity);
  const end = timeOf(to, Infinity);
  if (start === undefined) return `from: "${from}" is no time; write ${TIME}`;
  if (end === undefined) return `to: "${to}" is no time; write ${TIME}`;
  return saved.filter(({ at }) => at >= start && at <= end);
}

function refused(status: 400 | 404, reason: string): Link {
  return { kind: 'refused', status, reason };
}

function nothingIn(saved: readonly SavedProfile[]): string {
  const [first] = saved;
  const last = saved.at(-1);
  if (first === undefined || last === undefined) return 'profiles: none is saved of it yet';
  const [oldest, newest] = [first, last].map(({ at }) => new Date(at).toISOString());
  return `profiles: none is saved of it in this window; those there are were taken from ${oldest} to ${newest}`;
}

/** `undefined` for what is no time. */
function timeOf(text: string, otherwise: number): number | undefined {
  if (text === '') return otherwise;
  const withoutZone = /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text);
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(withoutZone ? `${text}Z` : text);
  return Number.isNaN(at) ? undefined : at;
}

/** The query that `readLink` reads the same from; what is as by default is left out. */
export function writeLink(asked: Asked): string {
  const byWindow = asked.from !== '' || asked.to !== '';
  const parameters: readonly (readonly [string, string])[] = [
    ['from', asked.from],
    ['to', asked.to],
    ['before', byWindow ? '' : asked.before || ALONE],
    ['after', byWindow ? '' : asked.after],
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
