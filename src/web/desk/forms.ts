import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Incident } from '../../incident/incident.ts';
import type { Desk, Granted } from '../../notify/desk.ts';
import type { Clock } from '../../runtime/clock.ts';
import { noIncident } from '../api.ts';
import { userOf } from '../auth.ts';
import { pathPart } from '../format.ts';
import { problem } from '../problem.ts';
import type { Dashboard } from '../status.ts';
import { readAcknowledgement, readSilence, type Asking } from './orders.ts';

const MAX_BODY_BYTES = 16 * 1024;
const STATUS = { unknown: 404, refused: 409, unsaved: 503 } as const;

const limited = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (c) => problem(c, 413, `form: more than ${MAX_BODY_BYTES} bytes`),
});

/** What the forms of the pages send; they go through the same guards and checks as the API, and back to their page. */
export function addForms(app: Hono, dashboard: Dashboard, clock: Clock): void {
  const { desk } = dashboard;
  if (desk === undefined) return;
  const asking = (c: Context): Asking => ({ now: clock.now(), user: userOf(c) });
  addIncidentForms(app, { dashboard, desk, asking });
  app.post('/silences/:id/expire', async (c) =>
    back(c, await desk.expire(c.req.param('id')), '../../status'),
  );
  app.post('/dead-letters/:id/resend', limited, async (c) => {
    const { incident } = await c.req.parseBody();
    const isOfPage = typeof incident === 'string' && incident !== '';
    const page = isOfPage ? `../../incidents/${pathPart(incident)}#told` : '../../status';
    return back(c, await desk.resend(c.req.param('id')), page);
  });
}

interface Parts {
  readonly dashboard: Dashboard;
  readonly desk: Desk;
  readonly asking: (c: Context) => Asking;
}

function addIncidentForms(app: Hono, { dashboard, desk, asking }: Parts): void {
  const page = (c: Context): string => `../${pathPart(c.req.param('id') ?? '')}`;
  app.post('/incidents/:id/acknowledge', limited, async (c) => {
    const read = readAcknowledgement(await fieldsOf(c, 'by'), asking(c));
    if (read.kind !== 'order') return problem(c, 400, read.mistakes.join('; '));
    return back(c, await desk.acknowledge(c.req.param('id'), read.order), page(c));
  });
  app.post('/incidents/:id/withdraw', async (c) =>
    back(c, await desk.withdraw(c.req.param('id')), page(c)),
  );
  app.post('/incidents/:id/silence', limited, async (c) => {
    const id = c.req.param('id');
    const incident = dashboard.incidents().find((each) => each.id === id);
    if (incident === undefined) return problem(c, 404, noIncident(id));
    const matchers = silenceOf(incident);
    const read = readSilence({ ...(await fieldsOf(c, 'createdBy')), matchers }, asking(c));
    if (read.kind !== 'order') return problem(c, 400, read.mistakes.join('; '));
    return back(c, await desk.silence(read.order), page(c));
  });
}

/** The fields that the pages have; whoever sends others has them left out. */
async function fieldsOf(c: Context, author: string): Promise<Record<string, unknown>> {
  const { by, duration, comment } = await c.req.parseBody();
  return {
    ...(by === undefined || by === '' ? {} : { [author]: by }),
    duration,
    ...(comment === undefined ? {} : { comment }),
  };
}

/** The same growth in the same service or, where the target has none, in the target: never in another one. */
function silenceOf({ function: name, kind, scope, sightings }: Incident): readonly string[] {
  const isService = sightings.some(({ labels }) => labels['service'] === scope);
  return [
    `${isService ? 'service' : 'target'} = ${quoted(scope)}`,
    `function = ${quoted(name)}`,
    `kind = ${quoted(kind)}`,
  ];
}

function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

function back<T>(c: Context, granted: Granted<T>, page: string): Response | Promise<Response> {
  if (granted.kind !== 'done') return problem(c, STATUS[granted.kind], granted.problem);
  return c.redirect(page, 303);
}
