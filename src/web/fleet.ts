import { z } from 'zod';
import type { Incident } from '../incident/incident.ts';
import { searchFor } from './fleet-search.ts';
import { fastestGrowth } from './growth-rate.ts';
import type { Standing } from './standing.ts';
import {
  STANDINGS,
  countStandings,
  limitReachedAt,
  shareOfLimit,
  standing,
  worstFirst,
} from './standing.ts';
import type { TargetStatus } from './status.ts';

export const FLEET_SORTS = ['worst', 'name', 'memory', 'growth', 'end'] as const;

export type FleetSort = (typeof FLEET_SORTS)[number];

/** What of the fleet is shown; all of it stands in the link. */
export interface FleetQuery {
  /** As `searchFor` finds it. */
  readonly q: string;
  readonly state: Standing | '';
  readonly service: string;
  readonly sort: FleetSort;
  /** From 1. */
  readonly page: number;
}

export interface FleetGroup {
  /** The label `service`; empty for those without. */
  readonly service: string;
  readonly shown: readonly TargetStatus[];
  /** Of the group, shown or not. */
  readonly total: number;
}

export interface FleetView {
  /** How many of all there are, by state. */
  readonly counts: ReadonlyMap<Standing, number>;
  /** Those that match. */
  readonly matching: number;
  readonly groups: readonly FleetGroup[];
  readonly page: number;
  readonly pages: number;
}

/** A page of this many rows is some 30 kB over the wire, whatever the fleet. */
const ROWS_PER_PAGE = 80;
/** A service of hundreds must not hide the others; the rest of it is one click away. */
const ROWS_PER_GROUP = 8;

const QUERY = z.object({
  q: z.string().max(200).catch(''),
  state: z.enum([...STANDINGS, '']).catch(''),
  service: z.string().max(200).catch(''),
  sort: z.enum(FLEET_SORTS).catch('worst'),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
});

export function readFleetQuery(query: Readonly<Record<string, string>>): FleetQuery {
  const { data } = QUERY.safeParse(query);
  return data ?? { q: '', state: '', service: '', sort: 'worst', page: 1 };
}

/** The query that `readFleetQuery` reads the same from; what is as by default is left out. */
export function writeFleetQuery({ q, state, service, sort, page }: FleetQuery): string {
  const query = new URLSearchParams();
  const told = { q, state, service, sort: sort === 'worst' ? '' : sort };
  for (const [name, value] of Object.entries(told)) if (value !== '') query.set(name, value);
  if (page > 1) query.set('page', String(page));
  return `?${query.toString()}`;
}

/** What targets are found and sorted by beside their status. */
interface Known {
  readonly incidents: readonly Incident[];
  readonly now: number;
}

/** Filters, sorts, groups by service and cuts to a page. Sorted otherwise than by the worst, there is one group. */
export function viewFleet(
  targets: readonly TargetStatus[],
  known: Known,
  query: FleetQuery,
): FleetView {
  const isSearched = searchFor(query.q, known.incidents);
  const matching = targets.filter((target) => isAskedFor(target, query) && isSearched(target));
  const sorted = sortFleet(matching, known, query.sort);
  const groups = query.sort === 'worst' ? byService(sorted) : [whole(sorted)];
  const cut = groups.length === 1 ? groups : groups.map((group) => shorten(group, query));
  const pages = paginate(cut);
  const page = Math.min(query.page, Math.max(1, pages.length));
  return {
    counts: countStandings(targets),
    matching: matching.length,
    groups: pages[page - 1] ?? [],
    page,
    pages: pages.length,
  };
}

function isAskedFor(target: TargetStatus, { state, service }: FleetQuery): boolean {
  if (state !== '' && standing(target) !== state) return false;
  return service === '' || target.labels['service'] === service;
}

function sortFleet(
  targets: readonly TargetStatus[],
  { incidents, now }: Known,
  sort: FleetSort,
): readonly TargetStatus[] {
  switch (sort) {
    case 'worst':
      return worstFirst(targets);
    case 'name':
      return targets.toSorted((a, b) => a.name.localeCompare(b.name));
    case 'memory':
      return descending(targets, (target) => shareOfLimit(target) ?? -1);
    case 'growth':
      return descending(
        targets,
        (target) => fastestGrowth(target, incidents)?.suspect.growthBytesPerHour ?? -1,
      );
    case 'end':
      return descending(targets, ({ name }) => -(limitReachedAt(name, incidents, now) ?? Infinity));
  }
}

function descending(
  targets: readonly TargetStatus[],
  rankOf: (target: TargetStatus) => number,
): readonly TargetStatus[] {
  const ranked = targets.map((target) => ({ target, rank: rankOf(target) }));
  const compare = (a: number, b: number): number => (a === b ? 0 : b - a);
  return ranked
    .sort((a, b) => compare(a.rank, b.rank) || a.target.name.localeCompare(b.target.name))
    .map(({ target }) => target);
}

/** In the order of the first of each. */
function byService(targets: readonly TargetStatus[]): readonly FleetGroup[] {
  const groups = new Map<string, TargetStatus[]>();
  for (const target of targets) {
    const service = target.labels['service'] ?? '';
    const group = groups.get(service);
    if (group === undefined) groups.set(service, [target]);
    else group.push(target);
  }
  return [...groups].map(([service, shown]) => ({ service, shown, total: shown.length }));
}

function whole(shown: readonly TargetStatus[]): FleetGroup {
  return { service: '', shown, total: shown.length };
}

function shorten(group: FleetGroup, { service }: FleetQuery): FleetGroup {
  // Those without a service cannot be asked for by its name.
  if (service !== '' || group.service === '') return group;
  return { ...group, shown: group.shown.slice(0, ROWS_PER_GROUP) };
}

/** Groups stay together but where one alone is more than a page. */
function paginate(groups: readonly FleetGroup[]): readonly (readonly FleetGroup[])[] {
  const pages: FleetGroup[][] = [];
  let room = 0;
  for (const group of groups.flatMap(split)) {
    if (group.shown.length > room) {
      pages.push([]);
      room = ROWS_PER_PAGE;
    }
    pages.at(-1)?.push(group);
    room -= group.shown.length;
  }
  return pages;
}

function split(group: FleetGroup): readonly FleetGroup[] {
  const parts = Math.ceil(group.shown.length / ROWS_PER_PAGE);
  return Array.from({ length: parts }, (_, part) => ({
    ...group,
    shown: group.shown.slice(part * ROWS_PER_PAGE, (part + 1) * ROWS_PER_PAGE),
  }));
}
