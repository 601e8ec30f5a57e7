import { isAlarm } from '../growth/verdict.ts';
import type { Suspect, VerdictState } from '../growth/verdict.ts';
import { alarmsAlone, reasonFor, stateOf } from './alone.ts';
import { changeBetween, type Change } from './change.ts';
import { withEvent } from './event.ts';
import { incidentId } from './fingerprint.ts';
import type { Incident, IncidentState, Sighting, VerdictReport } from './incident.ts';
import { growingIn } from './followed.ts';
import { foreseenIn } from './foreseen.ts';
import { leadTo } from './happening.ts';
import { isHeldBy } from './held-by.ts';
import { kindOf, matchSuspects } from './match.ts';
import { besides, calmed, isKnownRestart, left, missed, type Departure } from './resolve.ts';
import type { Present } from './scope.ts';
import { firingSighting, firingTargets, unlisted, withSighting } from './sightings.ts';
import { awaited, succeeded } from './succession.ts';
import { readAgain } from './unread.ts';

/** All incidents after a step, untouched ones as the same objects, and what of it is worth telling. */
export interface Step {
  readonly incidents: readonly Incident[];
  readonly changes: readonly Change[];
}

/** How many resolved incidents are remembered; those resolved longest ago go first. */
export const MAX_RESOLVED = 200;

/**
 * What one target's newest verdict makes of the incidents. A leak is opened by `suspect` or `leak`,
 * escalated by `leak`, never taken back to `suspect`, and keeps firing until there is enough
 * evidence that it is gone (`missed`): a restart, too few profiles or no report at all are none.
 */
export function stepIncidents(incidents: readonly Incident[], report: VerdictReport): Step {
  const reckoned = readAgain(incidents, report.target).map((each) => withPileUp(each, report));
  const { known, unknown } = matchSuspects(reckoned, report);
  const followed = reckoned.map((incident) => follow(incident, report, known.get(incident.id)));
  const opened = unknown.map((suspect) => open(report, suspect));
  return stepFrom(incidents, [...followed, ...opened]);
}

/** What decides whether a report is worth making. */
export type Concern = Pick<VerdictReport, 'target' | 'scope' | 'state'>;

/** Whether a report can change anything: most targets have no incident, and nothing that would open one. */
export function concerns(incidents: readonly Incident[], report: Concern): boolean {
  return alarms(report) || incidents.some((incident) => isAbout(incident, report));
}

function isAbout(incident: Incident, report: Concern): boolean {
  if (incident.state === 'resolved') return false;
  return incident.scope === report.scope || targetsOf(incident).includes(report.target);
}

/**
 * Resolves, in every incident, the targets that are not there, because nobody will report of them again; where
 * others of the fleet are, one of them may come in its place. For use whenever targets went.
 */
export function forgetTargets(
  incidents: readonly Incident[],
  { names, scopes }: Present,
  departure: Departure,
): Step {
  const followed = incidents.map((incident) => {
    const forget = scopes.has(incident.scope) ? awaited : left;
    return targetsOf(incident)
      .filter((target) => !names.has(target))
      .reduce((rest, target) => forget(rest, target, departure), incident);
  });
  return stepFrom(incidents, followed);
}

function stepFrom(before: readonly Incident[], now: readonly Incident[]): Step {
  return {
    incidents: withoutOldestResolved(now),
    changes: now.flatMap((incident, i) => changeBetween(before[i], incident) ?? []),
  };
}

function follow(incident: Incident, report: VerdictReport, suspect: Suspect | undefined): Incident {
  if (incident.state === 'resolved') return incident;
  if (incident.scope !== report.scope) {
    return left(incident, report.target, {
      at: report.at,
      reason: `the target now belongs to ${report.scope}`,
    });
  }
  if (incident.kind !== kindOf(report)) return besides(incident, report);
  const now = succeeded(incident, report);
  if (now.state === 'resolved') return now;
  return followVerdict(now, withoutKnownRestart(now, report), suspect);
}

function followVerdict(
  incident: Incident,
  report: VerdictReport,
  suspect: Suspect | undefined,
): Incident {
  const now = withRestart(incident, report);
  const growing = growingIn(now, report, suspect);
  if (growing === undefined) return missed(now, report);
  return growing.standstill === undefined
    ? seen(now, report, growing)
    : calmed(now, report, growing);
}

function withoutKnownRestart(incident: Incident, report: VerdictReport): VerdictReport {
  const sighting = firingSighting(incident, report.target);
  if (sighting === undefined || !isKnownRestart(sighting, report)) return report;
  return { ...report, newEpoch: false };
}

/** Whether a verdict of this state may open an incident or add a target to one. */
function alarms(report: Concern): boolean {
  return isAlarm(report.state);
}

function open(report: VerdictReport, suspect: Suspect): Incident {
  const identity = { scope: report.scope, kind: kindOf(report), function: suspect.function };
  const sighting = sightingOf(report, suspect, undefined);
  return {
    ...identity,
    id: incidentId(identity, report.at),
    state: sighting.state,
    openedAt: report.at,
    updatedAt: report.at,
    resolvedAt: undefined,
    reason: sighting.reason,
    sightings: [sighting],
    ...fleetOf(report),
    events: [
      ...leadTo(suspect.since, report),
      { at: report.at, kind: 'opened', reason: sighting.reason },
    ],
  };
}

