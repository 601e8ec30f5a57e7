import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import { stringify } from 'yaml';
import type { Config } from '../config/config.ts';
import { writtenConfig } from '../config/written/config.ts';
import type { Notification } from '../notify/notification.ts';
import { resendForm, silencesSection } from './desk/incident-section.ts';
import type { Html } from './format.ts';
import { badge, count, counted, moment, pathPart, percent, size, table } from './format.ts';
import type { View } from './layout.ts';
import { layout } from './layout.ts';
import { countStandings } from './standing.ts';
import type { Dashboard, DaemonStatus, ReceiverHealth, TargetStatus } from './status.ts';

const SHOWN = 100;

/** How the daemon itself stands: `/status`, and `/api/v1/status` for programs. */
export function addStatusPage(app: Hono, dashboard: Dashboard, view: (c: Context) => View): void {
  app.get('/status', async (c) =>
    c.html(statusPage(await dashboard.status?.(), dashboard, view(c))),
  );
  app.get('/api/v1/status', async (c) => {
    const status = await dashboard.status?.();
    return c.json(status ?? {});
  });
}

function statusPage(status: DaemonStatus | undefined, dashboard: Dashboard, view: View): Html {
  const { pending, dead } = dashboard.outbox();
  const targets = dashboard.targets();
  return layout(
    'Status',
    view,
    html`<h1>Status</h1>
      ${status === undefined ? '' : daemonSection(status, targets.length, view)}
      ${targetsSection(targets, view)} ${discoverySection(status?.discovery ?? [], view)}
      <h2>${counted(pending.length, 'notification')} owed</h2>
      ${notificationTable(
        { all: pending, whenEmpty: 'Nothing waits to be delivered.', mayResend: false },
        view,
      )}
      <h2>${counted(dead.length, 'dead letter')}</h2>
      ${notificationTable(
        { all: dead, whenEmpty: 'Nothing was given up.', mayResend: dashboard.desk !== undefined },
        view,
      )}
      ${silencesSection(dashboard.desk, view)}
      ${status === undefined ? '' : configSection(status.config, view)}`,
  );
}

function daemonSection(
  { version, startedAt, storage, receivers }: DaemonStatus,
  targets: number,
  view: View,
): Html {
  const used = storage.maxBytes > 0 ? ` (${percent(storage.bytes / storage.maxBytes)})` : '';
  const facts: readonly (readonly [string, string | Html])[] = [
    ['Version', version],
    ['Node.js', process.version],
    ['Started', moment(startedAt, view.now)],
    ['Storage', `${size(storage.bytes)} of ${size(storage.maxBytes)}${used}`],
    ['Stored in', storage.path],
    ['Targets', count(targets)],
  ];
  return html`<dl>
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    <h2>Receivers</h2>
    ${table(
      ['Receiver', 'Channel', 'Health', 'Sent', 'Failed', 'Last sent', 'Last failure'],
      receivers.map((one) => receiverRow(one, view)),
      'The configuration names no receiver.',
    )}`;
}

/** How many are in each state, and those that cannot be read or captured. */
function targetsSection(targets: readonly TargetStatus[], view: View): Html {
  const states = [...countStandings(targets)].filter(([, amount]) => amount > 0);
  const failing = targets.filter((target) => errorOf(target) !== undefined);
  const rows = failing.slice(0, SHOWN).map((target) => {
    const error = errorOf(target);
    return html`<tr>
      <th scope="row">
        <a href="${view.root}targets/${pathPart(target.name)}">${target.name}</a>
      </th>
      <td>${moment(target.lastReading?.at, view.now)}</td>
      <td class="error">${error?.message}</td>
      <td>${moment(error?.at, view.now)}</td>
    </tr>`;
  });
  return html`<h2>Targets</h2>
    <ul class="states" aria-label="By state">
      ${states.map(
        ([state, amount]) =>
          html`<li><a href="${view.root}?state=${state}">${badge(state)} ${amount}</a></li>`,
      )}
    </ul>
    ${table(['Target', 'Last reading', 'Error', 'When'], rows, 'Each of them can be read and captured.')}
    ${moreThanShown(failing)}`;
}

