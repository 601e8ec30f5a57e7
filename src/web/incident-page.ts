import { html } from 'hono/html';
import type { Incident, Sighting } from '../incident/incident.ts';
import type { Desk } from '../notify/desk.ts';
import { hasPassed, isPast, isUnseen, silenceOf, unlisted } from '../incident/sightings.ts';
import { FIRST_LOOK } from '../notify/first-look.ts';
import { newestWords, whatGrew, whenSeen } from '../notify/unseen.ts';
import { rateInAll, roomWords, whatGrows } from '../notify/words.ts';
import { growthNow } from './incident-card.ts';
import { deskSection, type Asked } from './desk/incident-section.ts';
import type { Html } from './format.ts';
import { badge, count, moment, pathPart, size, table } from './format.ts';
import { growthRate, rateWithBounds } from './growth-rate.ts';
import { hushedLine } from './hushed.ts';
import type { View } from './layout.ts';
import { layout } from './layout.ts';
import { chart } from './chart.ts';
import type { ShownIncident } from './shown-incident.ts';
import { sourceSection, type SuspectSource } from './source-section.ts';
import { storySection } from './story-section.ts';
import { callPath, suspectList } from './suspects.ts';
import { isUnread, newestLine, noReadingFor, pastLine } from './unread.ts';

/** The whole story of one incident. */
export function incidentPage(
  incident: ShownIncident,
  view: View,
  { source, ...asked }: Asked & { readonly source?: SuspectSource | undefined },
): Html {
  const { state, scope, reason, openedAt, updatedAt, resolvedAt, sightings } = incident;
  return layout(
    `${incident.function} ${state}`,
    view,
    html`<h1>${badge(state)} <code>${incident.function}</code></h1>
      ${outlookLine(incident, view)} ${pastLine(incident, view)}
      <p>${reason}</p>
      ${newestLine(incident)}
      <p class="facts">
        ${incident.kind} of ${scope} · opened ${moment(openedAt, view.now)} · updated
        ${moment(updatedAt, view.now)}
        ${resolvedAt === undefined ? '' : html`· resolved ${moment(resolvedAt, view.now)}`}
      </p>
      ${hushedLine(incident, view)} ${whatToDo(incident, asked.desk, view)}
      <h2>Targets</h2>
      <div class="cards">
        ${table(
          ['Target', 'State', 'Memory', 'Growth', 'Limit reached', 'Why'],
          sightings.map((sighting) => sightingRow(sighting, view)),
          'No target shows it.',
        )}
      </div>
      ${unlistedTargets(incident, view)}
      ${sightings
        .slice(0, 1)
        .map((worst) =>
          incident.kind === 'heap'
            ? suspectSection(worst, source, view)
            : kindGrowth(incident, worst, view),
        )}
      ${mailPictures(incident, view)} ${deskSection(incident, asked, view)}
      ${storySection(incident, view)}`,
  );
}

/** Before all else: the table below does not fit into the window of a phone. */
function outlookLine(incident: ShownIncident, view: View): Html {
  const outlook = growthNow(incident, view);
  return outlook === undefined ? html`` : html`<p><strong>${outlook}</strong></p>`;
}

/** As the messages say it, and where to say that somebody is at it. */
function whatToDo({ kind, state }: Incident, desk: Desk | undefined, { readOnly }: View): Html {
  if (state === 'resolved') return html``;
  const mayBeSaid = desk !== undefined && readOnly === undefined;
  const link = mayBeSaid ? html`<a href="#told">Acknowledge or silence it</a>` : '';
  return html`<p>${FIRST_LOOK[kind]} ${link}</p>`;
}

/** Past a bound only names are kept. */
function unlistedTargets(incident: Incident, { root }: View): Html {
  const names = unlisted(incident);
  if (names.length === 0) return html``;
  const links = names.map(
    (name, index) =>
      html`${index === 0 ? '' : ', '}<a href="${root}targets/${pathPart(name)}">${name}</a>`,
  );
  return html`<p class="facts">and ${count(names.length)} more, that grow less: ${links}</p>`;
}

function sightingRow(sighting: Sighting, view: View): Html {
  const { target, state, memory, reason, at } = sighting;
  const newest = newestWords(sighting);
  return html`<tr>
    <th scope="row"><a href="${view.root}targets/${pathPart(target)}">${target}</a></th>
    <td>${badge(state)}</td>
    <td>
      ${size(memory.readingBytes)}
      ${memory.limitBytes === undefined ? '' : html`<small>of ${size(memory.limitBytes)}</small>`}
      ${noReadingFor(silenceOf(sighting), view)}
    </td>
    <td>${growthOf(sighting)}</td>
    <td data-is="Limit reached:">${limitReached(sighting, view)}</td>
    <td>
      ${reason} ${newest === undefined ? '' : html`<small>${newest.when}: ${newest.reason}</small>`}
      <small>${moment(at, view.now)}</small>
    </td>
  </tr>`;
}

