import type { Acceptance, Config, NamedTimeInterval, Receiver, Route } from '../config/config.ts';
import type { Incident } from '../incident/incident.ts';
import type { Book, Told } from './book.ts';
import { channelNames, type ChannelName } from './channel-names.ts';
import type { Listener, Mute } from './decide.ts';
import { mutes } from './mutes.ts';
import type { Notification } from './notification.ts';
import { routeIncident } from './routes.ts';
import { activeIntervals } from './time-intervals.ts';

/** Who is told what, and when. */
export interface Rules {
  readonly route: Route;
  readonly receivers: readonly Receiver[];
  readonly timeIntervals?: readonly NamedTimeInterval[] | undefined;
  readonly accepted?: readonly Acceptance[] | undefined;
}

export function rulesOf({ route, receivers, timeIntervals, accepted }: Config): Rules {
  return { route, receivers, timeIntervals, accepted };
}

/** Looks up, for each incident of a book, the channels that it may have to be told to. */
export function attendance(
  book: Book,
  rules: Rules,
  now: number,
): (incident: Incident) => readonly Listener[] {
  const channels = new Map(rules.receivers.map((each) => [each.name, channelNames(each)]));
  const told = groupBy(book.told, (record) => record.incident);
  const pending = groupBy(book.pending, (notification) => notification.incident.id);
  const muteOf = mutes(book, rules.accepted ?? [], now);
  const holding = activeIntervals(rules.timeIntervals ?? [], now);
  const restOf = (route: Route) => restNow(route, holding, now);
  return (incident) => {
    const known = { told: told.get(incident.id) ?? [], pending: pending.get(incident.id) ?? [] };
    const routes = routeIncident(rules.route, incident);
    const resting = new Map(routes.map((route) => [route.receiver, restOf(route)]));
    const seats =
      incident.state === 'resolved'
        ? seatsOfTold(known.told, channels, rules.route)
        : muted(seatsOfRoutes(routes, channels), sameFor(muteOf(incident)));
    const isOver = incident.state === 'resolved';
    const rest = ({ receiver, forgets }: Seat) =>
      isOver && forgets === true ? undefined : resting.get(receiver);
    return muted(seats, rest).map((seat) => listener(seat, known));
  };
}

function sameFor(mute: Mute | undefined): () => Mute | undefined {
  return () => mute;
}

/** Why a route tells nothing at this time; a minute is the least that an interval can be long. */
function restNow(route: Route, holding: ReadonlySet<string>, now: number): Mute | undefined {
  const until = (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS;
  const muting = (route.muteTimes ?? []).find((name) => holding.has(name));
  if (muting !== undefined) return { reason: `muted by ${muting} (mute_time_intervals)`, until };
  const active = route.activeTimes ?? [];
  if (active.length === 0 || active.some((name) => holding.has(name))) return undefined;
  return { reason: `outside of ${active.join(', ')} (active_time_intervals)`, until };
}

const MINUTE_MS = 60_000;

type Seat = Omit<Listener, 'told' | 'undelivered'>;
type Channels = ReadonlyMap<string, readonly ChannelName[]>;

function seatsOfRoutes(routes: readonly Route[], channels: Channels): readonly Seat[] {
  return routes.flatMap((timing): readonly Seat[] => {
    const { receiver } = timing;
    const named = channels.get(receiver) ?? [];
    if (named.length > 0) {
      return named.map((name) => ({ receiver, timing, ...name, muted: undefined }));
    }
    const muted = { reason: 'the receiver has no channels', until: undefined };
    return [{ receiver, timing, channel: '', sendResolved: false, muted }];
  });
}

/** What is muted anyway keeps its own reason. */
function muted(seats: readonly Seat[], muteOf: (seat: Seat) => Mute | undefined): readonly Seat[] {
  return seats.map((seat) => ({ ...seat, muted: seat.muted ?? muteOf(seat) }));
}

/**
 * That it is over goes to whoever was told that it began, wherever the routes lead by now, silenced or not;
 * only a time at which its route rests makes it wait, and not at a channel that forgets: it would soon say so itself.
 */
function seatsOfTold(told: readonly Told[], channels: Channels, timing: Route): readonly Seat[] {
  return told
    .filter((record) => record.last?.state !== 'resolved' && record.channel !== '')
    .map(({ receiver, channel }) => {
      const name = channels.get(receiver)?.find((each) => each.channel === channel);
      const sendResolved = name?.sendResolved ?? false;
      const forgets = name?.forgets === undefined ? {} : { forgets: name.forgets };
      return { receiver, channel, timing, sendResolved, muted: undefined, ...forgets };
    });
}

function listener(
  seat: Seat,
  known: { readonly told: readonly Told[]; readonly pending: readonly Notification[] },
): Listener {
  const isHere = (other: { receiver: string; channel: string }) =>
    other.receiver === seat.receiver && other.channel === seat.channel;
  const told = known.told.find(isHere);
  const here = { ...seat, told, undelivered: known.pending.some(isHere) };
  return seat.muted !== undefined && stands(here)
    ? { ...here, muted: { ...seat.muted, reason: `${seat.muted.reason}; ${STANDS}` } }
    : here;
}

const STANDS = 'what it took before stands there until that is over';

/** Whether a channel that forgets has an alert of the incident that holds. */
export function stands({ forgets, told }: Pick<Listener, 'forgets' | 'told'>): boolean {
  return forgets === true && (told?.alerts ?? []).some(({ endedAt }) => endedAt === undefined);
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
