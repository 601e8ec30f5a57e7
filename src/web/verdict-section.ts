import { html } from 'hono/html';
import type { TestOutcome } from '../growth/verdict.ts';
import { chart } from './chart.ts';
import type { Html } from './format.ts';
import { table } from './format.ts';
import type { View } from './layout.ts';
import type { TargetStatus } from './status.ts';
import { suspectList } from './suspects.ts';

/** What would turn each test around, for who asks why it says what it says. */
const WOULD_CHANGE: ReadonlyMap<string, { readonly met: string; readonly notMet: string }> =
  new Map([
    [
      'growth',
      {
        met: 'the floor falling back to within the noise of sampling',
        notMet: 'the floor growing further, beyond the noise of sampling',
      },
    ],
    [
      'persistence',
      {
        met: 'a fall, or blocks of profiles without a rise',
        notMet: 'rising on from block to block without a fall',
      },
    ],
    [
      'saturation',
      {
        met: 'the growth slowing down or stopping',
        notMet: 'the growth going on at its earlier rate',
      },
    ],
    [
      'traffic',
      {
        met: 'allocation growing as much as what is held',
        notMet: 'growing beyond what the rise of allocation explains',
      },
    ],
  ]);

/** The verdict, each test it stands on, and the suspects. */
export function verdictSection(target: TargetStatus, savedProfiles: number, view: View): Html {
  const { name, verdict } = target;
  if (verdict === undefined) return html`<p>No profile yet.</p>`;
  const { reason, fresh, profiles, epochs, freshInEpoch, tests, suspects } = verdict;
  return html`<p>${reason}</p>
    <p class="facts">
      ${fresh} fresh of ${profiles} profiles · ${epochs} ${epochs === 1 ? 'process' : 'processes'} ·
      ${freshInEpoch} fresh of the running one
    </p>
    ${table(['Test', 'Outcome', 'Why', 'What would change it'], tests.map(testRow), 'No test was applied.')}
    ${suspects.length === 0 ? '' : suspectList(name, suspects, view)}
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

function testRow({ name, passed, reason }: TestOutcome): Html {
  const words = WOULD_CHANGE.get(name);
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${passed ? 'met' : 'not met'}</td>
    <td>${reason}</td>
    <td>${(passed ? words?.met : words?.notMet) ?? '–'}</td>
  </tr>`;
}
