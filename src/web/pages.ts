import type { Context, Hono } from 'hono';
import { noIncident, noTarget } from './api.ts';
import type { Incident } from '../incident/incident.ts';
import type { Sources } from '../notify/sources.ts';
import type { AppParts } from './app.ts';
import { userOf, whyReadOnly } from './auth.ts';
import { SCRIPT } from './client-script.ts';
import { addCompare } from './compare/routes.ts';
import { isFileName } from './file-name.ts';
import { readFleetQuery } from './fleet.ts';
import { addDeeds } from './deeds.ts';
import { addForms } from './desk/forms.ts';
import { addStatusPage } from './status-page.ts';
import { incidentPage } from './incident-page.ts';
import type { View } from './layout.ts';
import { pictureQuery, wrongRange } from './picture/ask.ts';
import { addIncidentPictures } from './picture/incident-pictures.ts';
import { addCharts, memoryChartOf } from './picture/routes.ts';
import { pathOf, problem, rootOf } from './problem.ts';
import { restartsOf } from './restarts-of.ts';
import { findShown, shownIncidents } from './shown-incident.ts';
import type { SuspectSource } from './source-section.ts';
import type { Dashboard } from './status.ts';
import { STYLESHEET } from './stylesheet.ts';
import { targetPage } from './target-page.ts';
import { targetsPage } from './targets-page.ts';

/** The pages for people, and the saved profiles for `go tool pprof URL`. */
export function addPages(app: Hono, parts: AppParts): void {
  const { dashboard, address, clock, pictures } = parts;
  const view = (c: Context): View => ({
    now: clock.now(),
    root: rootOf(pathOf(c)),
    baseUrl: address.externalUrl ?? new URL(c.req.url).origin,
    readOnly: whyReadOnly(c, parts),
  });
  app.get('/style.css', (c) =>
    c.body(STYLESHEET, 200, {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': 'max-age=86400',
    }),
  );
  app.get('/page.js', (c) =>
    c.body(SCRIPT, 200, {
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'max-age=86400',
    }),
  );
  app.get('/', async (c) => {
    const status = await dashboard.status?.();
    const fleet = {
      targets: dashboard.targets(),
      incidents: shownIncidents(dashboard),
      outbox: dashboard.outbox(),
      lists: status?.discovery ?? [],
      refused: status?.config.problem,
      query: readFleetQuery(c.req.query()),
    };
    return c.html(targetsPage(fleet, view(c)));
  });
  addTargetPage(app, { dashboard, clock }, view);
  addIncidentPage(app, { dashboard, pictures }, view);
  addDeeds(app, dashboard);
  addForms(app, dashboard, clock);
  addStatusPage(app, dashboard, view);
  addProfiles(app, dashboard);
  addCompare(app, { dashboard, pictures, view });
  addCharts(app, { dashboard, pictures, clock });
  addIncidentPictures(app, { dashboard, pictures });
}

type ViewOf = (c: Context) => View;

function addTargetPage(
  app: Hono,
  { dashboard, clock }: Pick<AppParts, 'dashboard' | 'clock'>,
  view: ViewOf,
): void {
  app.get('/targets/:name', async (c) => {
    const name = c.req.param('name');
    const target = dashboard.target(name);
    if (target === undefined) return problem(c, 404, noTarget(name));
    const wrong = wrongRange(c);
    if (wrong !== undefined) return problem(c, 400, wrong);
    const incidents = shownIncidents(dashboard, name);
    const profiles = (await dashboard.profiles(name)) ?? [];
    const mayAct = dashboard.act !== undefined;
    const query = pictureQuery(c);
    const memory = await memoryChartOf({ dashboard, clock }, target, query);
    const { range } = query;
    const happenings = dashboard.happenings?.(name) ?? [];
    const restarts = restartsOf(dashboard, name);
    return c.html(
      targetPage(
        { target, incidents, profiles, restarts, memory, range, happenings, mayAct },
        view(c),
      ),
    );
  });
}

function addIncidentPage(
  app: Hono,
  { dashboard, pictures }: Pick<AppParts, 'dashboard' | 'pictures'>,
  view: ViewOf,
): void {
  app.get('/incidents/:id', async (c) => {
    const id = c.req.param('id');
    const incident = findShown(dashboard, id);
    if (incident === undefined) return problem(c, 404, noIncident(id));
    const sources = dashboard.sources?.(pictures);
    const source = await sourceOf(incident, sources, c.req.raw.signal);
    return c.html(
      incidentPage(incident, view(c), { desk: dashboard.desk, source, user: userOf(c) }),
    );
  });
}

/** Of the suspect in the target where it is worst; only the heap has lines. */
async function sourceOf(
  { kind, sightings: [worst] }: Incident,
  sources: Sources | undefined,
  signal: AbortSignal,
): Promise<SuspectSource | undefined> {
  if (kind !== 'heap' || worst === undefined || sources === undefined) return undefined;
  const excerpt = await sources.readSource(worst, signal);
  return { link: sources.sourceLink(worst), excerpt };
}

function addProfiles(app: Hono, dashboard: Dashboard): void {
  app.get('/targets/:name/profiles/:file', async (c) => {
    const { name, file } = c.req.param();
    const bytes = isFileName(file) ? await dashboard.readProfile(name, file) : undefined;
    if (bytes === undefined) {
      return problem(c, 404, `profile: "${name}" has none named "${file}"; its page lists them`);
    }
    return c.body(new Uint8Array(bytes), 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(bytes.length),
      'Content-Disposition': `attachment; filename="${file}"`,
      'Cache-Control': 'private, max-age=3600',
    });
  });
}
