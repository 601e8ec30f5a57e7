import { html } from 'hono/html';
import type { Desk, ShownSilence } from '../../notify/desk.ts';
import type { Acknowledgement } from '../../notify/silences.ts';
import type { Telling } from '../../notify/tellings.ts';
import type { Html } from '../format.ts';
import { clockTime, count, moment, pathPart, table } from '../format.ts';
import type { View } from '../layout.ts';
import type { ShownIncident } from '../shown-incident.ts';

export interface Asked {
  readonly desk?: Desk | undefined;
  /** Who is logged in, and so needs no other name. */
  readonly user?: string | undefined;
}

/** Who was told of an incident or was not and why, who is at it, and forms to say so. */
export function deskSection(incident: ShownIncident, { desk, user }: Asked, view: View): Html {
  if (desk === undefined) return html``;
  const taken = desk.acknowledgements().find((each) => each.incident === incident.id);
  const isOver = incident.state === 'resolved';
  return html`<h2 id="told">Who is told</h2>
    ${table(
      ['Receiver', 'Standing', 'Why', 'Said', 'Last'],
      (desk.tellings(incident.id) ?? []).map((telling) => tellingRow(telling, view)),
      'No receiver of the configuration is told of it.',
    )}
    ${taken === undefined ? '' : acknowledged(taken, incident, view)}
    ${isOver ? '' : forms(incident, user, view)}`;
}

/** All silences, those in force first. */
export function silencesSection(desk: Desk | undefined, view: View): Html {
  if (desk === undefined) return html``;
  return html`<h2>Silences</h2>
    ${table(
      ['For', 'State', 'Holds now for', 'Until', 'By', 'Comment', 'Change'],
      desk.silences().map((silence) => silenceRow(silence, view)),
      'Nothing is silenced.',
    )}`;
}

export function resendForm(id: string, view: View): Html {
  return html`<form method="post" action="${view.root}dead-letters/${pathPart(id)}/resend">
    <button type="submit">Send again</button>
  </form>`;
}

function tellingRow(telling: Telling, view: View): Html {
  const { receiver, channel, standing, reason, until, said, lastSaidAt } = telling;
  return html`<tr>
    <th scope="row">${receiver} <code>${channel}</code></th>
    <td>${standing}</td>
    <td>
      ${reason}
      ${
        until === undefined
          ? ''
          : html`<small
              >${standing === 'owed' ? 'next attempt' : 'until'} ${moment(until, view.now)}</small
            >`
      }
    </td>
    <td>${count(said)}</td>
    <td>${moment(lastSaidAt, view.now)}</td>
  </tr>`;
}

function acknowledged(
  { by, endsAt, comment, state }: Acknowledgement,
  incident: ShownIncident,
  view: View,
): Html {
  const isWorse = state === 'suspect' && incident.state === 'leak';
  return html`<p>
      Acknowledged by ${by} until
      ${clockTime(endsAt, view.now)}${comment === '' ? '' : `: ${comment}`}
      ${isWorse ? '; it holds no more, since the suspect became a leak' : ''}
    </p>
    <form method="post" action="${view.root}incidents/${pathPart(incident.id)}/withdraw">
      <button type="submit">Withdraw the acknowledgement</button>
    </form>`;
}

function forms(incident: ShownIncident, user: string | undefined, view: View): Html {
  return html`${form({
    action: `${view.root}incidents/${pathPart(incident.id)}/acknowledge`,
    legend: 'I am at it: tell nobody of this incident again, unless it gets worse',
    button: 'Acknowledge',
    name: 'acknowledge',
    user,
  })}
  ${form({
    action: `${view.root}incidents/${pathPart(incident.id)}/silence`,
    legend: `Silence this growth in ${incident.scope}`,
    button: 'Silence',
    name: 'silence',
    user,
  })}`;
}

interface FormParts {
  readonly action: string;
  readonly legend: string;
  readonly button: string;
  readonly name: string;
  readonly user: string | undefined;
}

const NAME_FIELD = html`<label
  >Your name<input type="text" name="by" maxlength="200" autocomplete="name" required
/></label>`;

function form({ action, legend, button, name, user }: FormParts): Html {
  return html`<form method="post" action="${action}" aria-labelledby="${name}-legend">
    <h3 id="${name}-legend">${legend}</h3>
    <div class="choices">
      ${user === undefined ? NAME_FIELD : html`<span>as ${user}</span>`}
      <label>For how long<input type="text" name="duration" value="8h" size="6" required /></label>
      <label>Why<input type="text" name="comment" maxlength="2000" size="40" /></label>
      <button type="submit">${button}</button>
    </div>
  </form>`;
}

function silenceRow(silence: ShownSilence, view: View): Html {
  const { id, matchers, state, endsAt, createdBy, comment, holdsFor } = silence;
  const what = matchers.map(({ label, operator, value }) => `${label} ${operator} ${value}`);
  return html`<tr>
    <th scope="row"><code>${what.join(', ')}</code></th>
    <td>${state}</td>
    <td>${holdsFor?.words ?? ''}</td>
    <td>${moment(endsAt, view.now)}</td>
    <td>${createdBy}</td>
    <td>${comment}</td>
    <td>
      ${
        state === 'expired'
          ? ''
          : html`<form method="post" action="${view.root}silences/${pathPart(id)}/expire">
              <button type="submit">End it</button>
            </form>`
      }
    </td>
  </tr>`;
}
