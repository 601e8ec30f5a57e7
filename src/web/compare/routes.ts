import type { Context, Hono } from 'hono';
import { noTarget } from '../api.ts';
import { isFileName } from '../file-name.ts';
import type { View as PageView } from '../layout.ts';
import type { Pictures } from '../../picture/pictures.ts';
import { FORMATS, orProblem, sendPicture } from '../picture/answer.ts';
import { restartBetween } from '../../memory/restarts.ts';
import { problem } from '../problem.ts';
import { restartsOf } from '../restarts-of.ts';
import type { Dashboard } from '../status.ts';
import type { Compared } from './compared.ts';
import { comparePage } from './compare-page.ts';
import type { ProfilePair } from '../../picture/comparison.ts';
import { GRAPH_WIDTH } from '../../picture/call-graph-layout.ts';
import { callGraphSvg } from '../../picture/call-graph-svg.ts';
import { FLAME_WIDTH, flameSvg } from '../../picture/flame-svg.ts';
import type { Heading } from '../../picture/heading.ts';
import type { Asked, History } from './link.ts';
import { readLink } from './link.ts';

export interface CompareParts {
  readonly dashboard: Dashboard;
  readonly pictures: Pictures;
  readonly view: (c: Context) => PageView;
}

const PNG_SCALE = 2;
const NO_FUNCTION = 'function: the call graph is of one; name it, as ?function=main.main';

/** The page that compares two saved profiles, the same as JSON, and its pictures by themselves as SVG and PNG. */
export function addCompare(app: Hono, parts: CompareParts): void {
  app.get('/targets/:name/compare', (c) =>
    answer(c, parts, (compared) => c.html(comparePage(compared, parts.view(c)))),
  );
  app.get('/api/v1/targets/:name/compare', (c) =>
    answer(c, parts, (compared) => c.json(asJson(compared))),
  );
  addDifference(app, parts);
  addPicture(app, parts, { name: 'flamegraph', width: FLAME_WIDTH, svgOf: flamePicture });
  addPicture(app, parts, { name: 'callgraph', width: GRAPH_WIDTH, svgOf: callPicture });
}

interface Picture {
  readonly name: string;
  readonly width: number;
  readonly svgOf: (compared: Compared) => Drawn;
}

type Drawn = { readonly svg: string } | { readonly status: 400 | 404; readonly reason: string };

function addPicture(app: Hono, parts: CompareParts, { name, width, svgOf }: Picture): void {
  for (const format of FORMATS) {
    app.get(`/api/v1/targets/:name/${name}.${format}`, (c) =>
      answer(c, parts, (compared) => {
        const drawn = svgOf(compared);
        if ('reason' in drawn) return problem(c, drawn.status, drawn.reason);
        return sendPicture(c, parts.pictures, { ...drawn, format, width: PNG_SCALE * width });
      }),
    );
  }
}

async function answer(
  c: Context,
  parts: CompareParts,
  show: (compared: Compared) => Response | Promise<Response>,
): Promise<Response> {
  return withPair(c, parts, async ({ pair, ...chosen }) => {
    const comparison = await parts.pictures.compare({ ...pair, view: chosen.asked });
    return show({ ...chosen, comparison });
  });
}

/** What changed as a profile of its own, for `go tool pprof`. */
function addDifference(app: Hono, parts: CompareParts): void {
  app.get('/targets/:name/difference.pb.gz', (c) =>
    withPair(c, parts, async ({ pair, asked }) => {
      const bytes = await parts.pictures.difference(pair);
      return c.body(new Uint8Array(bytes), 200, {
        'Content-Type': 'application/octet-stream',
        'Content-Length': String(bytes.length),
        'Content-Disposition': `attachment; filename="difference-${asked.after}"`,
        'Cache-Control': 'private, max-age=3600',
      });
    }),
  );
}

interface Chosen extends Omit<Compared, 'comparison'> {
  readonly pair: ProfilePair;
}

/** The two profiles that the link asks for. */
async function withPair(
  c: Context,
  { dashboard }: CompareParts,
  show: (chosen: Chosen) => Promise<Response>,
): Promise<Response> {
  const target = c.req.param('name') ?? '';
  const saved = await dashboard.profiles(target);
  if (saved === undefined) return problem(c, 404, noTarget(target));
  const restarts = restartsOf(dashboard, target);
  const link = readLink(c.req.query(), { saved, restarts });
  if (link.kind === 'refused') return problem(c, link.status, link.reason);
  const { asked } = link;
  const pair = await readPair(dashboard, target, asked);
  if (pair === undefined) {
    const files = [asked.before, asked.after].filter((file) => file !== '').join('" or "');
    return problem(c, 404, `profile: "${target}" has none named "${files}"; its page lists them`);
  }
  const restartedAt = restartOf(asked, { saved, restarts });
  return orProblem(c, () => show({ target, asked, saved, restartedAt, pair }));
}

function restartOf({ before, after }: Asked, { saved, restarts }: History): number | undefined {
  const timeOf = (file: string) => saved.find((one) => one.file === file)?.at;
  const [from, to] = [timeOf(before), timeOf(after)];
  return from === undefined || to === undefined
    ? undefined
    : restartBetween(restarts, { from, to });
}

async function readPair(
  dashboard: Dashboard,
  target: string,
  { before, after }: Asked,
): Promise<ProfilePair | undefined> {
  const read = (file: string) =>
    isFileName(file) ? dashboard.readProfile(target, file) : Promise.resolve(undefined);
  const [first, last] = await Promise.all([before === '' ? undefined : read(before), read(after)]);
  if (last === undefined || (before !== '' && first === undefined)) return undefined;
  return { before: first, after: last };
}

function flamePicture(all: Compared): Drawn {
  const { compared, flames } = all.comparison;
  return { svg: flameSvg(flames, { ...all.asked, compared, heading: headingOf(all) }) };
}

function callPicture(all: Compared): Drawn {
  const { closeUp, compared, total } = all.comparison;
  if (closeUp === undefined) return { status: 400, reason: NO_FUNCTION };
  const { function: name, neighbours } = closeUp;
  if (neighbours === undefined) {
    return { status: 404, reason: `function: no stack goes through "${name}"` };
  }
  const { title, subtitle } = headingOf(all);
  const heading = { title, subtitle: `calls of ${name}, ${subtitle}` };
  return { svg: callGraphSvg(name, neighbours, { ...all.asked, compared, total, heading }) };
}

function headingOf({ target, asked, comparison: { compared } }: Compared): Heading {
  return {
    title: `${target}: ${asked.type}${compared ? ', what changed' : ''}`,
    subtitle: compared ? `${asked.before} to ${asked.after}` : asked.after,
  };
}

/** Figures in the unit of the sample type, negative where it shrank; without the picture. */
function asJson({ target, asked, comparison, restartedAt }: Compared): object {
  const { flames: _, ...figures } = comparison;
  const { before, after, type: sample, sort } = asked;
  const pair = { before: before === '' ? undefined : before, after, restartedAt };
  return { target, ...pair, sample, sort, ...figures };
}
