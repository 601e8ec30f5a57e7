import type { Incident } from '../incident/incident.ts';
import type { Book } from './book.ts';

/** Of what is owed the oldest: this is asked at each capture, and thousands may be owed by a receiver that is down. */
const MAX_OWED = 200;

/**
 * The saved profiles that somebody is or may be looking for, as `TARGET/FILE`: those that open incidents show,
 * those that the newest message of an open incident named to each channel, and those that are to be sent next.
 */
export function neededProfiles({ incidents, told, pending }: Book): ReadonlySet<string> {
  const open = incidents.filter(({ state }) => state !== 'resolved');
  const ids = new Set(open.map(({ id }) => id));
  const linked = told.filter(({ incident }) => ids.has(incident));
  return new Set([
    ...open.flatMap(profilesOf),
    ...linked.flatMap(({ last }) => last?.profiles ?? []),
    ...pending.slice(0, MAX_OWED).flatMap(({ incident }) => profilesOf(incident)),
  ]);
}

/** As `TARGET/FILE`. */
export function profilesOf({ sightings }: Incident): readonly string[] {
  return sightings.flatMap(({ target, profiles }) =>
    profiles === undefined
      ? []
      : [`${target}/${profiles.before.file}`, `${target}/${profiles.after.file}`],
  );
}
