import type { Context, Hono } from 'hono';
import type { SavedProfile } from '../../incident/incident.ts';
import { noTarget } from '../api.ts';
import { isFileName } from '../file-name.ts';
import type { View as PageView } from '../layout.ts';
import type { Pictures } from '../../picture/pictures.ts';
import { PictureError } from '../../picture/pictures.ts';
import { problem } from '../problem.ts';
import type { Dashboard } from '../status.ts';
import { comparePage } from './compare-page.ts';
import type { Comparison, ProfilePair } from '../../picture/comparison.ts';
import { FLAME_WIDTH, flameSvg } from '../../picture/flame-svg.ts';
import type { Asked } from './link.ts';
import { readLink } from './link.ts';

export interface CompareParts {
  readonly dashboard: Dashboard;
  readonly pictures: Pictures;
  readonly view: (c: Context) => PageView;
}

const NOTHING = 'profiles: none is saved of it in this window; its page lists those there are';
const PNG_SCALE = 2;

/** The page that compares two saved profiles, and its picture by itself as SVG and PNG. */
export function addCompare(app: Hono, parts: CompareParts): void {
  app.get('/targets/:name/compare', (c) =>
    answer(c, parts, ({ target, asked, saved, comparison }) =>
      c.html(comparePage({ target, asked, saved, comparison }, parts.view(c))),
    ),
  );
  app.get('/api/v1/targets/:name/flamegraph.svg', (c) =>
    answer(c, parts, (compared) =>
      c.body(picture(compared), 200, { 'Content-Type': 'image/svg+xml; charset=utf-8' }),
    ),
  );
  app.get('/api/v1/targets/:name/flamegraph.png', (c) =>
    answer(c, parts, async (compared) => {
      const png = await parts.pictures.png(picture(compared), { width: PNG_SCALE * FLAME_WIDTH });
      return c.body(new Uint8Array(png), 200, { 'Content-Type': 'image/png' });
    }),
  );
}

interface Compared {
  readonly target: string;
  readonly asked: Asked;
  readonly saved: readonly SavedProfile[];
  readonly comparison: Comparison;
}

async function answer(
  c: Context,
  { dashboard, pictures }: CompareParts,
  show: (compared: Compared) => Response | Promise<Response>,
): Promise<Response> {
  const target = c.req.param('name') ?? '';
  const saved = await dashboard.profiles(target);
  if (saved === undefined) return problem(c, 404, noTarget(target));
  const asked = readLink(c.req.query(), saved);
  if (asked === undefined) return problem(c, 404, NOTHING);
  const pair = await readPair(dashboard, target, asked);
  if (pair === undefined) {
    const files = [asked.before, asked.after].filter((file) => file !== '').join('" or "');
    return problem(c, 404, `profile: "${target}" has none named "${files}"; its page lists them`);
  }
  try {
    const comparison = await pictures.compare({ ...pair, view: asked });
    return await show({ target, asked, saved, comparison });
  } catch (error) {
    if (error instanceof PictureError)
      return problem(c, error.kind === 'busy' ? 503 : 422, error.message);
    throw error;
  }
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

function picture({ target, asked, comparison }: Compared): string {
  const { compared, flames } = comparison;
  return flameSvg(flames, {
    ...asked,
    compared,
    heading: {
      title: `${target}: ${asked.type}${compared ? ', what changed' : ''}`,
      subtitle: compared ? `${asked.before} to ${asked.after}` : asked.after,
    },
  });
}
