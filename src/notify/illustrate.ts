import type { Incident, SavedProfile, Sighting } from '../incident/incident.ts';
import type { MemoryPoint } from '../memory/memory-history.ts';
import { shortName } from '../picture/figure.ts';
import { cropFlames } from '../picture/flame-crop.ts';
import { describeFlames, flameSvg } from '../picture/flame-svg.ts';
import type { FunctionGrowth } from '../picture/function-growth.ts';
import { describeChart, renderLineChart, type LineChart } from '../picture/line-chart.ts';
import { describeMemory, renderMemoryChart } from '../picture/memory-chart.ts';
import type { Pictures } from '../picture/pictures.ts';
import { spark } from '../picture/spark.ts';
import type { Log } from '../runtime/log.ts';
import type { Illustrate, Picture, Png } from './illustration.ts';
import { memoryChartFor } from './memory-picture.ts';
import { unlessAborted } from './unless-aborted.ts';
import { printable } from './words.ts';

export interface IllustratorParts {
  readonly pictures: Pictures;
  /** Readings of a target, oldest first. */
  readonly memory: (target: string) => readonly MemoryPoint[];
  readonly profiles: (target: string) => Promise<readonly SavedProfile[]>;
  readonly readProfile: (target: string, file: string) => Promise<Uint8Array | undefined>;
  readonly log: Log;
}

/** In the unit of the text: so narrow that it can be read on a phone, where it is as wide as the mail. */
export const PICTURE_WIDTH = 440;
const MEMORY_HEIGHT = 230;
const GROWTH_HEIGHT = 130;
const FLAME_ROWS = 26;
const PNG_SCALE = 2.5;
/** A larger one goes in words alone; what is drawn here has a tenth of it. */
const MAX_PNG_BYTES = 400 * 1_024;
const MAX_PROFILES = 16;
const MAX_SUSPECTS = 3;
const SPARK_LENGTH = 24;
/** A message does not wait for its pictures any longer. */
const PATIENCE_MS = 20_000;

/** The pictures of a message: memory over time, the growth of each suspect, what changed as a flame graph. */
export function createIllustrator(parts: IllustratorParts): Illustrate {
  return async (incident, sighting, signal) => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const drawing = new Drawing(parts, sighting, within);
    const isOver = sighting.state === 'resolved';
    const growth = isOver ? [] : await drawing.attempt('growth', [], () => drawing.growth());
    const memory = await drawing.attempt('memory', [], () => drawing.memory(incident, growth));
    const suspects = await drawing.attempt('growth', [], () => drawing.suspects(growth));
    const flames = isOver ? [] : await drawing.attempt('flames', [], () => drawing.flames());
    return { pictures: [...memory, ...suspects, ...flames] };
  };
}

/** One sighting being drawn. */
class Drawing {
  readonly #parts: IllustratorParts;
  readonly #sighting: Sighting;
  readonly #signal: AbortSignal;

  constructor(parts: IllustratorParts, sighting: Sighting, signal: AbortSignal) {
    this.#parts = parts;
    this.#sighting = sighting;
    this.#signal = signal;
  }

