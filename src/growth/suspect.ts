import { normaliseFunction } from '../pprof/function-name.ts';
import type { Frame } from '../pprof/profile.ts';
import type { Window } from './blocks.ts';
import type { Epoch, FunctionHistory } from './epoch.ts';
import { floorIn } from './floors.ts';
import type { Floor } from './floors.ts';
import type { Naming } from './pick.ts';
import { onsetOf, rateOf } from './rate.ts';
import type { Place, Suspect } from './verdict.ts';

/** What is to be told of a function that growth was laid at. */
export function describeSuspect(epoch: Epoch, window: Window, naming: Naming): Suspect {
  const { history, stack } = naming;
  const floors = window.blocks.map((block) => floorIn({ axis: epoch.axis, history }, block));
  return {
    ...placeOf(stack.frames, naming.function),
    allocator: placeOf(stack.frames, stack.functions[0] ?? naming.function),
    stack: stack.functions,
    inuseBytes: history.inuseBytes,
    ...growthSince(epoch, history, floors.slice(onsetOf(floors))),
    share: naming.share,
    z: naming.z,
  };
}

type Growth = Omit<Suspect, keyof Place | 'allocator' | 'stack' | 'inuseBytes' | 'share' | 'z'>;

const MS_PER_HOUR = 3_600_000;
const NO_FLOOR: Floor = { bytes: 0, cell: 0, atMs: 0 };

/**
 * The last floor stands where its block is lowest, and so mostly at its beginning: what has come since then at
 * the rate found counts too, as far as it is there.
 */
function growthSince({ axis }: Epoch, history: FunctionHistory, rising: readonly Floor[]): Growth {
  const [first = NO_FLOOR] = rising;
  const last = rising.at(-1) ?? first;
  const grown = last.bytes - first.bytes;
  const samples = (history.objects * grown) / Math.max(1, history.inuseBytes);
  const rate = rateOf(rising, samples);
  const sinceLastMs = (axis.endMs[axis.count - 1] ?? last.atMs) - last.atMs;
  const further = Math.max(0, rate.bytesPerHour) * (sinceLastMs / MS_PER_HOUR);
  const there = Math.max(0, history.inuseBytes - last.bytes);
  return {
    growthBytes: grown + Math.min(further, there),
    growthBytesPerHour: rate.bytesPerHour,
    growthBytesPerHourLow: rate.low,
    growthBytesPerHourHigh: rate.high,
    survival: survivalOf(grown, allocatedBetween(history, first, last)),
    samples: Math.round(samples),
    since: first.atMs,
  };
}

function survivalOf(growthBytes: number, allocated: number): number {
  return allocated > 0 ? Math.min(1, Math.max(0, growthBytes / allocated)) : 1;
}

function allocatedBetween({ track }: FunctionHistory, first: Floor, last: Floor): number {
  let sum = 0;
  for (let cell = first.cell + 1; cell <= last.cell; cell++) sum += track.allocBytes[cell] ?? 0;
  return sum;
}

function placeOf(frames: readonly Frame[], name: string): Place {
  const frame = frames.find((each) => normaliseFunction(each.function) === name);
  return { function: name, file: frame?.file ?? '', line: frame?.line ?? 0 };
}
