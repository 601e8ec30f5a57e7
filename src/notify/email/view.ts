import { formatBytes } from '../../config/units.ts';
import type { Incident, Sighting } from '../../incident/incident.ts';
import { firingTargets, isPast, targetCount } from '../../incident/sightings.ts';
import { labelWords } from '../label-words.ts';
import { incidentUrl, profilePair, profileUrls, targetUrl } from '../links.ts';
import { FIRST_LOOK, KIND_NAMES } from '../first-look.ts';
import type { Picture } from '../illustration.ts';
import type { SourceLink } from '../../source/link.ts';
import type { Notification } from '../notification.ts';
import type { SourceExcerpt } from '../sources.ts';
import { reasonsToTell } from '../reason-words.ts';
import { newestWords, unseenWords, rateSeen } from '../unseen.ts';
import {
  headline,
  memorySeen,
  printable,
  replicaWords,
  shareWords,
  shortFunction,
  shortPlace,
  silentWords,
  utc,
  whatGrows,
  whatIsOver,
} from '../words.ts';
import {
  memoryShareOf,
  numbersOf,
  standingOf,
  suspectsOf,
  type Fact,
  type SuspectView,
} from './evidence.ts';

export interface RenderContext {
  readonly externalUrl: string;
  /** File names of the attached profiles; `undefined` where they are not attached. */
  readonly attached: { readonly before: string; readonly after: string } | undefined;
  readonly pictures?: readonly ShownPicture[];
  readonly sourceLink?: SourceLink | undefined;
  readonly source?: SourceExcerpt | undefined;
}

/** A picture with the id it is attached under; without one, its words stand in its place. */
export interface ShownPicture extends Omit<Picture, 'png'> {
  readonly shown?: { readonly cid: string; readonly width: number; readonly height: number };
}

/** What a mail says, before it is decided how it looks: text and HTML show the same. */
export interface EmailView {
  readonly subject: string;
  readonly state: Incident['state'];
  readonly headline: string;
  /** A few sentences: what happened, and what it means. */
  readonly lead: readonly string[];
  /** Where memory stands. */
  readonly standing: readonly Fact[];
  /** Of the limit, 0 to 1. */
  readonly memoryShare: number | undefined;
  readonly suspects: readonly SuspectView[];
  /** The lines around the suspect's, and where to read on. */
  readonly source: SourceView | undefined;
  /** Of its targets; `undefined` where they have none. */
  readonly labels: string | undefined;
  readonly pictures: readonly ShownPicture[];
  /** What grows, and the first thing to look at; `undefined` where it is over. */
  readonly advice: { readonly kind: string; readonly firstLook: string } | undefined;
  readonly reason: string;
  /** What the newest verdict says, where it says less: `At present: …`. */
  readonly newest: string | undefined;
  readonly numbers: readonly Fact[];
  /** Empty where there is but one. */
  readonly targets: readonly TargetView[];
  readonly profiles: ProfilesView | undefined;
  readonly links: readonly Link[];
  readonly footer: string;
}

export interface SourceView {
  readonly title: string;
  readonly lines: SourceExcerpt['lines'];
  readonly link: Link | undefined;
}

export interface Link {
  readonly label: string;
  readonly url: string;
}

export interface TargetView extends Link {
  /** `leak, 182MiB/h, 1.2GiB of 2GiB (60%)`. */
  readonly standing: string;
}

export interface ProfilesView {
  readonly note: string;
  readonly command: string;
  readonly links: readonly Link[];
}

export function viewOf(notification: Notification, context: RenderContext): EmailView {
  const { incident, createdAt, receiver } = notification;
  const [worst] = incident.sightings;
  const isTest = notification.cause === 'test';
  const title = headline(incident, worst, createdAt);
  return {
    subject: `${isTest ? '[test] ' : ''}[${incident.state}] ${title}`,
    state: incident.state,
    headline: title,
    lead: leadOf(notification),
    ...(worst === undefined ? NO_EVIDENCE : evidenceOf(notification, worst, context)),
    labels: labelWords(incident),
    pictures: context.pictures ?? [],
    advice: adviceOf(incident),
    ...reasonsToTell((worst ?? incident).reason, worst && newestWords(worst)),
    targets: targetsOf(incident, context.externalUrl, createdAt),
    links: linksOf(incident, context.externalUrl),
    footer: `Incident ${incident.id}, opened ${utc(incident.openedAt)}; as of ${utc(createdAt)}. Sent to ${receiver} by heapwarden.`,
  };
}

/** What is told of the worst target. */
type Evidence = Pick<
  EmailView,
  'standing' | 'memoryShare' | 'suspects' | 'source' | 'numbers' | 'profiles'
>;

function evidenceOf(
  { incident, createdAt }: Notification,
  worst: Sighting,
  context: RenderContext,
): Evidence {
  return {
    standing: standingOf(worst, createdAt),
    memoryShare: memoryShareOf(worst.memory),
    suspects: suspectsOf(worst, incident.kind),
    source: sourceOf(worst, context),
    numbers: numbersOf(worst, incident.kind),
    profiles: profilesOf(worst, context),
  };
}

