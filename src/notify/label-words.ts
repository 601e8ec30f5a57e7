import type { Incident, Sighting } from '../incident/incident.ts';
import { unlisted } from '../incident/sightings.ts';
import { firingSightings } from './incident-facts.ts';
import { printable } from './words.ts';

/** A list of targets may give 64 of 512 characters, which would be most of a message. */
const MAX_SHOWN = 12;
const MAX_NAME = 40;
const MAX_VALUE = 60;
const MAX_CHARACTERS = 400;

/**
 * The labels of the targets in which it goes on, else of those in which it did: `env=prod, team=payments`, as a
 * matcher has them, sorted by name. Of several targets what all of them share, which it says.
 * `undefined` where there is nothing to tell.
 */
export function labelWords(incident: Incident): string | undefined {
  const firing = firingSightings(incident);
  const told = firing.length === 0 ? incident.sightings : firing;
  const [first, ...others] = told;
  if (first === undefined) return undefined;
  const shared = sharedBy(first, others);
  if (others.length === 0) return shared.length === 0 ? undefined : listed(shared);
  const by = `shared by ${targetsTold(incident, told.length)}`;
  if (shared.length > 0) return `${listed(shared)} (${by})`;
  const hasSome = told.some(({ labels }) => Object.keys(labels).length > 0);
  return hasSome ? `none ${by}` : undefined;
}

function targetsTold(incident: Incident, told: number): string {
  if (unlisted(incident).length > 0) return `the worst ${told} targets`;
  return told < incident.sightings.length
    ? `the ${told} targets in which it goes on`
    : `all ${told} targets`;
}

type Label = readonly [name: string, value: string];

function sharedBy(first: Sighting, others: readonly Sighting[]): readonly Label[] {
  return Object.entries(first.labels)
    .filter(([name, value]) => others.every(({ labels }) => labels[name] === value))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function listed(labels: readonly Label[]): string {
  const words = labels.slice(0, MAX_SHOWN).map(wordOf);
  const ends = words.map((_, i) => words.slice(0, i + 1).join(', ').length);
  const shown = words.slice(0, ends.filter((end) => end <= MAX_CHARACTERS).length);
  const more = labels.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function wordOf([name, value]: Label): string {
  const text = printable(value, MAX_VALUE);
  const isPlain = /^[\p{L}\p{N}._:/@+-]+$/u.test(text);
  return `${printable(name, MAX_NAME)}=${isPlain ? text : JSON.stringify(text)}`;
}