/** Where targets come from that are not in the file. */
function discoverySection(lists: NonNullable<DaemonStatus['discovery']>, view: View): Html {
  if (lists.length === 0) return html``;
  const rows = lists.map(
    ({ group, source, found, targets, readAt, problem }) =>
      html`<tr>
        <th scope="row">${group}</th>
        <td><code>${source}</code></td>
        <td>${count(found)}</td>
        <td>${count(targets)}</td>
        <td>${moment(readAt, view.now)}</td>
        <td class="error">${problem}</td>
      </tr>`,
  );
  const columns = ['Group', 'List', 'Entries', 'Targets of the group', 'Last read', 'Problem'];
  return html`<h2 id="discovery">Discovery</h2>
    ${table(columns, rows, '')}`;
}

function errorOf({ readingError, capture }: TargetStatus) {
  return readingError ?? (capture?.kind === 'failed' ? capture : undefined);
}

function moreThanShown(all: readonly unknown[]): Html {
  return all.length > SHOWN ? html`<p class="facts">and ${all.length - SHOWN} more.</p>` : html``;
}

function receiverRow(one: ReceiverHealth, view: View): Html {
  const { receiver, channel, sent, failed, lastSentAt, lastFailure } = one;
  return html`<tr>
    <th scope="row">${receiver}</th>
    <td><code>${channel}</code></td>
    <td>${healthOf(one)}</td>
    <td>${count(sent)}</td>
    <td>${count(failed)}</td>
    <td>${moment(lastSentAt, view.now)}</td>
    <td>
      ${moment(lastFailure?.at, view.now)}
      ${lastFailure === undefined ? '' : html`<small>${lastFailure.reason}</small>`}
    </td>
  </tr>`;
}

/** By what came last. */
function healthOf({ lastSentAt, lastFailure }: ReceiverHealth): Html {
  if (lastSentAt === undefined && lastFailure === undefined) return html`not used yet`;
  return (lastFailure?.at ?? 0) > (lastSentAt ?? 0)
    ? html`<span class="badge leak">failing</span>`
    : html`<span class="badge quiet">well</span>`;
}

interface Listed {
  readonly all: readonly Notification[];
  readonly whenEmpty: string;
  readonly mayResend: boolean;
}

function notificationTable({ all, whenEmpty, mayResend }: Listed, view: View): Html {
  const rows = all.slice(0, SHOWN).map(
    ({ id, incident, cause, receiver, channel, createdAt, attempts, nextAttemptAt, lastAnswer }) =>
      html`<tr>
        <th scope="row">
          <a href="${view.root}incidents/${pathPart(incident.id)}"
            ><code>${incident.function}</code></a
          >
          <small>${cause} in ${incident.scope}</small>
        </th>
        <td>${receiver} <code>${channel}</code></td>
        <td>${moment(createdAt, view.now)}</td>
        <td>${count(attempts)}</td>
        <td>${moment(nextAttemptAt, view.now)}</td>
        <td>${lastAnswer ?? 'none yet'} ${mayResend ? resendForm(id, view) : ''}</td>
      </tr>`,
  );
  const columns = ['Incident', 'To', 'Since', 'Attempts', 'Next attempt', 'Last answer'];
  return html`${table(columns, rows, whenEmpty)} ${moreThanShown(all)}`;
}

function configSection(
  { file, loadedAt, problem, effective }: DaemonStatus['config'],
  view: View,
): Html {
  return html`<h2 id="configuration">Configuration</h2>
    <p class="facts">
      <code>${file}</code>, loaded ${moment(loadedAt, view.now)}; with every default filled in,
      secrets masked
    </p>
    ${problem === undefined ? '' : html`<p class="error">Refused since: ${problem}</p>`}
    <details>
      <summary>What is in force</summary>
      <pre><code>${asYaml(effective)}</code></pre>
    </details>`;
}

/** In the words of the file; by way of JSON, in which a `Secret` writes itself as `<secret>`. */
export function asYaml(config: Config): string {
  const plain: unknown = JSON.parse(JSON.stringify(writtenConfig(config)));
  return stringify(plain, { aliasDuplicateObjects: false, lineWidth: 0 });
}
