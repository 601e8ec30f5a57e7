import type { Receiver, Route } from '../config/config.ts';
import type { Incident } from '../incident/incident.ts';
import type { Book, Told } from './book.ts';
import { channelNames, type ChannelName } from './channel-names.ts';
import type { Listener, Mute } from './decide.ts';
import type { Notification } from './notification.ts';
import { routeIncident } from './routes.ts';
import { hushes } from './silences.ts';

/** Who is told what, and when. */
export interface Rules {
  readonly route: Route;
  readonly receivers: readonly Receiver[];
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
  const hushOf = hushes(book, now);
  return (incident) => {
    const seats =
      incident.state === 'resolved'
        ? seatsOfTold(told.get(incident.id) ?? [], channels, rules.route)
        : hushed(seatsOfRoutes(routeIncident(rules.route, incident), channels), hushOf(incident));
    const known = { told: told.get(incident.id) ?? [], pending: pending.get(incident.id) ?? [] };
    return seats.map((seat) => listener(seat, known));
  };
}

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
function hushed(seats: readonly Seat[], hush: Mute | undefined): readonly Seat[] {
  return hush === undefined ? seats : seats.map((seat) => ({ ...seat, muted: seat.muted ?? hush }));
}

/** That it is over goes to whoever was told that it began, wherever the routes lead by now, silenced or not. */
function seatsOfTold(told: readonly Told[], channels: Channels, timing: Route): readonly Seat[] {
  return told
    .filter((record) => record.last?.state !== 'resolved' && record.channel !== '')
    .map(({ receiver, channel }) => {
      const name = channels.get(receiver)?.find((each) => each.channel === channel);
      const sendResolved = name?.sendResolved ?? false;
      return { receiver, channel, timing, sendResolved, muted: undefined };
    });
}

function listener(
  seat: Seat,
  known: { readonly told: readonly Told[]; readonly pending: readonly Notification[] },
): Listener {
  const isHere = (other: { receiver: string; channel: string }) =>
    other.receiver === seat.receiver && other.channel === seat.channel;
  return { ...seat, told: known.told.find(isHere), undelivered: known.pending.some(isHere) };
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
