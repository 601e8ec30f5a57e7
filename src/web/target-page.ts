import { html } from 'hono/html';
import type { SavedProfile } from '../incident/incident.ts';
import type { Reading } from '../memory/reading.ts';
import type { Happening } from '../memory/target-record.ts';
import { memoryInUse } from '../memory/reading.ts';
import { memoryWords } from '../notify/words.ts';
import type { Html } from './format.ts';
import { count, moment, pathPart, percent, size } from './format.ts';
import type { View } from './layout.ts';
import { layout } from './layout.ts';
import type { ShownIncident } from './shown-incident.ts';
import { sparkline } from './sparkline.ts';
import {
  kindReason,
  openIncidents,
  resolvedIncidents,
  shareOfLimit,
  standing,
} from './standing.ts';
import type { Deed, TargetStatus } from './status.ts';
import type { MemoryChart } from '../picture/memory-chart.ts';
import { describeMemory } from '../picture/memory-chart.ts';
import { kindSection } from './kind-section.ts';
import { nextCapture, nothingCaptured } from './pace.ts';
import { profileSection } from './profile-section.ts';
import { readOnlyNote, submitButton } from './change.ts';
import { chart } from './chart.ts';
import { latelySection } from './story-section.ts';
import type { Range } from './picture/ask.ts';
import { RANGE_NAMES } from './picture/ask.ts';
import { verdictSection } from './verdict-section.ts';
import { incidentCard } from './incident-card.ts';
import { stateBadges, unreadNote } from './unread.ts';

const CHART = { width: 720, height: 140 };

export interface TargetDetails {
  readonly target: TargetStatus;
  /** Those that the target has a part in. */
  readonly incidents: readonly ShownIncident[];
  /** Oldest first. */
  readonly profiles: readonly SavedProfile[];
  /** When other processes began to answer, oldest first. */
  readonly restarts: readonly number[];
  /** `undefined` where readings are not kept. */
  readonly memory: MemoryChart | undefined;
  /** How far back memory is shown. */
  readonly range: Range;
  /** Oldest first. */
  readonly happenings: readonly Happening[];
  /** Whether the loop can be asked to read or capture at once. */
  readonly mayAct: boolean;
}

interface Shown extends TargetDetails {
  readonly view: View;
}

/** All that is known of one target, and why it is or is not a leak. */
export function targetPage(details: TargetDetails, view: View): Html {
  const { target, incidents, profiles } = details;
  const shown = { ...details, view };
  const related = [...openIncidents(incidents, view.now), ...resolvedIncidents(incidents)];
  return layout(
    `${target.name} ${standing(target)}`,
    view,
    html`<h1>${stateBadges(target)} ${target.name}</h1>
      <p class="facts">
        <code>${target.url}</code>
        ${Object.entries(target.labels).map(
          ([name, value]) => html`<span class="label">${name}=${value}</span>`,
        )}
      </p>
      ${unreadNote(target, view)} ${related.map((incident) => incidentCard(incident, view))}
      <h2 id="memory">Memory</h2>
      ${memoryPicture(shown)}
      <h2>Verdict</h2>
      ${besideHeap(target)} ${verdictSection(target, profiles.length, view)} ${kindSection(target)}
      <h2>Last reading</h2>
      ${readingSection(shown)}
      <h2>Capture</h2>
      ${captureSection(target, view)} ${deedButton(shown, 'capture', 'Capture now')}
      ${latelySection(shown.happenings, view)}
      <h2>Saved profiles</h2>
      ${profileSection(target.name, details, view)}`,
  );
}

/** Where the state above is not that of the heap. */
function besideHeap(target: TargetStatus): Html {
  const reason = kindReason(target);
  return reason === undefined ? html`` : html`<p>${reason}</p>`;
}

function readingSection(shown: Shown): Html {
  const { target, view } = shown;
  const { reading, readingError } = target;
  const error =
    readingError === undefined
      ? ''
      : html`<p class="error">${readingError.message}, ${moment(readingError.at, view.now)}</p>`;
  return html`${error}
  ${reading === undefined ? html`<p>${earlierReading(target, view)}</p>` : readingFacts(target, reading, view)}
  ${deedButton(shown, 'read', 'Read now')}`;
}

/** No more is kept of it over a restart of heapwarden. */
function earlierReading({ lastReading }: TargetStatus, { now }: View): Html {
  if (lastReading === undefined) return html`No reading yet.`;
  const { at, memory } = lastReading;
  return html`None since heapwarden was started; ${moment(at, now)} it was ${memoryWords(memory)},
  as ${memory.readingKind}.`;
}

