import { HEAP_SAMPLE_TYPES } from './profile.ts';
import type { Location, Mapping, Profile, SampleType } from './profile.ts';

/** pprof takes mappings of one binary for the same if their sizes agree in pages. */
const PAGE_BYTES = 4096;

/**
 * What changed from `base` to `profile`: values of the one less those of the other, sample by sample,
 * with samples of the same places, size and mark as one. It is what `go tool pprof -base` works on, whose
 * percentages depend on what is merged: places are the same if they have the same address in the
 * same build and the same frames.
 */
export function subtract(profile: Profile, base: Profile): Profile {
  const merged = new Merged();
  merged.add(profile, 1);
  merged.add(base, -1);
  return {
    ...profile,
    timeMs: Math.min(profile.timeMs, base.timeMs),
    // A difference must not pass for a snapshot, even if nothing shrank.
    durationMs: Math.max(1, profile.timeMs - base.timeMs),
    ...merged.columns(),
  };
}

interface Sample {
  readonly stack: readonly number[];
  readonly size: number;
  readonly ofBase: number;
  readonly values: Record<SampleType, number>;
}

class Merged {
  readonly #locations: Location[] = [];
  readonly #indexByPlace = new Map<string, number>();
  readonly #samples = new Map<string, Sample>();

  add(profile: Profile, sign: 1 | -1): void {
    const indexes = profile.locations.map((location) => this.#indexOf(location));
    for (let i = 0; i < profile.sampleCount; i++) {
      const locations = profile.stackLocations.subarray(
        profile.stackStart[i],
        profile.stackStart[i + 1],
      );
      const sample = this.#sampleOf({
        stack: Array.from(locations, (location) => indexes[location] ?? 0),
        size: profile.size[i] ?? 0,
        ofBase: profile.ofBase?.[i] ?? 0,
      });
      for (const type of HEAP_SAMPLE_TYPES) {
        sample.values[type] += sign * (profile.values[type][i] ?? 0);
      }
    }
  }

  columns(): Pick<
    Profile,
    'sampleCount' | 'values' | 'size' | 'ofBase' | 'stackStart' | 'stackLocations' | 'locations'
  > {
    const samples = [...this.#samples.values()];
    const column = (type: SampleType): Float64Array =>
      Float64Array.from(samples, ({ values }) => values[type]);
    const stackStart = new Uint32Array(samples.length + 1);
    samples.forEach(({ stack }, i) => {
      stackStart[i + 1] = (stackStart[i] ?? 0) + stack.length;
    });
    return {
      sampleCount: samples.length,
      values: {
        alloc_objects: column('alloc_objects'),
        alloc_space: column('alloc_space'),
        inuse_objects: column('inuse_objects'),
        inuse_space: column('inuse_space'),
      },
      size: Float64Array.from(samples, ({ size }) => size),
      ofBase: Uint8Array.from(samples, ({ ofBase }) => ofBase),
      stackStart,
      stackLocations: Uint32Array.from(samples.flatMap(({ stack }) => stack)),
      locations: this.#locations,
    };
  }

  #indexOf(location: Location): number {
    const place = placeOf(location);
    const known = this.#indexByPlace.get(place);
    if (known !== undefined) return known;
    this.#indexByPlace.set(place, this.#locations.length);
    return this.#locations.push(location) - 1;
  }

  #sampleOf(identity: Omit<Sample, 'values'>): Sample {
    const { stack, size, ofBase } = identity;
    const key = `${stack.join()}|${size}|${ofBase}`;
    const known = this.#samples.get(key);
    if (known !== undefined) return known;
    const values = { alloc_objects: 0, alloc_space: 0, inuse_objects: 0, inuse_space: 0 };
    const sample = { ...identity, values };
    this.#samples.set(key, sample);
    return sample;
  }
}

function placeOf({ frames, mapping, address }: Location): string {
  const code = frames.map((frame) => `${frame.function}\n${frame.file}\n${frame.line}`);
  return [mapping === undefined ? '' : buildOf(mapping), address ?? '', ...code].join('\n\n');
}

function buildOf({ file, id, sizeBytes, fileOffset }: Mapping): string {
  return `${id || file}\n${Math.ceil(sizeBytes / PAGE_BYTES)}\n${fileOffset}`;
}
