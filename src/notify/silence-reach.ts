import { nearest } from '../config/nearest.ts';
import type { Incident } from '../incident/incident.ts';
import { labelSets, type Labels } from './routes.ts';
import { coverOf, type Silence } from './silences.ts';

/** A target by what a silence may be for. */
export interface Silenceable {
  readonly name: string;
  readonly labels: Labels;
}

/** What a silence holds for as things are: it may be meant for what is still to come. */
export interface Reach {
  /** Open incidents of which it says nothing while it is in force, of all that are open. */
  readonly incidents: number;
  readonly ofIncidents: number;
  /** Targets in which it would silence one, of all that are watched. */
  readonly targets: number;
  readonly ofTargets: number;
  /** `0 open incidents and 0 of 5 targets; no target has a label servce; did you mean service?`. */
  readonly words: string;
}

interface Around {
  readonly incidents: readonly Incident[];
  readonly targets: readonly Silenceable[];
}

export function reachOf(silence: Silence, { incidents, targets }: Around): Reach {
  const open = incidents.filter(({ state }) => state !== 'resolved');
  const covers = coverOf(silence);
  const covered = open.filter((incident) => labelsIn(incident).every(covers));
  const { count, unknownLabels } = knownOf(silence, targets);
  const counts = {
    incidents: covered.length,
    ofIncidents: open.length,
    targets: count,
    ofTargets: targets.length,
  };
  const inPart = open.filter((each) => labelsIn(each).some(covers)).length - covered.length;
  const words = [countWords(counts), ...partWords(inPart), ...unknownLabels];
  return { ...counts, words: words.join('; ') };
}

function countWords({ incidents, ofIncidents, targets, ofTargets }: Omit<Reach, 'words'>): string {
  const open =
    ofIncidents === 0
      ? '0 open incidents'
      : `${incidents} of ${counted(ofIncidents, 'open incident')}`;
  return `${open} and ${targets} of ${counted(ofTargets, 'target')}`;
}

/** An incident is silenced where all of its targets are, as its messages tell of all of them. */
function partWords(incidents: number): readonly string[] {
  if (incidents === 0) return [];
  return [
    `not for ${incidents} more, of which the matchers hold in some of the targets and not in all`,
  ];
}

/** An incident never changes, another takes its place; and each is looked at for all silences. */
const labelsKnown = new WeakMap<Incident, readonly Labels[]>();

function labelsIn(incident: Incident): readonly Labels[] {
  const before = labelsKnown.get(incident);
  if (before !== undefined) return before;
  const sets = labelSets(incident).map((labels) => ({ ...labels, incident: incident.id }));
  labelsKnown.set(incident, sets);
  return sets;
}

/** Known of an incident alone: in a target any of them may come. */
const OF_INCIDENTS: ReadonlySet<string> = new Set(['severity', 'function', 'kind', 'incident']);
const OF_ALL: ReadonlySet<string> = new Set([...OF_INCIDENTS, 'target', 'alertname']);

interface Known {
  readonly targets: readonly Silenceable[];
  readonly count: number;
  readonly unknownLabels: readonly string[];
}

/** There may be thousands of targets, and the list of them is the same until one comes or goes. */
const known = new WeakMap<Silence, Known>();

function knownOf(silence: Silence, targets: readonly Silenceable[]): Known {
  const before = known.get(silence);
  if (before?.targets === targets) return before;
  const matchers = silence.matchers.filter(({ label }) => !OF_INCIDENTS.has(label));
  const covers = coverOf({ ...silence, matchers });
  const count = targets.filter(({ name, labels }) =>
    covers({ ...labels, target: name, alertname: 'GoHeapLeak' }),
  ).length;
  const now = { targets, count, unknownLabels: unknownLabels(silence, targets) };
  known.set(silence, now);
  return now;
}

/** What asks that a label be there which no target has, as where its name is misspelled. */
function unknownLabels({ matchers }: Silence, targets: readonly Silenceable[]): readonly string[] {
  const asked = new Set(
    matchers
      .filter(({ operator, label }) => !operator.startsWith('!') && !OF_ALL.has(label))
      .map(({ label }) => label),
  );
  const names = namesOf(targets);
  const missing = [...asked].filter((label) => !names.has(label));
  if (missing.length === 0 || targets.length === 0) return [];
  return missing.map((label) => {
    const meant = nearest(label, [...OF_ALL, ...names]);
    return `no target has a label ${label}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  });
}

const labelNames = new WeakMap<readonly Silenceable[], ReadonlySet<string>>();

function namesOf(targets: readonly Silenceable[]): ReadonlySet<string> {
  const before = labelNames.get(targets);
  if (before !== undefined) return before;
  const names = new Set(targets.flatMap(({ labels }) => Object.keys(labels)));
  labelNames.set(targets, names);
  return names;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