function growthOf(sighting: Sighting): Html {
  if (isUnseen(sighting))
    return html`${isUnread(sighting) ? 'not seen when last read' : 'not seen now'}`;
  return html`${growthRate(sighting)} <small>${whenSeen(sighting)}</small>`;
}

function limitReached(sighting: Sighting, view: View): Html {
  if (isUnread(sighting)) return html`no forecast without readings`;
  if (isUnseen(sighting)) return html`no forecast yet`;
  const { memory, suspect } = sighting;
  const { limitReachedAt, limitReachedAtEarliest: earliest, limitReachedAtLatest: latest } = memory;
  if (limitReachedAt === undefined) return html`no end in sight`;
  if (hasPassed(sighting, view.now)) return html`foreseen for ${moment(limitReachedAt, view.now)}`;
  const range =
    earliest === undefined || latest === undefined
      ? ''
      : html`<small
          >earliest ${moment(earliest, view.now)}, latest ${moment(latest, view.now)}</small
        >`;
  const inAll = rateInAll(memory, suspect);
  const at = inAll === undefined ? '' : html`<small>at ${inAll} in all</small>`;
  const room = roomWords(sighting);
  return html`${moment(limitReachedAt, view.now)} ${at} ${range}
  ${room === undefined ? '' : html`<small>${room}</small>`}`;
}

/** Of the target where it is worst; the others have it on their own pages. */
function suspectSection(worst: Sighting, source: SuspectSource | undefined, view: View): Html {
  const { target, suspect, coSuspects, profiles } = worst;
  const url = (file: string) =>
    `${view.baseUrl}/targets/${pathPart(target)}/profiles/${pathPart(file)}`;
  return html`<h2>Suspects in ${target}${whenSeen(worst)}</h2>
    ${chart({ name: 'growth', target, alt: `Growth of the suspects in ${target}` }, view)}
    ${suspectList({ target, unreadSince: silenceOf(worst)?.since }, [suspect, ...coSuspects], view)}
    ${source === undefined ? '' : sourceSection(source)}
    ${
      profiles === undefined
        ? ''
        : html`<pre><code>go tool pprof -diff_base ${url(profiles.before.file)} ${url(
              profiles.after.file,
            )}</code></pre>
            <p>
              <a
                href="${view.root}targets/${pathPart(target)}/compare?before=${pathPart(profiles.before.file)}&after=${pathPart(profiles.after.file)}"
                >What changed between the two, as a flame graph</a
              >
            </p>`
    }`;
}

/** By themselves, as the mails show them. */
function mailPictures({ id, kind, sightings: [worst] }: Incident, { root }: View): Html {
  const heap = worst?.profiles === undefined ? ['growth'] : ['growth', 'flamegraph'];
  const grown = kind === 'heap' ? heap : ['growth'];
  const names = ['memory', ...(kind === 'profiler' ? [] : grown)];
  const url = (name: string) => `${root}api/v1/incidents/${pathPart(id)}/${name}`;
  return html`<p class="facts">
    The pictures of its mails:
    ${names.map(
      (name, index) =>
        html`${index === 0 ? '' : ', '}${name} as <a href="${url(name)}.svg">SVG</a>,
          <a href="${url(name)}.png">PNG</a>`,
    )}
  </p>`;
}

/** What has no allocations has no survival and no samples either, and where it grows is told by its kind. */
function kindGrowth(incident: Incident, worst: Sighting, view: View): Html {
  const { target, suspect } = worst;
  const isOfThen = isPast(worst);
  const what = isOfThen ? `Then ${whatGrew(incident, worst)}` : whatGrows(incident, worst);
  return html`<h2>${isOfThen ? 'What grew' : 'What grows'} in ${target}${whenSeen(worst)}</h2>
    <p>${what}.</p>
    <p class="facts">
      ${rateWithBounds(suspect)} · grew by ${size(suspect.growthBytes)} since
      ${moment(suspect.since, view.now)} · ${suspect.z.toFixed(1)} times what its own unrest
      explains
    </p>
    ${suspect.stack.length === 0 ? '' : html`<p>Where they block, innermost first:</p>`}
    ${callPath(suspect)} ${chart({ name: 'memory', target, alt: `Memory of ${target}` }, view)}`;
}
