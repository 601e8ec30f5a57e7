import type { Incident, Sighting } from '../incident/incident.ts';
import type { FunctionGrowth } from '../picture/function-growth.ts';
import type { Pictures } from '../picture/pictures.ts';
import type { Theme } from '../picture/theme.ts';
import type { Log } from '../runtime/log.ts';
import { messageOf } from '../runtime/message-of.ts';
import type { Illustrate, Picture, Png } from './illustration.ts';
import type { Sketch, SketchParts } from './sketch.ts';
import { PICTURE_WIDTH, growthOf, sketchFlames, sketchGrowth, sketchMemory } from './sketch.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface IllustratorParts extends SketchParts {
  readonly pictures: Pictures;
  readonly log: Log;
}

const PNG_SCALE = 2.5;
/** In pixels. */
export const PNG_WIDTH = Math.round(PICTURE_WIDTH * PNG_SCALE);
/** A larger one goes in words alone; what is drawn here has a tenth of it. */
const MAX_PNG_BYTES = 400 * 1_024;
/** A message does not wait for its pictures any longer. */
const PATIENCE_MS = 20_000;
/** Mails have a white ground for pictures in the dark too. */
const THEME: Theme = 'light';

/** The pictures of a message: memory over time, the growth of each suspect, what changed as a flame graph. */
export function createIllustrator(parts: IllustratorParts): Illustrate {
  return async (incident, sighting, signal) => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const drawing = new Drawing(parts, { incident, sighting }, within);
    const isOver = sighting.state === 'resolved';
    const growth = isOver ? [] : await drawing.attempt('growth', [], () => drawing.growth());
    const memory = await drawing.attempt('memory', [], () => drawing.memory(growth));
    const suspects = isOver
      ? []
      : await drawing.attempt('growth', [], () => drawing.suspects(growth));
    const flames = isOver ? [] : await drawing.attempt('flames', [], () => drawing.flames());
    return { pictures: [...memory, ...suspects, ...flames] };
  };
}

interface Drawn {
  readonly incident: Incident;
  readonly sighting: Sighting;
}

/** One sighting being drawn. */
class Drawing {
  readonly #parts: IllustratorParts;
  readonly #drawn: Drawn;
  readonly #signal: AbortSignal;

  constructor(parts: IllustratorParts, drawn: Drawn, signal: AbortSignal) {
    this.#parts = parts;
    this.#drawn = drawn;
    this.#signal = signal;
  }

  /** What goes wrong with one picture costs neither the others nor the message. */
  async attempt<T>(picture: string, otherwise: T, draw: () => Promise<T>): Promise<T> {
    const failed = (error: unknown): T => {
      const { target } = this.#drawn.sighting;
      this.#parts.log.warn('picture not drawn', { target, picture, error: messageOf(error) });
      return otherwise;
    };
    if (this.#signal.aborted) return otherwise;
    return unlessAborted(Promise.resolve().then(draw).catch(failed), this.#signal, () => otherwise);
  }

  growth(): Promise<readonly FunctionGrowth[]> {
    const { incident, sighting } = this.#drawn;
    return growthOf(this.#parts, incident, sighting);
  }

  memory(growth: readonly FunctionGrowth[]): Promise<readonly Picture[]> {
    return this.#withPngs([sketchMemory(this.#parts, { ...this.#drawn, growth, theme: THEME })]);
  }

  suspects(growth: readonly FunctionGrowth[]): Promise<readonly Picture[]> {
    return this.#withPngs(sketchGrowth(this.#parts, { ...this.#drawn, growth, theme: THEME }));
  }

  async flames(): Promise<readonly Picture[]> {
    return this.#withPngs([await sketchFlames(this.#parts, this.#drawn.sighting, THEME)]);
  }

  #withPngs(sketches: readonly (Sketch | undefined)[]): Promise<readonly Picture[]> {
    const drawn = sketches.filter((sketch) => sketch !== undefined);
    return Promise.all(drawn.map((sketch) => this.#withPng(sketch)));
  }

  /** With its words alone where it cannot be drawn, or came out too large to mail. */
  async #withPng({ svg, ...picture }: Sketch): Promise<Picture> {
    const drawn = await this.attempt(picture.name, undefined, async () =>
      pngOf(await this.#parts.pictures.png(svg, { width: PNG_WIDTH })),
    );
    return drawn === undefined || drawn.bytes.byteLength > MAX_PNG_BYTES
      ? picture
      : { ...picture, png: drawn };
  }
}

/** Its size stands at fixed places behind the signature (PNG specification, IHDR). */
function pngOf(bytes: Uint8Array): Png {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { bytes, width: view.getUint32(16), height: view.getUint32(20) };
}
