import type { ProfileLimits } from './profile.ts';
import { LocationScanner, scanCode } from './scan-code.ts';
import type { ScannedCode } from './scan-code.ts';
import { SampleScanner } from './scan-samples.ts';
import type { ScannedSamples } from './scan-samples.ts';
import { findParts, partsOfNothing, STRING, Unusual, Wire } from './scan-wire.ts';
import type { Positions } from './scan-wire.ts';
import { hashLocations } from './stack-hash.ts';

/**
 * The fast way through a heap profile: what a history needs of it goes from the wire into typed arrays,
 * one message after the other, without an object for any of them.
 *
 * A profile of a large service is megabytes of small numbers, and what objects, closures and general
 * rules cost for each is more than all else together. So this file reads the wire by itself, and
 * reads only what Go writes: ids that count from 1, samples with four values, then locations, 1,024 at
 * most, then one label, no number of 2^49 or above but the time. Whatever is not so (other types or order,
 * broken bytes, beyond a limit) comes back as `undefined`, and the caller asks the reader of record, which takes
 * everything and words every refusal. Nothing may be accepted here that is not accepted there with the
 * same result; a test holds the two together.
 *
 * Go writes samples before the strings that they speak of, and places in between. So numbers are kept
 * as they stand and strings as positions; at the end the highest of each kind must lead somewhere.
 *
 * Two thirds of the bytes are the locations of stacks, and of 100,000 samples a few thousand have other
 * values than a minute ago. Whoever has seen the profile before wants no more of a sample than to know
 * it again, and whether it changed. So the locations go into one hash for each sample as they pass by,
 * the bytes of its values into another (see `scan-samples.ts`), and both are read for good by
 * `scan-rows.ts` when someone asks for them.
 *
 * A varint has seven bits in each byte, the lowest first; the top bit says that another one follows:
 * `96 01` is 0x16 + 0x01 · 128 = 150. A field is `number << 3 | kind`, with kind 0 for a varint and 2
 * for a length and so many bytes: `12 02 96 01` is field 2 holding two bytes. All field tags of a
 * heap profile fit one byte. A sample is `12` its values, `0a` its location ids, `1a` its label.
 * Fields: github.com/google/pprof/blob/main/proto/profile.proto
 */
export interface Scan {
  /** Of all parts, by tag, for the few that are left to the reader of record. */
  readonly parts: Positions;
  readonly code: ScannedCode;
  /** By location, see `hashLocations`. */
  readonly locationHash: Int32Array;
  readonly samples: ScannedSamples;
}

/** `undefined` for a profile that is not as Go writes it. */
export function scan(bytes: Uint8Array, limits: ProfileLimits): Scan | undefined {
  try {
    const wire = new Wire(bytes);
    const parts = findParts(wire, limits);
    const code = scanCode(wire, parts, limits);
    const locationHash = hashLocations(bytes, parts(STRING), code);
    const scanner = new SampleScanner(wire, { parts, limits, locationHash });
    return { parts, code, locationHash, samples: scanner.scan() };
  } catch (error) {
    if (error instanceof Unusual) return undefined;
    throw error;
  }
}

/**
 * Here so that it lives on: V8 throws machine code away when a GC finds nothing left of the kinds of
 * objects that it was made for, and from poll to poll there would be nothing left of a scan. Without
 * this, each poll after a GC would run in the interpreter at first, at a fifth of the speed.
 */
export const LIVING_SCAN = livingScan();

function livingScan(): Scan & Record<'wire' | 'scanner' | 'locations', object> {
  const limits = {
    maxInflatedBytes: 0,
    maxSamples: 0,
    maxLocations: 0,
    maxFrames: 0,
    maxStackDepth: 0,
    maxStackEntries: 0,
  };
  const wire = new Wire(Buffer.alloc(0));
  const parts = partsOfNothing();
  const code = scanCode(wire, parts, limits);
  const locationHash = hashLocations(wire.bytes, parts(STRING), code);
  const scanner = new SampleScanner(wire, { parts, limits, locationHash });
  const locations = new LocationScanner(wire, { locations: 0, functions: 0, maxFrames: 0 });
  return { wire, scanner, locations, parts, code, locationHash, samples: scanner.scan() };
}
