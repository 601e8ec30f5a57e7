import { html } from 'hono/html';
import type { Verdict } from '../growth/verdict.ts';
import type { Incident, SavedProfile } from '../incident/incident.ts';
import type { Reading } from '../memory/reading.ts';
import { memoryInUse } from '../memory/reading.ts';
import type { Html } from './format.ts';
import { badge, count, moment, pathPart, percent, size, table } from './format.ts';
import type { View } from './layout.ts';
import { layout } from './layout.ts';
import { sparkline } from './sparkline.ts';
import { openIncidents, resolvedIncidents, shareOfLimit, standing } from './standing.ts';
import type { TargetStatus } from './status.ts';
import { suspectList } from './suspects.ts';
import { incidentCard } from './targets-page.ts';

const CHART = { width: 720, height: 140 };

export interface TargetDetails {
  readonly target: TargetStatus;
  /** Those that the target has a part in. */
  readonly incidents: readonly Incident[];
  /** Oldest first. */
  readonly profiles: readonly SavedProfile[];
}

/** All that is known of one target, and why it is or is not a leak. */
export function targetPage({ target, incidents, profiles }: TargetDetails, view: View): Html {
  const related = [...openIncidents(incidents), ...resolvedIncidents(incidents)];
  return layout(
    `${target.name} ${standing(target)}`,
    view,
    html`<h1>${badge(standing(target))} ${target.name}</h1>
      <p class="facts">
        <code>${target.url}</code>
        ${Object.entries(target.labels).map(
          ([name, value]) => html`<span class="label">${name}=${value}</span>`,
        )}
      </p>
      ${related.map((incident) => incidentCard(incident, view))}
      <h2>Verdict</h2>
      ${verdictSection(target.verdict, view)}
      <h2>Memory</h2>
      ${memorySection(target, view)}
      <h2>Capture</h2>
      ${captureSection(target, view)}
      <h2>Saved profiles</h2>
      ${profileSection(target.name, profiles, view)}`,
  );
}

function verdictSection(verdict: Verdict | undefined, view: View): Html {
  if (verdict === undefined) return html`<p>No profile yet.</p>`;
  const { reason, fresh, profiles, epochs, freshInEpoch, tests, suspects } = verdict;
  const rows = tests.map(
    (test) =>
      html`<tr>
        <th scope="row">${test.name}</th>
        <td>${test.passed ? 'met' : 'not met'}</td>
        <td>${test.reason}</td>
      </tr>`,
  );
  return html`<p>${reason}</p>
    <p class="facts">
      ${fresh} fresh of ${profiles} profiles · ${epochs} ${epochs === 1 ? 'process' : 'processes'} ·
      ${freshInEpoch} fresh of the running one
    </p>
    ${table(['Test', 'Outcome', 'Why'], rows, 'No test was applied.')}
    ${suspects.length === 0 ? '' : suspectList(suspects, view)}`;
}

function memorySection(target: TargetStatus, view: View): Html {
  const { reading, readingError, limitBytes, recent } = target;
  const error =
    readingError === undefined
      ? ''
      : html`<p class="error">${readingError.message}, ${moment(readingError.at, view.now)}</p>`;
  return html`${error} ${memoryChart(recent, limitBytes, view)}
  ${reading === undefined ? html`<p>No reading yet.</p>` : readingFacts(target, reading, view)}`;
}

function memoryChart(
  recent: TargetStatus['recent'],
  limitBytes: number | undefined,
  view: View,
): Html {
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

function captureSection({ trigger, capture }: TargetStatus, view: View): Html {
  return html`<p>${trigger.mode}: ${trigger.decision.reason}</p>
    ${lastCapture(capture, view)}`;
}

function lastCapture(capture: TargetStatus['capture'], view: View): Html {
  if (capture === undefined) return html`<p class="facts">Nothing was captured yet.</p>`;
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

function profileSection(target: string, profiles: readonly SavedProfile[], view: View): Html {
  const folder = `targets/${pathPart(target)}/profiles`;
  const url = (file: string) => `${view.baseUrl}/${folder}/${pathPart(file)}`;
  const [first] = profiles;
  const last = profiles.at(-1);
  const commands =
    first === undefined || last === undefined
      ? ''
      : html`<pre><code>go tool pprof -diff_base ${url(first.file)} ${url(last.file)}</code></pre>`;
  const rows = profiles.toReversed().map(
    ({ file, at, bytes }) =>
      html`<tr>
        <th scope="row"><a href="${view.root}${folder}/${pathPart(file)}">${file}</a></th>
        <td>${moment(at, view.now)}</td>
        <td>${size(bytes)}</td>
      </tr>`,
  );
  return html`${commands} ${table(['File', 'Taken', 'Size'], rows, 'None yet.')}`;
}