  /** What goes wrong with one picture costs neither the others nor the message. */
  async attempt<T>(picture: string, otherwise: T, draw: () => Promise<T>): Promise<T> {
    const failed = (error: unknown): T => {
      const { target } = this.#sighting;
      this.#parts.log.warn('picture not drawn', { target, picture, error: String(error) });
      return otherwise;
    };
    if (this.#signal.aborted) return otherwise;
    return unlessAborted(Promise.resolve().then(draw).catch(failed), this.#signal, () => otherwise);
  }

  /** The whole heap first, then each suspect, at the saved profiles. */
  async growth(): Promise<readonly FunctionGrowth[]> {
    const { target, at } = this.#sighting;
    const saved = (await this.#parts.profiles(target)).filter((profile) => profile.at <= at);
    const read = await Promise.all(
      spread(saved, MAX_PROFILES).map(async (profile) => ({
        at: profile.at,
        bytes: await this.#parts.readProfile(target, profile.file),
      })),
    );
    const profiles = read.flatMap(({ at: time, bytes }) =>
      bytes === undefined ? [] : [{ at: time, bytes }],
    );
    if (profiles.length < 2) return [];
    const functions = ['', ...this.#suspects()];
    return this.#parts.pictures.growth({ profiles, functions, type: 'inuse_space' });
  }

  async memory(incident: Incident, growth: readonly FunctionGrowth[]): Promise<readonly Picture[]> {
    const { target } = this.#sighting;
    const chart = memoryChartFor({
      incident,
      sighting: this.#sighting,
      points: this.#parts.memory(target),
      heap: growth[0]?.points ?? [],
      size: { width: PICTURE_WIDTH, height: MEMORY_HEIGHT },
    });
    const shown = [...chart.points, ...(chart.besides ?? []).flatMap(({ points }) => points)];
    if (shown.length < 2) return [];
    const line = chart.points.map(memoryOf);
    const picture = {
      name: 'memory',
      title: 'Memory over time',
      alt: describeMemory(chart),
      spark: spark(line, SPARK_LENGTH),
    };
    return [await this.#withPng(picture, renderMemoryChart(chart))];
  }

  suspects(growth: readonly FunctionGrowth[]): Promise<readonly Picture[]> {
    return Promise.all(
      growth.slice(1).map(({ function: name, points }, index) => {
        const title = `Live memory allocated through ${shortName(printable(name))}`;
        const chart: LineChart = {
          title: shortName(printable(name)),
          unit: 'bytes',
          series: [{ name: 'live', points }],
          legend: false,
          theme: 'light',
          width: PICTURE_WIDTH,
          height: GROWTH_HEIGHT,
        };
        const values = points.map(({ value }) => value);
        const words = {
          name: `growth-${index + 1}`,
          title,
          alt: describeChart(chart),
          spark: spark(values, SPARK_LENGTH),
        };
        return this.#withPng(words, renderLineChart(chart));
      }),
    );
  }

  async flames(): Promise<readonly Picture[]> {
    const { target, profiles } = this.#sighting;
    if (profiles === undefined) return [];
    const [before, after] = await Promise.all([
      this.#parts.readProfile(target, profiles.before.file),
      this.#parts.readProfile(target, profiles.after.file),
    ]);
    if (before === undefined || after === undefined) return [];
    const { flames } = await this.#parts.pictures.compare({ before, after, view: FLAME_VIEW });
    const shown = cropFlames(flames, { rows: FLAME_ROWS, minWidth: 1.5 / PICTURE_WIDTH });
    const style = { ...FLAME_VIEW, compared: true, width: PICTURE_WIDTH };
    const heading = { title: 'What grew, by call path', subtitle: 'callers below, in-use bytes' };
    const words = {
      name: 'flames',
      title: 'What grew between the two profiles, by call path',
      alt: describeFlames(shown, style),
    };
    return [await this.#withPng(words, flameSvg(shown, { ...style, heading }))];
  }

  #suspects(): readonly string[] {
    const { suspect, coSuspects } = this.#sighting;
    const names = [suspect, ...coSuspects].map((each) => each.function);
    return [...new Set(names)].slice(0, MAX_SUSPECTS);
  }

  /** With its words alone where it cannot be drawn, or came out too large to mail. */
  async #withPng(picture: Picture, svg: string): Promise<Picture> {
    const width = Math.round(PICTURE_WIDTH * PNG_SCALE);
    const drawn = await this.attempt(picture.name, undefined, async () =>
      pngOf(await this.#parts.pictures.png(svg, { width })),
    );
    return drawn === undefined || drawn.bytes.byteLength > MAX_PNG_BYTES
      ? picture
      : { ...picture, png: drawn };
  }
}

const FLAME_VIEW = {
  type: 'inuse_space',
  sort: 'flat',
  inverted: false,
  zoom: '',
  search: '',
  function: '',
  theme: 'light',
} as const;

function memoryOf({ rssBytes, goTotalBytes, heapInuseBytes }: MemoryPoint): number {
  return rssBytes ?? goTotalBytes ?? heapInuseBytes;
}

/** Its size stands at fixed places behind the signature (PNG specification, IHDR). */
function pngOf(bytes: Uint8Array): Png {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { bytes, width: view.getUint32(16), height: view.getUint32(20) };
}

/** The first, the last, and as many between as there may be, evenly. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  const step = (all.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => all[Math.round(index * step)]).filter(
    (one) => one !== undefined,
  );
}
