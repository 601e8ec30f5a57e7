import type { Context, Hono } from 'hono';
import type { SavedProfile } from '../../incident/incident.ts';
import { noTarget } from '../api.ts';
import { problem } from '../problem.ts';
import { highestOfEach } from '../../memory/memory-history.ts';
import type { Dashboard, TargetStatus } from '../status.ts';
import { renderGrowthChart } from '../../picture/growth-chart.ts';
import type { MemoryChart } from '../../picture/memory-chart.ts';
import {
  renderGoroutineChart,
  renderMemoryChart,
  renderStackChart,
} from '../../picture/memory-chart.ts';
import type { Pictures } from '../../picture/pictures.ts';
import type { Clock } from '../../runtime/clock.ts';
import { FORMATS, orProblem, sendPicture } from './answer.ts';
import type { PictureQuery } from './ask.ts';
import { RANGES, pictureQuery, sizeOf, stepWithin, wrongRange } from './ask.ts';

interface ChartParts {
  readonly dashboard: Dashboard;
  readonly pictures: Pictures;
  readonly clock: Clock;
}

const PNG_WIDTH = 1_920;
const MAX_PROFILES = 24;

/** Pictures of one target over time, each as SVG and PNG: `memory`, `goroutines`, `stacks`, `growth` of its suspects. */
export function addCharts(app: Hono, { dashboard, pictures, clock }: ChartParts): void {
  const memory = (status: TargetStatus, query: PictureQuery) =>
    memoryChartOf({ dashboard, clock }, status, query);
  const draw = {
    memory: (status: TargetStatus, query: PictureQuery) =>
      memory(status, query).then(renderMemoryChart),
    goroutines: (status: TargetStatus, query: PictureQuery) =>
      memory(status, query).then(renderGoroutineChart),
    stacks: (status: TargetStatus, query: PictureQuery) =>
      memory(status, query).then(renderStackChart),
    growth: (status: TargetStatus, query: PictureQuery) =>
      drawGrowth({ dashboard, pictures }, status, query),
  };
  for (const [name, svgOf] of Object.entries(draw)) {
    for (const format of FORMATS) {
      app.get(`/api/v1/targets/:name/${name}.${format}`, (c) =>
        withTarget(c, dashboard, async (status) => {
          const svg = await svgOf(status, pictureQuery(c));
          return sendPicture(c, pictures, { svg, format, width: PNG_WIDTH });
        }),
      );
    }
  }
}

async function withTarget(
  c: Context,
  dashboard: Dashboard,
  show: (status: TargetStatus) => Promise<Response>,
): Promise<Response> {
  const name = c.req.param('name') ?? '';
  const status = dashboard.target(name);
  if (status === undefined) return problem(c, 404, noTarget(name));
  const wrong = wrongRange(c);
  if (wrong !== undefined) return problem(c, 400, wrong);
  return orProblem(c, () => show(status));
}

/** Memory as far back as is asked for, with what happened then. */
export async function memoryChartOf(
  { dashboard, clock }: Pick<ChartParts, 'dashboard' | 'clock'>,
  { name, limitBytes }: TargetStatus,
  query: PictureQuery,
): Promise<MemoryChart> {
  const since = clock.now() - RANGES[query.range];
  const read = (dashboard.memory?.(name) ?? []).filter(({ at }) => at >= since);
  const spanMs = (read.at(-1)?.at ?? 0) - (read[0]?.at ?? 0);
  const saved = (await dashboard.profiles(name)) ?? [];
  const events = dashboard
    .incidents()
    .filter(({ sightings }) => sightings.some(({ target }) => target === name))
    .flatMap((incident) => incident.events);
  return {
    target: name,
    points: highestOfEach(read, stepWithin(query.range, spanMs)),
    limitBytes,
    captures: saved.map(({ at }) => at),
    events,
    happenings: dashboard.happenings?.(name) ?? [],
    theme: query.theme,
    size: sizeOf(query),
  };
}

async function drawGrowth(
  { dashboard, pictures }: Omit<ChartParts, 'clock'>,
  { name, verdict }: TargetStatus,
  query: PictureQuery,
): Promise<string> {
  const functions = (verdict?.suspects ?? []).map((suspect) => suspect.function);
  const style = { theme: query.theme, width: sizeOf(query).width };
  const floors = (await dashboard.growth?.(name, functions)) ?? [];
  if (floors.some(({ points }) => points.length > 1)) {
    const lines = floors.map(({ function: each, points }) => ({
      function: each,
      points: points.map(({ at, bytes }) => ({ at, value: bytes })),
    }));
    return renderGrowthChart(`Floors of what grew most in ${name}`, lines, style);
  }
  const saved = spread((await dashboard.profiles(name)) ?? [], MAX_PROFILES);
  const profiles = await Promise.all(
    saved.map(async ({ at, file }) => ({ at, bytes: await dashboard.readProfile(name, file) })),
  );
  const growth = await pictures.growth({
    profiles: profiles.flatMap(({ at, bytes }) => (bytes === undefined ? [] : [{ at, bytes }])),
    functions,
    type: 'inuse_space',
  });
  return renderGrowthChart(`Heap in use through the suspects of ${name}`, growth, style);
}

/** The first, the last, and as many between as there may be, evenly. */
function spread(all: readonly SavedProfile[], most: number): readonly SavedProfile[] {
  if (all.length <= most) return all;
  const step = (all.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => all[Math.round(index * step)]).filter(
    (one) => one !== undefined,
  );
}
