import type { Context, Hono } from 'hono';
import type { SavedProfile } from '../../incident/incident.ts';
import { noTarget } from '../api.ts';
import { problem } from '../problem.ts';
import type { Dashboard, TargetStatus } from '../status.ts';
import { renderGrowthChart } from '../../picture/growth-chart.ts';
import type { MemoryChart } from '../../picture/memory-chart.ts';
import { renderGoroutineChart, renderMemoryChart } from '../../picture/memory-chart.ts';
import type { Pictures } from '../../picture/pictures.ts';
import { PictureError } from '../../picture/pictures.ts';
import type { Theme } from '../../picture/theme.ts';

interface ChartParts {
  readonly dashboard: Dashboard;
  readonly pictures: Pictures;
}

const PNG_WIDTH = 1_920;
const MAX_PROFILES = 24;
const SVG = { 'Content-Type': 'image/svg+xml; charset=utf-8' };

/** Pictures of one target over time, each as SVG and PNG: `memory`, `goroutines`, `growth` of its suspects. */
export function addCharts(app: Hono, { dashboard, pictures }: ChartParts): void {
  const draw = {
    memory: (status: TargetStatus, theme: Theme) =>
      memoryChartOf(dashboard, status, theme).then(renderMemoryChart),
    goroutines: (status: TargetStatus, theme: Theme) =>
      memoryChartOf(dashboard, status, theme).then(renderGoroutineChart),
    growth: (status: TargetStatus, theme: Theme) =>
      drawGrowth({ dashboard, pictures }, status, theme),
  };
  for (const [name, svgOf] of Object.entries(draw)) {
    app.get(`/api/v1/targets/:name/${name}.svg`, (c) =>
      withTarget(c, dashboard, async (status) => c.body(await svgOf(status, themeOf(c)), 200, SVG)),
    );
    app.get(`/api/v1/targets/:name/${name}.png`, (c) =>
      withTarget(c, dashboard, async (status) => {
        const png = await pictures.png(await svgOf(status, themeOf(c)), { width: PNG_WIDTH });
        return c.body(new Uint8Array(png), 200, { 'Content-Type': 'image/png' });
      }),
    );
  }
}

async function withTarget(
  c: Context,
  dashboard: Dashboard,
  show: (status: TargetStatus) => Promise<Response>,
): Promise<Response> {
  const name = c.req.param('name') ?? '';
  const status = dashboard.targets().find((one) => one.name === name);
  if (status === undefined) return problem(c, 404, noTarget(name));
  try {
    return await show(status);
  } catch (error) {
    if (error instanceof PictureError) {
      return problem(c, error.kind === 'busy' ? 503 : 422, error.message);
    }
    throw error;
  }
}

function themeOf(c: Context): Theme {
  return c.req.query('theme') === 'dark' ? 'dark' : 'light';
}

export async function memoryChartOf(
  dashboard: Dashboard,
  status: TargetStatus,
  theme: Theme,
): Promise<MemoryChart> {
  const { name, limitBytes } = status;
  const saved = (await dashboard.profiles(name)) ?? [];
  const events = dashboard
    .incidents()
    .filter(({ sightings }) => sightings.some(({ target }) => target === name))
    .flatMap((incident) => incident.events);
  return {
    target: name,
    points: dashboard.memory?.(name) ?? [],
    limitBytes,
    captures: saved.map(({ at }) => at),
    events,
    theme,
  };
}

async function drawGrowth(
  { dashboard, pictures }: ChartParts,
  { name, verdict }: TargetStatus,
  theme: Theme,
): Promise<string> {
  const functions = (verdict?.suspects ?? []).map((suspect) => suspect.function);
  const saved = spread((await dashboard.profiles(name)) ?? [], MAX_PROFILES);
  const profiles = await Promise.all(
    saved.map(async ({ at, file }) => ({ at, bytes: await dashboard.readProfile(name, file) })),
  );
  const growth = await pictures.growth({
    profiles: profiles.flatMap(({ at, bytes }) => (bytes === undefined ? [] : [{ at, bytes }])),
    functions,
    type: 'inuse_space',
  });
  return renderGrowthChart(name, growth, theme);
}

/** The first, the last, and as many between as there may be, evenly. */
function spread(all: readonly SavedProfile[], most: number): readonly SavedProfile[] {
  if (all.length <= most) return all;
  const step = (all.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => all[Math.round(index * step)]).filter(
    (one) => one !== undefined,
  );
}
