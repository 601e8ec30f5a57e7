import { html } from 'hono/html';
import type { Incident, IncidentEvent } from '../incident/incident.ts';
import type { Happening } from '../memory/target-record.ts';
import type { Html } from './format.ts';
import { instant } from './format.ts';
import type { View } from './layout.ts';

/** Whose part of the story it is, for the eye to follow one of them. */
type Part = 'seen' | 'found' | 'told' | 'said';

const PARTS: Readonly<Record<IncidentEvent['kind'], Part>> = {
  reading: 'seen',
  decision: 'seen',
  restarted: 'seen',
  deployed: 'seen',
  verdict: 'found',
  opened: 'found',
  escalated: 'found',
  updated: 'found',
  resolved: 'found',
  told: 'told',
  sent: 'told',
  retried: 'told',
  not_told: 'told',
  acknowledged: 'said',
  withdrawn: 'said',
  silenced: 'said',
  unsilenced: 'said',
};

const LEGEND: Readonly<Record<Part, string>> = {
  seen: 'what the targets went through',
  found: 'what was found',
  told: 'who was told',
  said: 'what people said',
};

/** All that is known of an incident in the order in which it happened. */
export function storySection({ events }: Incident, view: View): Html {
  const parts = new Set(events.map(({ kind }) => PARTS[kind]));
  return html`<h2>What happened</h2>
    <ul class="story-legend">
      ${Object.entries(LEGEND)
        .filter(([part]) => [...parts].some((each) => each === part))
        .map(([part, words]) => html`<li class="story ${part}">${words}</li>`)}
    </ul>
    <p class="facts">times in UTC</p>
    ${storyList(
      events.toSorted((a, b) => a.at - b.at),
      view,
    )}`;
}

/** What happened to one target lately, the newest first. */
export function latelySection(happenings: readonly Happening[], view: View): Html {
  return html`<h2>What happened lately</h2>
    <p class="facts">times in UTC</p>
    ${storyList(happenings.toReversed(), view)}`;
}

function storyList(entries: readonly (IncidentEvent | Happening)[], view: View): Html {
  if (entries.length === 0) return html`<p class="empty">Nothing yet.</p>`;
  return html`<ol class="timeline">
    ${entries.map(
      ({ at, kind, reason }) =>
        html`<li>
          <span class="when">${instant(at, view.now)}</span>
          <span class="story ${PARTS[kind]}">${kind.replace('_', ' ')}</span>
          <span>${reason}</span>
        </li>`,
    )}
  </ol>`;
}
