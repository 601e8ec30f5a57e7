import type { Incident, SavedProfile, Sighting } from '../incident/incident.ts';
import type { MemoryPoint } from '../memory/memory-history.ts';
import { shortName } from '../picture/figure.ts';
import { cropFlames } from '../picture/flame-crop.ts';
import { describeFlames, flameSvg } from '../picture/flame-svg.ts';
import type { FunctionGrowth } from '../picture/function-growth.ts';
import { describeChart, renderLineChart, type LineChart } from '../picture/line-chart.ts';
import { describeMemory, renderMemoryChart, type MemoryChart } from '../picture/memory-chart.ts';
import type { Pictures } from '../picture/pictures.ts';
import { spark } from '../picture/spark.ts';
import type { Theme } from '../picture/theme.ts';
import { kindLine, type GrowthLine } from './kind-line.ts';
import { memoryChartFor } from './memory-picture.ts';
import { printable } from './words.ts';

/** A picture of an incident with its words, as lines and text. */
export interface Sketch {
  /** Of lower-case letters, digits and dashes; unique within the message. */
  readonly name: string;
  readonly title: string;
  /** What it shows in words, for those who do not see it. */
  readonly alt: string;
  /** The same as a line of blocks, for plain text. */
  readonly spark?: string;
  readonly svg: string;
}

export interface SketchParts {
  readonly pictures: Pick<Pictures, 'compare' | 'growth'>;
  /** Readings of a target, oldest first. */
  readonly memory: (target: string) => readonly MemoryPoint[];
  readonly profiles: (target: string) => Promise<readonly SavedProfile[]>;
  readonly readProfile: (target: string, file: string) => Promise<Uint8Array | undefined>;
}

/** In the unit of the text: so narrow that it can be read on a phone, where it is as wide as the mail. */
export const PICTURE_WIDTH = 440;
/** Suspects that are drawn: the first ones. */
export const MAX_SUSPECTS = 3;
const MEMORY_HEIGHT = 230;
const GROWTH_HEIGHT = 130;
const FLAME_ROWS = 26;
const MAX_PROFILES = 16;
const SPARK_LENGTH = 24;

/** The whole heap first, then each suspect that allocates on it, at the saved profiles; empty where these are too few. */
export async function growthOf(
  { profiles, readProfile, pictures }: SketchParts,
  { kind }: Incident,
  { target, at, suspect, coSuspects }: Sighting,
): Promise<readonly FunctionGrowth[]> {
  const saved = (await profiles(target)).filter((profile) => profile.at <= at);
  const read = await Promise.all(
    spread(saved, MAX_PROFILES).map(async (profile) => ({
      at: profile.at,
      bytes: await readProfile(target, profile.file),
    })),
  );
  const found = read.flatMap(({ at: time, bytes }) =>
    bytes === undefined ? [] : [{ at: time, bytes }],
  );
  if (found.length < 2) return [];
  const names = (kind === 'heap' ? [suspect, ...coSuspects] : []).map((each) => each.function);
  const functions = ['', ...[...new Set(names)].slice(0, MAX_SUSPECTS)];
  return pictures.growth({ profiles: found, functions, type: 'inuse_space' });
}

export interface MemorySubject {
  readonly incident: Incident;
  readonly sighting: Sighting;
  readonly growth: readonly FunctionGrowth[];
  readonly theme: Theme;
}

/** Memory over time and where it is heading; `undefined` where too little of it is known. */
export function sketchMemory(
  { memory }: SketchParts,
  { incident, sighting, growth, theme }: MemorySubject,
): Sketch | undefined {
  const chart = chartOf(memory(sighting.target), { incident, sighting, growth, theme });
  const shown = [...chart.points, ...(chart.besides ?? []).flatMap(({ points }) => points)];
  if (shown.length < 2) return undefined;
  return {
    name: 'memory',
    title: 'Memory over time',
    alt: describeMemory(chart),
    spark: spark(chart.points.map(memoryOf), SPARK_LENGTH),
    svg: renderMemoryChart(chart),
  };
}

function chartOf(
  points: readonly MemoryPoint[],
  { incident, sighting, growth, theme }: MemorySubject,
): MemoryChart {
  const heap = growth[0]?.points ?? [];
  const size = { width: PICTURE_WIDTH, height: MEMORY_HEIGHT };
  return { ...memoryChartFor({ incident, sighting, points, heap, size }), theme };
}

/** One for each suspect of the heap; of other kinds what grows, over the time of the picture of memory. */
export function sketchGrowth({ memory }: SketchParts, subject: MemorySubject): readonly Sketch[] {
  const { incident, sighting, growth, theme } = subject;
  if (incident.kind === 'heap') return sketchSuspects(growth, theme);
  const line = kindLine(incident.kind, chartOf(memory(sighting.target), subject).points);
  if (line === undefined) return [];
  return [{ name: 'growth-1', title: `${line.title} over time`, ...sketchLine(line, theme) }];
}

function sketchSuspects(growth: readonly FunctionGrowth[], theme: Theme): readonly Sketch[] {
  return growth.slice(1).map(({ function: name, points }, index) => {
    const title = shortName(printable(name));
    return {
      name: `growth-${index + 1}`,
      title: `Live memory allocated through ${title}`,
      ...sketchLine({ title, unit: 'bytes', name: 'live', points }, theme),
    };
  });
}

function sketchLine(
  { title, unit, ...line }: GrowthLine,
  theme: Theme,
): Pick<Sketch, 'alt' | 'spark' | 'svg'> {
  const chart: LineChart = {
    title,
    unit,
    series: [line],
    legend: false,
    theme,
    width: PICTURE_WIDTH,
    height: GROWTH_HEIGHT,
  };
  const values = line.points.map(({ value }) => value);
  return {
    alt: describeChart(chart),
    spark: spark(values, SPARK_LENGTH),
    svg: renderLineChart(chart),
  };
}

/** What grew between the two profiles of a sighting; `undefined` where one is not there. */
export async function sketchFlames(
  { readProfile, pictures }: SketchParts,
  { target, profiles }: Sighting,
  theme: Theme,
): Promise<Sketch | undefined> {
  if (profiles === undefined) return undefined;
  const [before, after] = await Promise.all([
    readProfile(target, profiles.before.file),
    readProfile(target, profiles.after.file),
  ]);
  if (before === undefined || after === undefined) return undefined;
  const view = { ...FLAME_VIEW, theme };
  const { flames } = await pictures.compare({ before, after, view });
  const shown = cropFlames(flames, { rows: FLAME_ROWS, minWidth: 1.5 / PICTURE_WIDTH });
  const style = { ...view, compared: true, width: PICTURE_WIDTH };
  const heading = { title: 'What grew, by call path', subtitle: 'callers below, in-use bytes' };
  return {
    name: 'flames',
    title: 'What grew between the two profiles, by call path',
    alt: describeFlames(shown, style),
    svg: flameSvg(shown, { ...style, heading }),
  };
}

const FLAME_VIEW = {
  type: 'inuse_space',
  sort: 'flat',
  inverted: false,
  zoom: '',
  search: '',
  function: '',
} as const;

function memoryOf({ rssBytes, goTotalBytes, heapInuseBytes }: MemoryPoint): number {
  return rssBytes ?? goTotalBytes ?? heapInuseBytes;
}

/** The first, the last, and as many between as there may be, evenly. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  const step = (all.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => all[Math.round(index * step)]).filter(
    (one) => one !== undefined,
  );
}
