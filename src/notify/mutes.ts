import type { Acceptance } from '../config/config.ts';
import { formatBytes } from '../config/units.ts';
import type { Incident, Sighting } from '../incident/incident.ts';
import { firingTargets } from '../incident/sightings.ts';
import type { GrowthKind } from '../memory/growth-kind.ts';
import type { Book } from './book.ts';
import type { Mute } from './decide.ts';
import { firingSightings } from './incident-facts.ts';
import { labelSets, matches, type Labels } from './routes.ts';
import { hushes } from './silences.ts';

/** Looks up why nothing may be said of an incident to anyone now. */
export function mutes(
  book: Book,
  accepted: readonly Acceptance[],
  now: number,
): (incident: Incident) => Mute | undefined {
  const hushOf = hushes(book, now);
  const holding = accepted.filter(({ until }) => until === undefined || now < until);
  return (incident) =>
    hushOf(incident) ?? acceptedGrowth(incident, holding) ?? inhibited(incident, book.incidents);
}

/** Known and accepted where the growth in each target stays within a budget. */
function acceptedGrowth(incident: Incident, accepted: readonly Acceptance[]): Mute | undefined {
  if (accepted.length === 0) return undefined;
  const labels = labelSets(incident);
  const by = firingSightings(incident).map((sighting, i) =>
    accepted.find((each) => isWithin(each, sighting, labels[i] ?? {})),
  );
  const [first] = by;
  if (first === undefined || by.includes(undefined)) return undefined;
  const ends = by.flatMap((each) => each?.until ?? []);
  return { reason: wordsOf(first), until: ends.length === 0 ? undefined : Math.min(...ends) };
}

function isWithin(acceptance: Acceptance, { suspect }: Sighting, labels: Labels): boolean {
  const { budgetBytes = Infinity, budgetBytesPerHour = Infinity } = acceptance;
  const named = acceptance.function === undefined || acceptance.function === labels['function'];
  return (
    named &&
    acceptance.matchers.every((matcher) => matches(matcher, labels)) &&
    suspect.growthBytes <= budgetBytes &&
    suspect.growthBytesPerHour <= budgetBytesPerHour
  );
}

/** Without the growth itself, which is another at each look. */
function wordsOf({ budgetBytes, budgetBytesPerHour, comment }: Acceptance): string {
  const budgets = [
    ...(budgetBytes === undefined ? [] : [formatBytes(budgetBytes)]),
    ...(budgetBytesPerHour === undefined ? [] : [`${formatBytes(budgetBytesPerHour)}/h`]),
  ];
  return `accepted up to ${budgets.join(' and ')}${comment === '' ? '' : `: ${comment}`}`;
}

/** What follows from another kind of growth by the way Go's memory works, and is cured with it. */
const CAUSES: Partial<Record<GrowthKind, GrowthKind>> = {
  stacks: 'goroutine',
  gc_headroom: 'heap',
  fragmentation: 'heap',
};

/** Where the cause is told of in all of its targets, what follows from it is not. */
function inhibited(incident: Incident, incidents: readonly Incident[]): Mute | undefined {
  const kind = CAUSES[incident.kind];
  if (kind === undefined) return undefined;
  const targets = firingTargets(incident);
  const cause = incidents.find(
    (other) =>
      other.kind === kind &&
      other.state !== 'resolved' &&
      targets.every((target) => firingTargets(other).includes(target)),
  );
  return cause && { reason: `inhibited by ${cause.id} (${kind})`, until: undefined };
}
