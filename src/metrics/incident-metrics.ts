import { setImmediate } from 'node:timers/promises';
import type { Incident } from '../incident/incident.ts';
import { unlisted } from '../incident/sightings.ts';
import { GaugeText, label } from './exposition.ts';
import type { Instruments } from './instruments.ts';

type Labels = Readonly<Record<string, string>>;

/** How a target stands on the page. */
interface Shown {
  readonly label: string;
  /** That and the labels of its own. */
  readonly labels: string;
}

/** The incidents that are open in a target. */
interface Open {
  readonly labels: Labels;
  readonly isWarning: boolean;
  readonly isCritical: boolean;
}

/**
 * Who the targets are and which incidents are open in them. Incidents are asked for at each scrape, as they are
 * kept: so it is told from the first scrape after a restart on, whatever the newest verdict says, and of targets
 * that are gone too.
 */
export function incidentMetrics(make: Instruments) {
  const watched = new Map<string, Shown>();
  let readIncidents: () => readonly Incident[] = () => [];
  make.alsoScrape(() => pageOf(watched, readIncidents()));
  return {
    targetLabels: (target: string, labels: Labels): void => {
      watched.set(target, shown(target, labels));
    },
    watchIncidents: (read: () => readonly Incident[]): void => {
      readIncidents = read;
    },
    forgetLabels: (target: string): void => void watched.delete(target),
  };
}

/** As in Prometheus a label without a value is none. */
function shown(target: string, labels: Labels): Shown {
  const own = label('target', target);
  const others = Object.entries(labels)
    .filter(([name, value]) => value !== '' && name !== 'target')
    .map(([name, value]) => label(name, value));
  return { label: own, labels: [own, ...others].join() };
}

async function pageOf(
  watched: ReadonlyMap<string, Shown>,
  incidents: readonly Incident[],
): Promise<readonly Uint8Array[]> {
  const open = openIn(incidents);
  const all = new Map(watched);
  for (const [target, { labels }] of open)
    if (!all.has(target)) all.set(target, shown(target, labels));
  const info = new GaugeText(
    'heapwarden_target_info',
    'Always 1; the labels of the target, to join on it. Of targets that are watched, and of those that are gone while an incident waits for what takes their place.',
  );
  for (const { labels } of all.values()) info.add(1, labels);
  await setImmediate();
  const lines = new GaugeText(
    'heapwarden_target_incident',
    'Whether an incident of that severity is open in the target (1) or not (0): from its begin to its end, also while the target does not answer, was restarted, or looks better for a moment.',
  );
  for (const [target, { label: name }] of all) {
    const { isWarning = false, isCritical = false } = open.get(target) ?? {};
    lines.add(Number(isWarning), name, ',severity="warning"');
    lines.add(Number(isCritical), name, ',severity="critical"');
  }
  return [...info.chunks(), ...lines.chunks()];
}

/** By target. */
function openIn(incidents: readonly Incident[]): ReadonlyMap<string, Open> {
  const open = new Map<string, Open>();
  for (const { target, labels, isLeak } of incidents.flatMap(placesOf)) {
    const known = open.get(target);
    open.set(target, {
      labels: { ...known?.labels, ...labels },
      isWarning: known?.isWarning === true || !isLeak,
      isCritical: known?.isCritical === true || isLeak,
    });
  }
  return open;
}

interface Place {
  readonly target: string;
  readonly labels: Labels;
  readonly isLeak: boolean;
}

/** Where an incident goes on. */
function placesOf(incident: Incident): readonly Place[] {
  if (incident.state === 'resolved') return [];
  const listed = incident.sightings.flatMap(({ target, labels, state }) =>
    state === 'resolved' ? [] : [{ target, labels, isLeak: state === 'leak' }],
  );
  // None of those known by name alone is worse: sightings stand the worst first.
  const { isLeak } = listed.at(-1) ?? { isLeak: incident.state === 'leak' };
  return [...listed, ...unlisted(incident).map((target) => ({ target, labels: {}, isLeak }))];
}
