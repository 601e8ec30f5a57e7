import { html } from 'hono/html';
import { chart } from './chart.ts';
import type { Html } from './format.ts';
import { table } from './format.ts';
import type { View } from './layout.ts';
import { nextCapture, timeToVerdict } from './pace.ts';
import type { TargetStatus } from './status.ts';
import { suspectList } from './suspects.ts';
import type { ExplainedVerdict } from './would-change.ts';
import { explainVerdict, startWouldChange } from './would-change.ts';

/** The verdict, each test it stands on, and the suspects. */
export function verdictSection(target: TargetStatus, savedProfiles: number, view: View): Html {
  const verdict = explainVerdict(target);
  if (verdict === undefined) {
    return html`<p>${unjudged(target, savedProfiles)}</p>
      <p class="facts">What would change it: ${startWouldChange(target)}.</p>
      ${paceLine(target, view)}`;
  }
  const { name } = target;
  const { reason, fresh, profiles, epochs, freshInEpoch, tests, suspects, wouldChange } = verdict;
  return html`<p>${reason}</p>
    <p>What would change it: ${wouldChange}.</p>
    ${paceLine(target, view)}
    <p class="facts">
      ${fresh} fresh of ${profiles} profiles · ${epochs} ${epochs === 1 ? 'process' : 'processes'} ·
      ${freshInEpoch} fresh of the running one
    </p>
    <div class="cards">
      ${table(['Test', 'Outcome', 'Why', 'What would change it'], tests.map(testRow), 'No test was applied: nothing is there for it to be applied to.')}
    </div>
    ${suspects.length === 0 ? '' : suspectList({ target: name, unreadSince: target.unread?.since }, suspects, view)}
    ${
      savedProfiles < 2
        ? ''
        : chart(
            {
              name: 'growth',
              target: name,
              alt: `The functions of ${name} that grew most, over time`,
            },
            view,
          )
    }`;
}

/** Saved profiles are judged with the next one. */
function unjudged({ unread }: TargetStatus, savedProfiles: number): string {
  const { found } = unread ?? {};
  if (found !== undefined) return `When it was last read: ${found.reason}`;
  return savedProfiles === 0 ? 'No profile yet.' : 'No profile since heapwarden was started.';
}

/** Until there can be a verdict. */
function paceLine(target: TargetStatus, { now }: View): Html {
  const time = timeToVerdict(target, now);
  return time === undefined
    ? html``
    : html`<p>That takes ${time}: ${nextCapture(target, now)}.</p>`;
}

function testRow({ name, passed, reason, wouldChange }: ExplainedVerdict['tests'][number]): Html {
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${passed ? 'met' : 'not met'}</td>
    <td>${reason}</td>
    <td data-is="Would change it:">${wouldChange ?? '–'}</td>
  </tr>`;
}
