import type { Hono } from 'hono';
import { inBrief } from '../notify/told-incident.ts';
import { jsonList } from './json-list.ts';
import { problem } from './problem.ts';
import { findShown, shownIncidents } from './shown-incident.ts';
import { standing, stateWhenRead } from './standing.ts';
import { explainVerdict } from './would-change.ts';
import type { Dashboard, TargetStatus } from './status.ts';

/**
 * `/api/v1`: what the pages show, as JSON in the shapes of `TargetStatus`, `Incident` and
 * `Notification`, those with the worst target of their incident alone. Times are Unix milliseconds, sizes bytes, shares 0 to 1; what is not known is absent.
 */
export function addApi(app: Hono, dashboard: Dashboard): void {
  addTargets(app, dashboard);
  addIncidents(app, dashboard);
  app.get('/api/v1/notifications', (c) => {
    const { pending, dead } = dashboard.outbox();
    return c.json({ pending: pending.map(inBrief), dead: dead.map(inBrief) });
  });
}

function addTargets(app: Hono, dashboard: Dashboard): void {
  app.get('/api/v1/targets', (c) =>
    jsonList(c, 'targets', { items: dashboard.targets(), show: withState }),
  );
  app.get('/api/v1/targets/:name', (c) => {
    const name = c.req.param('name');
    const target = dashboard.target(name);
    return target === undefined ? problem(c, 404, noTarget(name)) : c.json(withState(target));
  });
  app.get('/api/v1/targets/:name/memory', (c) => {
    const name = c.req.param('name');
    const target = dashboard.target(name);
    if (target === undefined) return problem(c, 404, noTarget(name));
    return c.json({
      limitBytes: target.limitBytes,
      points: dashboard.memory?.(name) ?? [],
      happenings: dashboard.happenings?.(name) ?? [],
    });
  });
  app.get('/api/v1/targets/:name/verdict', (c) => {
    const name = c.req.param('name');
    const target = dashboard.target(name);
    if (target === undefined) return problem(c, 404, noTarget(name));
    return c.json(explainVerdict(target) ?? {});
  });
  app.get('/api/v1/targets/:name/growth', async (c) => {
    const name = c.req.param('name');
    const target = dashboard.target(name);
    if (target === undefined) return problem(c, 404, noTarget(name));
    const suspects = (target.verdict?.suspects ?? []).map((suspect) => suspect.function);
    return c.json({ functions: (await dashboard.growth?.(name, suspects)) ?? [] });
  });
  app.get('/api/v1/targets/:name/profiles', async (c) => {
    const name = c.req.param('name');
    const profiles = await dashboard.profiles(name);
    return profiles === undefined ? problem(c, 404, noTarget(name)) : c.json({ profiles });
  });
}

function addIncidents(app: Hono, dashboard: Dashboard): void {
  app.get('/api/v1/incidents', (c) => c.json({ incidents: shownIncidents(dashboard) }));
  app.get('/api/v1/incidents/:id', (c) => {
    const id = c.req.param('id');
    const incident = findShown(dashboard, id);
    return incident === undefined ? problem(c, 404, noIncident(id)) : c.json(incident);
  });
}

/** With its state in one word, as the pages and `heapwarden_target_state` tell it; `starting` before the first profile. */
function withState(target: TargetStatus): object {
  const noReadingSince = target.unread?.since;
  return {
    ...target,
    noReadingSince,
    state: standing(target),
    stateWhenRead: stateWhenRead(target),
  };
}

export function noTarget(name: string): string {
  return `target: no target is named "${name}"; /api/v1/targets lists them`;
}

export function noIncident(id: string): string {
  return `incident: none has the id "${id}"; /api/v1/incidents lists them`;
}
