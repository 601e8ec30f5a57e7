import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Incident, Sighting } from '../../incident/incident.ts';
import { PNG_WIDTH } from '../../notify/illustrate.ts';
import type { Sketch, SketchParts } from '../../notify/sketch.ts';
import { growthOf, sketchFlames, sketchGrowth, sketchMemory } from '../../notify/sketch.ts';
import type { Pictures } from '../../picture/pictures.ts';
import type { Theme } from '../../picture/theme.ts';
import { THEMES } from '../../picture/theme.ts';
import { noIncident } from '../api.ts';
import { problem } from '../problem.ts';
import type { Dashboard } from '../status.ts';
import { FORMATS, orProblem, sendPicture } from './answer.ts';

interface Parts {
  readonly dashboard: Dashboard;
  readonly pictures: Pictures;
}

interface Subject {
  readonly incident: Incident;
  readonly sighting: Sighting;
  readonly theme: Theme;
  /** From 1, the first, on. */
  readonly suspect: number;
}

type Draw = (parts: SketchParts, subject: Subject) => Promise<Sketch | undefined>;

const PICTURES: Readonly<Record<'memory' | 'growth' | 'flamegraph', Draw>> = {
  memory: async (parts, subject) =>
    sketchMemory(parts, { ...subject, growth: await growthFor(parts, subject) }),
  growth: async (parts, subject) => {
    const growth = await growthFor(parts, subject);
    return sketchGrowth(parts, { ...subject, growth })[subject.suspect - 1];
  },
  flamegraph: (parts, { sighting, theme }) => sketchFlames(parts, sighting, theme),
};

function growthFor(parts: SketchParts, { incident, sighting }: Subject) {
  return growthOf(parts, incident, sighting);
}

const NOT_THERE =
  'picture: nothing is there to draw it from; its readings or profiles are gone, or there is no such suspect';

/** The pictures of an incident as its mails have them, each as SVG and PNG. */
export function addIncidentPictures(app: Hono, { dashboard, pictures }: Parts): void {
  const parts = sketchParts(dashboard, pictures);
  for (const [name, draw] of Object.entries(PICTURES)) {
    for (const format of FORMATS) {
      app.get(`/api/v1/incidents/:id/${name}.${format}`, (c) =>
        withSubject(c, dashboard, async (subject) => {
          const sketch = await draw(parts, subject);
          if (sketch === undefined) return problem(c, 404, NOT_THERE);
          return sendPicture(c, pictures, { svg: sketch.svg, format, width: PNG_WIDTH });
        }),
      );
    }
  }
}

function sketchParts(dashboard: Dashboard, pictures: Pictures): SketchParts {
  return {
    pictures,
    memory: (target) => dashboard.memory?.(target) ?? [],
    profiles: async (target) => (await dashboard.profiles(target)) ?? [],
    readProfile: (target, file) => dashboard.readProfile(target, file),
  };
}

const QUERY = z.object({
  theme: z.enum(THEMES).catch('light'),
  target: z.string().optional(),
  suspect: z.coerce.number().int().min(1).catch(1),
});

/** The target where it is worst, unless another is asked for. */
async function withSubject(
  c: Context,
  dashboard: Dashboard,
  show: (subject: Subject) => Promise<Response>,
): Promise<Response> {
  const id = c.req.param('id') ?? '';
  const incident = dashboard.incidents().find((one) => one.id === id);
  if (incident === undefined) return problem(c, 404, noIncident(id));
  const { target, ...asked } = QUERY.parse(c.req.query());
  const sighting =
    target === undefined
      ? incident.sightings[0]
      : incident.sightings.find((one) => one.target === target);
  if (sighting === undefined) {
    return problem(
      c,
      404,
      `target: "${target ?? ''}" has no part in this incident; its page lists those that have`,
    );
  }
  return orProblem(c, () => show({ incident, sighting, ...asked }));
}
