import type { Matcher, Route } from '../config/config.ts';
import { anchored } from '../config/matcher.ts';
import type { Incident } from '../incident/incident.ts';
import { alertLabels, severityOf } from './alert-labels.ts';
import { firingSightings } from './incident-facts.ts';

export type Labels = Readonly<Record<string, string>>;

/** Where the incident goes, each receiver once, under the timing of the first route that named it. */
export function routeIncident(route: Route, incident: Incident): readonly Route[] {
  const ends = labelSets(incident).flatMap((labels) => matchRoutes(route, labels));
  return ends.filter(({ receiver }, i) => ends.findIndex((end) => end.receiver === receiver) === i);
}

/**
 * The nodes a set of labels ends at, as Alertmanager walks its tree: into the first child that
 * matches, and on to its siblings where that one says `continue`; a node none of whose children
 * matches is itself the end.
 */
export function matchRoutes(route: Route, labels: Labels): readonly Route[] {
  if (!route.matchers.every((matcher) => matches(matcher, labels))) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const below = matchRoutes(child, labels);
    found.push(...below);
    if (below.length > 0 && !child.continue) break;
  }
  return found.length > 0 ? found : [route];
}

/** A label that is not there is the empty string; regular expressions must match all of the value. */
export function matches(matcher: Matcher, labels: Labels): boolean {
  const value = Object.hasOwn(labels, matcher.label) ? (labels[matcher.label] ?? '') : '';
  switch (matcher.operator) {
    case '=':
      return value === matcher.value;
    case '!=':
      return value !== matcher.value;
    case '=~':
      return matchesAll(matcher, value);
    case '!~':
      return !matchesAll(matcher, value);
  }
}

/** Patterns come from the operator; the values, function names among them, from the targets. */
const MAX_VALUE_LENGTH = 1_024;

function matchesAll(matcher: Matcher, value: string): boolean {
  return patternOf(matcher).test(value.slice(0, MAX_VALUE_LENGTH));
}

/** Every incident is matched with all of them again and again, and to compile one takes longer than to match. */
const compiled = new WeakMap<Matcher, RegExp>();

function patternOf(matcher: Matcher): RegExp {
  const known = compiled.get(matcher) ?? anchored(matcher.value);
  compiled.set(matcher, known);
  return known;
}

/**
 * Each firing sighting is routed by its own labels, as Alertmanager would route one alert for each,
 * so that a fleet over two environments reaches the receivers of both.
 */
export function labelSets(incident: Incident): readonly Labels[] {
  const own = incident.state === 'leak' ? 'leak' : 'suspect';
  const sightings = firingSightings(incident);
  if (sightings.length === 0) {
    return [alertLabels(incident, incident.sightings[0], severityOf(own))];
  }
  return sightings.map(({ state, ...sighting }, i) =>
    alertLabels(
      incident,
      { ...sighting, state },
      severityOf(i === 0 || state === 'resolved' ? own : state),
    ),
  );
}