/** What the target's loop may be asked to do at once. */
function deedButton({ target, mayAct, view }: Shown, deed: Deed, words: string): Html {
  if (!mayAct) return html``;
  return html`<form method="post" action="${view.root}targets/${pathPart(target.name)}/${deed}">
      ${submitButton(words, view)}
    </form>
    ${readOnlyNote(view)}`;
}

/** Drawn here where it is kept over time, else only what the trigger remembers. */
function memoryPicture({ target, memory, range, view }: Shown): Html {
  const { name, recent, limitBytes } = target;
  if (memory !== undefined && memory.points.length > 1) {
    const alt = `Memory of ${name} over time: ${describeMemory(memory)}`;
    const counted = memory.points.some(({ goroutines }) => goroutines !== undefined);
    const stacked = memory.points.some(({ stackInuseBytes }) => stackInuseBytes !== undefined);
    const below = (picture: 'goroutines' | 'stacks', words: string) =>
      chart({ name: picture, target: name, alt: `${words} of ${name}`, range }, view);
    return html`${rangeChoice(range)} ${chart({ name: 'memory', target: name, alt, range }, view)}
    ${counted ? below('goroutines', 'Goroutines') : ''}
    ${stacked ? below('stacks', 'Stacks of the goroutines') : ''}`;
  }
  if (memory !== undefined && range !== '1d') return rangeChoice(range);
  const [first] = recent;
  const last = recent.at(-1);
  if (first === undefined || last === undefined || first.at === last.at) return html``;
  return html`<figure>
    ${sparkline(recent, CHART, limitBytes)}
    <figcaption>
      <span>${size(first.bytes)}, ${moment(first.at, view.now)}</span>
      <span>${size(last.bytes)}, ${moment(last.at, view.now)}</span>
    </figcaption>
  </figure>`;
}

const RANGE_WORDS: Readonly<Record<Range, string>> = {
  '1h': 'an hour',
  '6h': 'six hours',
  '1d': 'a day',
  '7d': 'a week',
};

function rangeChoice(chosen: Range): Html {
  return html`<ul class="states" aria-label="How far back">
    ${RANGE_NAMES.map(
      (range) =>
        html`<li>
          <a href="?range=${range}#memory" ${range === chosen ? html`aria-current="true"` : ''}
            >${RANGE_WORDS[range]}</a
          >
        </li>`,
    )}
  </ul>`;
}

function readingFacts(target: TargetStatus, reading: Reading, view: View): Html {
  const { kind, bytes } = memoryInUse(reading);
  const share = shareOfLimit(target);
  const of = target.limitBytes === undefined ? 'no limit known' : `of ${size(target.limitBytes)}`;
  const facts: readonly (readonly [string, string | Html])[] = [
    [
      'In use',
      `${size(bytes)} ${of}${share === undefined ? '' : ` (${percent(share)})`}, as ${kind}`,
    ],
    ['Resident set', size(reading.rssBytes)],
    ['Heap in use', size(reading.heapInuseBytes)],
    ['Heap allocated', size(reading.heapAllocBytes)],
    ['Heap idle', size(reading.heapIdleBytes)],
    ['Released to the system', size(reading.heapReleasedBytes)],
    ['Stacks', size(reading.stackInuseBytes)],
    ['Profiler', size(reading.profilerBytes)],
    ['From the system', size(reading.sysBytes)],
    ['Next GC at', size(reading.nextGcBytes)],
    ['Goroutines', count(reading.goroutines)],
    ['GC cycles', count(reading.gcCount)],
    ['Process started', moment(reading.startedAt, view.now)],
    ['Go', reading.goVersion ?? '–'],
    ['Read', html`${moment(reading.at, view.now)}, from ${reading.source}`],
  ];
  return html`<dl>
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function captureSection(target: TargetStatus, view: View): Html {
  const { trigger, unread } = target;
  const decision = unread === undefined ? trigger.decision.reason : 'nothing without readings';
  return html`<p>${trigger.mode}: ${decision}</p>
    ${lastCapture(target, view)}
    <p class="facts">${nextCapture(target, view.now)}</p>`;
}

function lastCapture(target: TargetStatus, view: View): Html {
  const { capture } = target;
  if (capture === undefined) return html`<p class="facts">${nothingCaptured(target)}</p>`;
  if (capture.kind === 'failed') {
    return html`<p class="error">${capture.message}, ${moment(capture.at, view.now)}</p>`;
  }
  const { profile } = capture;
  return html`<p class="facts">
    captured ${moment(capture.at, view.now)} · ${size(profile.inuseBytes)} in use on
    ${count(profile.stacks)} stacks ·
    ${profile.fresh ? 'fresh' : 'stale: no GC since the one before'}${
      profile.newEpoch ? ' · first of a new process' : ''
    }
  </p>`;
}
