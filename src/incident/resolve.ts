import { formatBytes, formatDuration } from '../config/units.ts';
import type { Standstill } from '../growth/standstill.ts';
import type { Suspect } from '../growth/verdict.ts';
import { reasonFor } from './alone.ts';
import { withEvent } from './event.ts';
import { followedOf } from './followed.ts';
import type { Incident, MemoryOutlook, QuietRun, Sighting, VerdictReport } from './incident.ts';
import {
  firingSighting,
  firingTargets,
  isUnseen,
  unlisted,
  withoutUnlisted,
  withSighting,
} from './sightings.ts';

const FELL_TO = 0.9;

/**
 * The incident after a report of one of its targets that does not name its leak, or not as one that grows. The
 * target is resolved when that was so for `minProfiles` fresh profiles in a row and the process has given
 * twice as many: as much evidence against the leak as a verdict takes for it, and past the warm-up of a new
 * process.
 */
export function missed(incident: Incident, report: VerdictReport): Incident {
  const sighting = firingSighting(incident, report.target);
  if (sighting === undefined) return missedUnlisted(incident, report);
  const standstill = standstillIn(incident, report);
  const run = quietRun(sighting, report, standstill);
  const quiet = run && risesAgain(incident, report, sighting) ? begunAnew(run, report) : run;
  const { at, reason: atPresent } = report;
  const watched = { ...sighting, ...(quiet && { quiet }), at, atPresent };
  const now = { ...watched, memory: memoryNow(watched, report) };
  if (quiet === undefined || !speaksAgainst(report) || !isEnough(quiet, report)) {
    return touched(withSighting(incident, now), report.at);
  }
  const reason = endingOf(sighting, { quiet, standstill }, report);
  const resolved = withSighting(incident, endedFor(reason, now));
  return settled(resolved, report.at, `${report.target}: ${reason}`);
}

/**
 * The incident after a report in which its function stands still, though the rate over all of its growth does not
 * rule out that it goes on. Nothing is foreseen from that; but the run of evidence that it is over has not begun.
 */
export function calmed(incident: Incident, report: VerdictReport, suspect: Suspect): Incident {
  const sighting = firingSighting(incident, report.target);
  const run = sighting && quietRun(sighting, report, suspect.standstill);
  if (sighting === undefined || run === undefined) return incident;
  const quiet = { ...run, fromFresh: report.freshInEpoch };
  const now = { ...sighting, quiet, at: report.at, atPresent: reasonFor(report, suspect) };
  const memory = memoryNow(now, report);
  return touched(withSighting(incident, { ...now, memory }), report.at);
}

/** What stood still, and does not any more, may be at the beginning of the next rise: nothing speaks against that yet. */
function risesAgain(incident: Incident, report: VerdictReport, { quiet }: Sighting): boolean {
  const [own] = followedOf(incident, report);
  return quiet?.stillSince !== undefined && own !== undefined && own.standstill === undefined;
}

function begunAnew(run: QuietRun, { freshInEpoch }: VerdictReport): QuietRun {
  const { stillSince: _, ...anew } = run;
  return { ...anew, fromFresh: freshInEpoch };
}

/** Of its own function, as far as the report tells of that. */
function standstillIn(incident: Incident, report: VerdictReport): Standstill | undefined {
  const [own] = followedOf(incident, report);
  return own?.standstill;
}

/** The incident after a report of another kind of growth: it tells how much memory is in use all the same. */
export function besides(incident: Incident, report: VerdictReport): Incident {
  const sighting = firingSighting(incident, report.target);
  if (sighting === undefined || !isUnseen(sighting)) return incident;
  return withSighting(incident, { ...sighting, memory: memoryNow(sighting, report) });
}

/** The incident without a target of which nobody will report again, resolved where it was the last. */
export function left(incident: Incident, target: string, departure: Departure): Incident {
  const { at, reason } = departure;
  const sighting = firingSighting(incident, target);
  if (sighting !== undefined) {
    const memory = withoutForecast(sighting.memory);
    const ended = { ...endedFor(reason, { ...sighting, memory, at }), isLeft: true as const };
    const resolved = withSighting(incident, ended);
    return settled(resolved, at, `${target}: ${reason}`);
  }
  if (!unlisted(incident).includes(target)) return incident;
  return settled(withoutUnlisted(incident, target), at, `${target}: ${reason}`);
}

function endedFor(reason: string, sighting: Sighting): Sighting {
  const { atPresent: _, goneAt: __, unread: ___, ...ended } = sighting;
  return { ...ended, state: 'resolved', reason };
}

export interface Departure {
  readonly at: number;
  readonly reason: string;
}

/** `quiet` says that nothing grows, and named suspects that something else does; too few profiles say neither. */
function speaksAgainst(report: VerdictReport): boolean {
  return report.state === 'quiet' || report.suspects.length > 0;
}

/**
 * The run that the report goes on with or begins. A restart begins one of its own: what the former
 * process showed is no evidence for the new one. Too few profiles of the same process begin none.
 */
