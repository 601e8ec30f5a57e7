import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { ProfilePacker } from './profile-delta.ts';
import { decodeWire } from './profile-wire.ts';
import type { WireProfile } from './profile-wire.ts';
import { seriesMeta, seriesReading } from './series.ts';
import type { SeriesLine } from './series.ts';

const poll = seriesReading.extend({ profileSize: z.number(), goroutineSize: z.number() });

const NEWLINE = 10;

/** Cuts a stream into lines and counted bytes. */
class StreamCutter {
  readonly #chunks: AsyncIterator<unknown>;
  #held = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The next line without its end; undefined where the stream ends. */
  async line(): Promise<string | undefined> {
    let end = this.#held.indexOf(NEWLINE);
    while (end === -1) {
      if (!(await this.#more())) return undefined;
      end = this.#held.indexOf(NEWLINE);
    }
    const text = this.#held.subarray(0, end).toString('utf8');
    this.#held = this.#held.subarray(end + 1);
    return text;
  }

  async bytes(count: number): Promise<Uint8Array> {
    while (this.#held.length < count) {
      if (!(await this.#more())) throw new Error('recorder: the program ended within a profile');
    }
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    if (!Buffer.isBuffer(next.value)) throw new Error('recorder: the stream is not of bytes');
    this.#held = Buffer.concat([this.#held, next.value]);
    return true;
  }
}

/** The lines of a series file, from what the program of the corpus writes. */
export async function* packStream(stream: Readable): AsyncGenerator<string> {
  const cutter = new StreamCutter(stream);
  const header = await cutter.line();
  if (header === undefined) throw new Error('recorder: the program wrote nothing');
  yield `${JSON.stringify(seriesMeta.parse(JSON.parse(header)))}\n`;
  const heap = new ProfilePacker();
  const goroutines = new ProfilePacker();
  for (let text = await cutter.line(); text !== undefined; text = await cutter.line()) {
    const { profileSize, goroutineSize, ...reading } = poll.parse(JSON.parse(text));
    const profile = heap.pack(decode(await cutter.bytes(profileSize)));
    const blocked = await cutter.bytes(goroutineSize);
    const line: SeriesLine = {
      ...reading,
      profile,
      ...(goroutineSize === 0 ? {} : { goroutineProfile: goroutines.pack(decode(blocked)) }),
    };
    yield `${JSON.stringify(line)}\n`;
  }
}

/** The program's folder is no part of what is recorded: it is another one at each build. */
function decode(bytes: Uint8Array): WireProfile {
  const profile = decodeWire(bytes);
  const mappings = profile.mappings.map((each) => ({ ...each, file: basename(each.file) }));
  return { ...profile, mappings };
}