const NO_EVIDENCE: Evidence = {
  standing: [],
  memoryShare: undefined,
  suspects: [],
  source: undefined,
  numbers: [],
  profiles: undefined,
};

function sourceOf(
  { suspect, state }: Sighting,
  { sourceLink, source }: RenderContext,
): SourceView | undefined {
  if (state === 'resolved' || (sourceLink === undefined && source === undefined)) return undefined;
  const place = shortPlace(suspect);
  const at = sourceLink?.revision?.slice(0, 12) ?? 'the newest revision, as the target tells none';
  return {
    title: place,
    lines: source?.lines ?? [],
    link: sourceLink && { label: `${place} at ${printable(at)}`, url: sourceLink.url },
  };
}

function adviceOf({ state, kind }: Incident): EmailView['advice'] {
  if (state === 'resolved') return undefined;
  return { kind: KIND_NAMES[kind], firstLook: FIRST_LOOK[kind] };
}

function leadOf({ incident, cause, createdAt, news: change }: Notification): readonly string[] {
  const name = shortFunction(incident.function);
  const [worst] = incident.sightings;
  const isHeap = incident.kind === 'heap';
  const early =
    'This is an early warning: it is called a leak when the growth has gone on for longer.';
  const grows = isHeap ? `Memory allocated in ${name} is not freed` : whatGrows(incident, worst);
  const soFar = isHeap ? `Memory allocated in ${name} has not been freed so far` : grows;
  const openings = {
    leak: `${grows}.`,
    suspect: `${soFar}. ${early}`,
    resolved: `${whatIsOver({ ...incident, function: name }, worst)}.`,
  } as const;
  const past = worst && unseenWords(worst, createdAt);
  if (past !== undefined) {
    return [`${past}.`, `It was first told ${utc(incident.openedAt)}.`, ...fleetOf(incident)];
  }
  const shares = isHeap || worst === undefined ? undefined : shareWords(worst);
  const news = {
    opened: [],
    escalated: ['It was a suspicion before; now there is enough evidence to call it a leak.'],
    updated: [newsOf(change)],
    repeated: [`It has gone on since ${utc(incident.openedAt)}.`],
    resolved: [],
    test: ['This is a test with made-up data; there is nothing to do.'],
  } as const;
  return [
    openings[incident.state],
    ...(shares === undefined ? [] : [shares]),
    ...news[cause],
    ...fleetOf(incident),
  ];
}

function newsOf(change: string | undefined): string {
  return change === undefined
    ? 'Something changed since the last message: see the figures below.'
    : `New since the last message: ${printable(change)}.`;
}

function fleetOf(incident: Incident): readonly string[] {
  const [worst, ...others] = incident.sightings;
  if (worst === undefined) return [];
  const figures = `the figures are of ${printable(worst.target)}.`;
  const replicas = incident.state === 'resolved' ? undefined : replicaWords(incident);
  const goesOn = isPast(worst) ? 'It is not over' : 'It goes on';
  if (replicas !== undefined) return [`${goesOn} in ${replicas}; ${figures}`];
  if (others.length === 0) return [];
  const all = targetCount(incident);
  const firing = firingTargets(incident).length;
  const count =
    incident.state === 'resolved' ? `It was seen in ${all}` : `${goesOn} in ${firing} of ${all}`;
  return [`${count} targets${silentWords(incident)}; ${figures}`];
}

function targetsOf(incident: Incident, externalUrl: string, now: number): readonly TargetView[] {
  if (incident.sightings.length < 2) return [];
  return incident.sightings.slice(0, MAX_TARGETS).map((sighting) => {
    const { target, state } = sighting;
    const grows = state === 'resolved' ? [] : [rateSeen(sighting)];
    return {
      label: printable(target),
      url: targetUrl(externalUrl, target),
      state,
      standing: [state, ...grows, memorySeen(sighting, now)].join(', '),
    };
  });
}

const MAX_TARGETS = 20;

function profilesOf(sighting: Sighting, context: RenderContext): ProfilesView | undefined {
  const urls = profileUrls(context.externalUrl, sighting);
  if (urls === undefined || sighting.profiles === undefined) return undefined;
  const { before, after } = sighting.profiles;
  const times = `of ${utc(before.at)} and ${utc(after.at)}`;
  const links = [
    { label: `before (${formatBytes(before.bytes)})`, url: urls.before },
    { label: `after (${formatBytes(after.bytes)})`, url: urls.after },
  ];
  const { attached } = context;
  if (attached === undefined) {
    return { note: `Heap profiles ${times}. See what grew between them:`, links, ...urls };
  }
  const note = `Heap profiles ${times} are attached. Save both and see what grew between them:`;
  return { note, links, command: profilePair(attached.before, attached.after).command };
}

function linksOf(incident: Incident, externalUrl: string): readonly Link[] {
  const [worst] = incident.sightings;
  const page = { label: 'Open the incident', url: incidentUrl(externalUrl, incident.id) };
  if (worst === undefined) return [page];
  const label = `Target ${printable(worst.target)}`;
  return [page, { label, url: targetUrl(externalUrl, worst.target) }];
}