function quietRun(
  sighting: Sighting,
  report: VerdictReport,
  standstill: Standstill | undefined,
): QuietRun | undefined {
  const { quiet: before, memory } = sighting;
  const figures = {
    toFresh: report.freshInEpoch,
    memoryBytes: before?.memoryBytes ?? memory.readingBytes,
    ...(standstill && { stillSince: standstill.since }),
  };
  if (report.newEpoch) {
    return { fromFresh: 0, sinceRestart: true, restartedAt: report.at, ...figures };
  }
  // Fewer fresh profiles than at the start of the run: the history began anew, and so does the run.
  const goesOn = before !== undefined && before.fromFresh <= report.freshInEpoch;
  if (goesOn || !speaksAgainst(report)) return before && { ...before, ...figures };
  return { fromFresh: report.freshInEpoch, sinceRestart: false, ...figures };
}

/**
 * Whether the restart is known that a report is the first to tell of: readings show one before there is
 * a profile of the new process.
 */
export function isKnownRestart({ quiet }: Sighting, report: VerdictReport): boolean {
  return quiet?.sinceRestart === true && quiet.toFresh === 0 && report.freshInEpoch > 0;
}

/** As it stands now. The rate of a former process, or of growth that is not seen, leads nowhere. */
function memoryNow(sighting: Sighting, { outlook }: VerdictReport): MemoryOutlook {
  const memory = outlook(sighting.suspect);
  return isUnseen(sighting) ? withoutForecast(memory) : memory;
}

/** Of a process that is no more nothing is foreseen. */
export function withoutForecast(memory: MemoryOutlook): MemoryOutlook {
  return {
    ...memory,
    bytesPerHour: 0,
    limitReachedAt: undefined,
    limitReachedAtEarliest: undefined,
    limitReachedAtLatest: undefined,
  };
}

function isEnough(quiet: QuietRun, report: VerdictReport): boolean {
  return (
    report.freshInEpoch >= 2 * report.minProfiles &&
    report.freshInEpoch - quiet.fromFresh >= report.minProfiles
  );
}

/**
 * What ended it: another build looks like the cure; else a restart, after which a leak may come back;
 * else it stopped by itself. Memory is told where it fell by a tenth or more.
 */
function endingOf(sighting: Sighting, { quiet, standstill }: Calm, report: VerdictReport): string {
  const grew = `no growth over ${stillFor({ quiet, standstill }, report)}`;
  const { revision } = report;
  const isNewBuild = revision !== undefined && sighting.revision !== undefined;
  if (quiet.sinceRestart && isNewBuild && revision !== sighting.revision)
    return `looks fixed in build ${shortRevision(revision)}: ${grew} since it was deployed (it grew in ${shortRevision(sighting.revision)})`;
  const { memoryBytes: before = sighting.memory.readingBytes } = quiet;
  const now = report.outlook(sighting.suspect).readingBytes;
  return `${grew}${quiet.sinceRestart ? ' since the restart' : ''}${fallOf(before, now)}`;
}

interface Calm {
  readonly quiet: QuietRun;
  readonly standstill: Standstill | undefined;
}

/** It mostly stood still for longer than it takes to be sure of that. */
function stillFor({ quiet, standstill }: Calm, { at, freshInEpoch }: VerdictReport): string {
  const run = freshInEpoch - quiet.fromFresh;
  if (standstill === undefined || quiet.sinceRestart || standstill.profiles <= run)
    return `${run} fresh profiles`;
  return `${standstill.profiles} fresh profiles, for ${formatDuration(at - standstill.since)}`;
}

function fallOf(before: number, now: number): string {
  if (now > FELL_TO * before) return '';
  return `, and memory fell from ${formatBytes(before)} to ${formatBytes(now)}`;
}

/** As git shortens a commit; tags stay whole. */
function shortRevision(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 12) : revision;
}

/** A target known by name alone has no run to count, so the length of its epoch must do. */
function missedUnlisted(incident: Incident, report: VerdictReport): Incident {
  const gone =
    unlisted(incident).includes(report.target) &&
    speaksAgainst(report) &&
    report.freshInEpoch >= 2 * report.minProfiles;
  if (!gone) return incident;
  const reason = `${report.target}: no growth over ${report.freshInEpoch} fresh profiles`;
  return settled(withoutUnlisted(incident, report.target), report.at, reason);
}

/** Resolves the incident where no target is left in which it fires. */
function settled(incident: Incident, at: number, reason: string): Incident {
  if (firingTargets(incident).length > 0) {
    return touched(withEvent(incident, { at, kind: 'updated', reason }), at);
  }
  const resolved = withEvent(incident, { at, kind: 'resolved', reason });
  return { ...touched(resolved, at), state: 'resolved', resolvedAt: at, reason };
}

function touched(incident: Incident, at: number): Incident {
  return { ...incident, updatedAt: at };
}
