import type { Context, Hono, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Desk, Granted } from '../../notify/desk.ts';
import type { Clock } from '../../runtime/clock.ts';
import { messageOf } from '../../runtime/message-of.ts';
import { noIncident } from '../api.ts';
import { userOf } from '../auth.ts';
import { problem } from '../problem.ts';
import { readAcknowledgement, readSilence, type Asking, type Order } from './orders.ts';

const MAX_BODY_BYTES = 64 * 1024;

const STATUS = { unknown: 404, refused: 409, unsaved: 503 } as const;

/** `/api/v1/silences`, `…/incidents/ID/acknowledge` and `/api/v1/dead-letters`: what people say about what is told. */
export function addDesk(app: Hono, desk: Desk, clock: Clock): void {
  const asking = (c: Context): Asking => ({ now: clock.now(), user: userOf(c) });
  addSilences(app, desk, asking);
  addIncidents(app, desk, asking);
  addDeadLetters(app, desk);
}

type AskingOf = (c: Context) => Asking;

const limited = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (c) => problem(c, 413, `body: more than ${MAX_BODY_BYTES} bytes`),
});

function addSilences(app: Hono, desk: Desk, asking: AskingOf): void {
  app.get('/api/v1/silences', (c) => c.json({ silences: desk.silences() }));
  app.get('/api/v1/silences/:id', (c) => {
    const id = c.req.param('id');
    const silence = desk.silences().find((each) => each.id === id);
    return silence === undefined
      ? problem(c, 404, `silence: none has the id "${id}"; /api/v1/silences lists them`)
      : c.json(silence);
  });
  app.post('/api/v1/silences', limited, json, async (c) => {
    const read = readSilence(await c.req.json(), asking(c));
    return read.kind === 'order' ? answer(c, await desk.silence(read.order), 201) : told(c, read);
  });
  app.delete('/api/v1/silences/:id', async (c) => answer(c, await desk.expire(c.req.param('id'))));
}

function addIncidents(app: Hono, desk: Desk, asking: AskingOf): void {
  const path = '/api/v1/incidents/:id/acknowledge';
  app.get('/api/v1/acknowledgements', (c) => c.json({ acknowledgements: desk.acknowledgements() }));
  app.post(path, limited, json, async (c) => {
    const read = readAcknowledgement(await c.req.json(), asking(c));
    if (read.kind !== 'order') return told(c, read);
    return answer(c, await desk.acknowledge(c.req.param('id'), read.order), 201);
  });
  app.delete(path, async (c) => answer(c, await desk.withdraw(c.req.param('id'))));
  app.get('/api/v1/incidents/:id/tellings', (c) => {
    const id = c.req.param('id');
    const tellings = desk.tellings(id);
    return tellings === undefined ? problem(c, 404, noIncident(id)) : c.json({ tellings });
  });
}

function addDeadLetters(app: Hono, desk: Desk): void {
  app.get('/api/v1/dead-letters', (c) => c.json({ deadLetters: desk.deadLetters() }));
  app.post('/api/v1/dead-letters/:id/resend', async (c) =>
    answer(c, await desk.resend(c.req.param('id')), 202),
  );
}

/** What is no JSON by its own word is not read, so that no form of another site can send it. */
const json: MiddlewareHandler = async (c, next) => {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
    return problem(c, 415, `body: not sent as JSON; add -H 'Content-Type: application/json'`);
  try {
    await c.req.json();
  } catch (error) {
    return problem(c, 400, `body: not JSON: ${messageOf(error)}`);
  }
  return next();
};

function told<T>(c: Context, read: Order<T> & { kind: 'mistakes' }): Response | Promise<Response> {
  return problem(c, 400, read.mistakes.join('; '));
}

function answer<T>(
  c: Context,
  granted: Granted<T>,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  if (granted.kind !== 'done') return problem(c, STATUS[granted.kind], granted.problem);
  return c.json(granted.value ?? {}, status);
}
