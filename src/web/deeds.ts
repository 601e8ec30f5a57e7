import type { Context, Hono } from 'hono';
import { noTarget } from './api.ts';
import { pathPart } from './format.ts';
import { problem } from './problem.ts';
import type { Dashboard, Deed, Done } from './status.ts';

const DEEDS: readonly Deed[] = ['read', 'capture'];

/** "Read now" and "capture now" of one target, for its page and for programs. */
export function addDeeds(app: Hono, dashboard: Dashboard): void {
  for (const deed of DEEDS) {
    app.post(`/targets/:name/${deed}`, (c) =>
      answer(
        c,
        () => dashboard.act?.(c.req.param('name'), deed),
        () => c.redirect(`../${pathPart(c.req.param('name'))}`, 303),
      ),
    );
    app.post(`/api/v1/targets/:name/${deed}`, (c) =>
      answer(
        c,
        () => dashboard.act?.(c.req.param('name'), deed),
        (message) => c.json({ message }),
      ),
    );
  }
}

async function answer(
  c: Context,
  act: () => Promise<Done | undefined> | undefined,
  show: (message: string) => Response,
): Promise<Response> {
  const done = await act();
  if (done === undefined) return problem(c, 404, noTarget(c.req.param('name') ?? ''));
  return done.ok ? show(done.message) : problem(c, 502, done.problem);
}
