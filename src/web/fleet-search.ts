import type { Incident, Sighting } from '../incident/incident.ts';
import type { TargetStatus } from './status.ts';

/** Whether every word of `q` stands in the name, the labels or a function told of a target, in whatever case. */
export function searchFor(
  q: string,
  incidents: readonly Incident[],
): (target: TargetStatus) => boolean {
  const words = q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return () => true;
  const told = functionsTold(incidents);
  return ({ name, labels, verdict }) => {
    const text = [
      name,
      ...Object.entries(labels).map(([label, value]) => `${label}=${value}`),
      ...(verdict?.suspects ?? []).map((suspect) => suspect.function),
      ...(told.get(name) ?? []),
    ];
    const found = text.join('\n').toLowerCase();
    return words.every((word) => found.includes(word));
  };
}

/** By target: what the newest heap profile does not name, of a process that ended or of goroutines, open incidents do. */
function functionsTold(incidents: readonly Incident[]): ReadonlyMap<string, readonly string[]> {
  const told = new Map<string, string[]>();
  const open = incidents.filter(({ state }) => state !== 'resolved');
  for (const sighting of open.flatMap(({ sightings }) => sightings)) {
    if (sighting.state === 'resolved') continue;
    told.set(sighting.target, [...(told.get(sighting.target) ?? []), ...functionsIn(sighting)]);
  }
  return told;
}

function functionsIn({ suspect, coSuspects, goroutines }: Sighting): readonly string[] {
  const { blockedIn, startedBy, createdIn } = goroutines ?? {};
  return [
    ...[suspect, ...coSuspects].map((each) => each.function),
    ...[blockedIn?.function, startedBy?.function, createdIn].filter((name) => name !== undefined),
  ];
}
