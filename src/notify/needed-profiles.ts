import type { Incident } from '../incident/incident.ts';
import type { Book } from './book.ts';

/**
 * The saved profiles that somebody is or may be looking for, as `TARGET/FILE`: those that open incidents show,
 * those that the newest message of an open incident named to each channel, and those that are still to be sent.
 */
export function neededProfiles({ incidents, told, pending }: Book): ReadonlySet<string> {
  const open = incidents.filter(({ state }) => state !== 'resolved');
  const ids = new Set(open.map(({ id }) => id));
  const linked = told.filter(({ incident }) => ids.has(incident));
  return new Set([
    ...open.flatMap(profilesOf),
    ...linked.flatMap(({ last }) => last?.profiles ?? []),
    ...pending.flatMap(({ incident }) => profilesOf(incident)),
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