/** The incident after a report that names its leak. */
function seen(incident: Incident, report: VerdictReport, suspect: Suspect): Incident {
  const isNew = !firingTargets(incident).includes(report.target);
  if (isNew && !alarmsAlone(report, suspect)) return incident;
  const previous = firingSighting(incident, report.target);
  const sighting = sightingOf(report, suspect, previous);
  const refreshed = withSighting(incident, sighting);
  const escalated = sighting.state === 'leak' && incident.state === 'suspect';
  const now: Incident = {
    ...refreshed,
    ...fleetOf(report),
    state: escalated ? 'leak' : incident.state,
    updatedAt: report.at,
    reason: refreshed.sightings[0]?.reason ?? sighting.reason,
  };
  const reason = `${report.target}: ${sighting.reason}`;
  if (escalated) return withEvent(now, { at: report.at, kind: 'escalated', reason });
  if (!isNew) return now;
  return withEvent(now, { at: report.at, kind: 'updated', reason });
}

function fleetOf({ scopeTargets }: VerdictReport) {
  return scopeTargets === undefined ? {} : { scopeTargets };
}

function sightingOf(
  report: VerdictReport,
  suspect: Suspect,
  previous: Sighting | undefined,
): Sighting {
  const alone = stateOf(report, suspect);
  const state = worse(previous, alone);
  const memory = report.outlook(suspect);
  return {
    target: report.target,
    labels: report.labels,
    at: report.at,
    state,
    ...leakSinceOf(state, report, previous),
    ...(previous?.formerly === undefined ? {} : { formerly: previous.formerly }),
    ...reasonsOf(reasonFor(report, suspect), alone === state ? undefined : previous),
    suspect,
    coSuspects: report.suspects
      .filter((other) => other.function !== suspect.function)
      .map((other) => ({ ...other, state: stateOf(report, other) })),
    memory,
    ...foreseenIn(report, suspect, { memory, previous }),
    ...(report.revision === undefined ? {} : { revision: report.revision }),
    profiles: report.profiles ?? previous?.profiles,
    ...(report.shares === undefined ? {} : { shares: report.shares }),
    ...(report.goroutines === undefined ? {} : { goroutines: report.goroutines }),
  };
}

function worse(previous: Sighting | undefined, alone: VerdictState): IncidentState {
  return previous?.state === 'leak' || alone === 'leak' ? 'leak' : 'suspect';
}

function leakSinceOf(
  state: IncidentState,
  { at }: VerdictReport,
  previous: Sighting | undefined,
): { readonly leakSince?: number } {
  if (state !== 'leak') return {};
  const leakSince = previous?.state === 'leak' ? previous.leakSince : at;
  return leakSince === undefined ? {} : { leakSince };
}

/** Goroutines that pile up hold memory, so what was told as theirs before they were seen is one leak with them. */
function withPileUp(incident: Incident, report: VerdictReport): Incident {
  const isTheirs =
    kindOf(report) === 'goroutine' &&
    alarms(report) &&
    incident.kind === 'heap' &&
    incident.scope === report.scope &&
    firingSighting(incident, report.target) !== undefined &&
    report.suspects.some((pile) =>
      incident.sightings.some(({ suspect }) => isHeldBy(suspect, pile)),
    );
  if (!isTheirs) return incident;
  const reason = `${report.target}: it is held by goroutines that pile up`;
  const now = withEvent(incident, { at: report.at, kind: 'updated', reason });
  return { ...now, kind: 'goroutine', turnedAt: report.at };
}

/** Where a state is that of an earlier verdict, so is its reason; what the newest one says is no reason for it. */
function reasonsOf(
  newest: string,
  earlier: Sighting | undefined,
): Pick<Sighting, 'reason' | 'atPresent'> {
  return earlier === undefined ? { reason: newest } : { reason: earlier.reason, atPresent: newest };
}

function withRestart(incident: Incident, report: VerdictReport): Incident {
  if (!report.newEpoch || firingSighting(incident, report.target) === undefined) return incident;
  const reason = `${report.target}: target restarted; the leak is watched for again`;
  return withEvent(incident, { at: report.at, kind: 'restarted', reason });
}

function targetsOf(incident: Incident): readonly string[] {
  return [...incident.sightings.map((sighting) => sighting.target), ...unlisted(incident)];
}

function withoutOldestResolved(incidents: readonly Incident[]): readonly Incident[] {
  const resolved = incidents.filter((incident) => incident.state === 'resolved');
  if (resolved.length <= MAX_RESOLVED) return incidents;
  const surplus = resolved
    .toSorted((a, b) => (a.resolvedAt ?? 0) - (b.resolvedAt ?? 0))
    .slice(0, resolved.length - MAX_RESOLVED);
  return incidents.filter((incident) => !surplus.includes(incident));
}
