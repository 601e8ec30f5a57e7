import { html } from 'hono/html';
import type { Desk, ShownSilence } from '../../notify/desk.ts';
import type { Acknowledgement } from '../../notify/silences.ts';
import type { Telling } from '../../notify/tellings.ts';
import { readOnlyNote, submitButton } from '../change.ts';
import type { Html } from '../format.ts';
import { clockTime, count, moment, pathPart, table } from '../format.ts';
import type { View } from '../layout.ts';
import type { ShownIncident } from '../shown-incident.ts';

/** Of what was given up at one channel, the newest. */
const LETTERS_SHOWN = 3;

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
      ['Receiver', 'Standing', 'Why', 'Delivered', 'Last', 'Owed', 'Given up'],
      (desk.tellings(incident.id) ?? []).map((telling) => tellingRow(telling, incident, view)),
      'No receiver of the configuration is told of it.',
    )}
    ${taken === undefined ? '' : acknowledged(taken, incident, view)}
    ${isOver ? '' : forms(incident, user, view)}`;
}

/** All silences, those in force first. */
export function silencesSection(desk: Desk | undefined, view: View): Html {
  if (desk === undefined) return html``;
  return html`<h2>Silences</h2>
    ${readOnlyNote(view)}
    ${table(
      ['For', 'State', 'Holds now for', 'Until', 'By', 'Comment', 'Change'],
      desk.silences().map((silence) => silenceRow(silence, view)),
      'Nothing is silenced.',
    )}`;
}

/** Leads back to the page of the incident, where it is asked for there. */
export function resendForm(id: string, view: View, incident?: string): Html {
  return html`<form method="post" action="${view.root}dead-letters/${pathPart(id)}/resend">
    ${incident === undefined ? '' : html`<input type="hidden" name="incident" value="${incident}" />`}
    ${submitButton('Send again', view)}
  </form>`;
}

function tellingRow(telling: Telling, incident: ShownIncident, view: View): Html {
  const { receiver, channel, standing, reason, until, sent, lastSentAt, owed } = telling;
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
    <td>${count(sent)}</td>
    <td>${moment(lastSentAt, view.now)}</td>
    <td>${count(owed)}</td>
    <td>${givenUpCell(telling, incident, view)}</td>
  </tr>`;
}

/** What did not arrive, with what was answered, and where to send it again. */
function givenUpCell({ givenUp, sent, letters }: Telling, { id }: ShownIncident, view: View): Html {
  if (givenUp === 0) return html`0`;
  const shown = letters.slice(-LETTERS_SHOWN);
  const rest = givenUp - shown.length;
  return html`<span class="error"
      >${count(givenUp)}${sent === 0 ? ': nothing has arrived here yet' : ''}</span
    >
    ${shown.map(
      (letter) =>
        html`<small class="error"
            >${letter.cause}, ${moment(letter.createdAt, view.now)}: ${letter.lastAnswer}</small
          >
          ${resendForm(letter.id, view, id)}`,
    )}
    ${rest === 0 ? '' : html`<small>and ${count(rest)} more</small>`}`;
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
      ${submitButton('Withdraw the acknowledgement', view)}
    </form>`;
}

function forms(incident: ShownIncident, user: string | undefined, view: View): Html {
  if (view.readOnly !== undefined) return readOnlyNote(view);
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

/** As `parseDuration` takes it: what is not one is refused before it is sent, and stays to be mended. */
const DURATION = html`pattern="(\\d+(\\.\\d+)?(ms|s|m|h|d))+" title="a time as 30m or 8h"`;

const NAME_FIELD = html`<label
  >Your name<input type="text" name="by" maxlength="200" autocomplete="name" required
/></label>`;

function form({ action, legend, button, name, user }: FormParts): Html {
  return html`<form method="post" action="${action}" aria-labelledby="${name}-legend">
    <h3 id="${name}-legend">${legend}</h3>
    <div class="choices">
      ${user === undefined ? NAME_FIELD : html`<span>as ${user}</span>`}
      <label
        >For how long<input type="text" name="duration" value="8h" size="6" required ${DURATION}
      /></label>
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
              ${submitButton('End it', view)}
            </form>`
      }
    </td>
  </tr>`;
}
