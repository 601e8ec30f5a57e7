import type { FlameFrame, FlameLayout } from './flame-layout.ts';

/**
 * At most so many rows, for a picture that is shown small: of the rows at the root that are one frame as
 * wide as all, as many go as must, since they say least; then those at the leaves. Narrower frames than
 * `minWidth` go too.
 */
export function cropFlames(
  { frames, depth, hidden }: FlameLayout,
  { rows, minWidth }: { readonly rows: number; readonly minWidth: number },
): FlameLayout {
  const drop = Math.max(0, Math.min(trunkOf(frames) - 1, depth - rows));
  const kept = frames
    .map((frame) => ({ ...frame, depth: frame.depth - drop }))
    .filter((frame) => frame.depth >= 0 && frame.depth < rows && frame.width >= minWidth);
  return {
    frames: kept,
    depth: Math.max(0, ...kept.map((frame) => frame.depth + 1)),
    hidden: hidden + frames.length - kept.length,
  };
}

/** Rows from the root on that are a single frame of the whole width. */
function trunkOf(frames: readonly FlameFrame[]): number {
  const trunk = frames.filter(({ width }) => width === 1).map((frame) => frame.depth);
  const branching = frames.filter(({ width }) => width < 1).map((frame) => frame.depth);
  const first = Math.min(...branching, Infinity);
  return trunk.filter((row) => row < first).length;
}
