import { BLOCKS } from './blocks.ts';
import type { Block, Window } from './blocks.ts';
import type { Axis } from './cells.ts';
import type { FunctionHistory } from './epoch.ts';

/** The least bytes in use within a block, where and when. */
export interface Floor {
  readonly bytes: number;
  readonly cell: number;
  readonly atMs: number;
}

export interface Series {
  readonly axis: Axis;
  readonly history: FunctionHistory;
}

/** The floors of a window, oldest first. */
export type Six = readonly [Floor, Floor, Floor, Floor, Floor, Floor];

/**
 * How much of the variance of a difference remains around a line through six floors: where the change
 * is a random walk (births and deaths of objects), and where it is the noise of a level that forgets
 * (turnover). The first is by simulation, the second follows from both ends being independent.
 */
export const WALK_RESIDUAL = 0.106;
const LEVEL_RESIDUAL = 0.5;
/** The 95% quantile of a variance of four degrees of freedom, in means. */
const CHANCE = 2.37;
/** 2·ln(z·√(2π)) at z = 4.75. */
const TAIL_CORRECTION = 4.95;

export function sixFloors(series: Series, { blocks }: Window): Six | undefined {
  const [a, b, c, d, e, f] = blocks.slice(-BLOCKS).map((block) => floorIn(series, block));
  return a && b && c && d && e && f ? [a, b, c, d, e, f] : undefined;
}

export function floorIn(
  { axis, history }: Series,
  { from, to }: Pick<Block, 'from' | 'to'>,
): Floor {
  const { floor } = history.track;
  let cell = from;
  for (let at = from + 1; at < to; at++) if ((floor[at] ?? 0) < (floor[cell] ?? 0)) cell = at;
  return { bytes: floor[cell] ?? 0, cell, atMs: axis.startMs[cell] ?? 0 };
}

/** Of each cell the least from there on: so a level that is left again is none. */
export function lowsAfter({ axis, history }: Series): readonly Floor[] {
  const lows: Floor[] = [];
  let bytes = Infinity;
  for (let cell = axis.count - 1; cell >= 0; cell--) {
    bytes = Math.min(bytes, history.track.floor[cell] ?? 0);
    lows.push({ bytes, cell, atMs: axis.startMs[cell] ?? 0 });
  }
  return lows.reverse();
}

/**
 * Sampling variance of the change between two floors, bytes²: of what was born and died between them,
 * and never more than that of the two levels, for only what lives at one and not at the other makes
 * a difference. So a cache that turns over quickly is held to its level.
 */
export function samplingVariance(series: Series, a: Floor, b: Floor): number {
  return Math.min(walkVariance(series, a, b), levelVariance(series, a, b));
}

/** The number of samples that a change stands on: k, where its relative error is 1/√k. */
export function effectiveSamples(series: Series, a: Floor, b: Floor): number {
  return (b.bytes - a.bytes) ** 2 / Math.max(1, samplingVariance(series, a, b));
}

/**
 * Growth over a window in standard errors: of the sampling, and of what the floors stray from a line
 * clearly beyond that (a service's own unrest), which counts twice, once for each end. Clearly, since
 * with four degrees of freedom chance alone makes half of all leaks look restless.
 */
export function significance(series: Series, six: Six): number {
  const [first, , , , , last] = six;
  const growth = last.bytes - first.bytes;
  const walk = walkVariance(series, first, last);
  const level = levelVariance(series, first, last);
  const expected = walk < level ? walk * WALK_RESIDUAL : level * LEVEL_RESIDUAL;
  const unrest = Math.max(0, residualVariance(six) - CHANCE * expected);
  const z = growth / Math.sqrt(Math.max(1, Math.min(walk, level) + 2 * unrest));
  return unrest === 0 && walk < level ? Math.max(z, birthsOverDeaths(series, growth, walk)) : z;
}

/**
 * The same for few samples, exactly: of N births and deaths, equally likely where nothing grows, so
 * many more are births. In the far tail √N understates that: 20 births and no death have a chance of
 * 2⁻²⁰, which is 4.76 standard errors and not 4.47. By the large deviations of the binomial, with the
 * first-order correction that makes it so at the bar of 4.75.
 */
function birthsOverDeaths({ history }: Series, growth: number, walk: number): number {
  const { objects, inuseBytes, variance } = history;
  if (objects === 0 || variance <= 0) return 0;
  const events = (walk * objects) / variance;
  const excess = Math.min(1, (growth * objects) / inuseBytes / Math.max(1, events));
  const surprise = entropyTerm(1 + excess) + entropyTerm(1 - excess);
  return Math.sqrt(Math.max(0, events * surprise - TAIL_CORRECTION));
}

/** Of the sampled objects seen in use in a profile, those gone by a later one, as a part of those that came. */
export function deathShare(series: Series, a: Floor, b: Floor): number {
  const { objects, inuseBytes, variance } = series.history;
  if (objects === 0 || variance <= 0) return 0;
  const events = (walkVariance(series, a, b) * objects) / variance;
  const net = ((b.bytes - a.bytes) * objects) / inuseBytes;
  return Math.max(0, (events - net) / Math.max(1, events + net));
}

function entropyTerm(x: number): number {
  return x > 0 ? x * Math.log(x) : 0;
}

/** Bytes per millisecond. */
export function rateBetween(a: Floor, b: Floor): number {
  return b.atMs > a.atMs ? (b.bytes - a.bytes) / (b.atMs - a.atMs) : 0;
}

function walkVariance({ history }: Series, a: Floor, b: Floor): number {
  const { variance } = history.track;
  let sum = 0;
  for (let at = a.cell + 1; at <= b.cell; at++) sum += variance[at] ?? 0;
  return sum;
}

function levelVariance({ history }: Series, a: Floor, b: Floor): number {
  const { variance, inuseBytes } = history;
  return inuseBytes > 0 ? ((a.bytes + b.bytes) * variance) / inuseBytes : Infinity;
}

/** Of the floors around their least-squares line over real time. */
function residualVariance(six: Six): number {
  const meanAt = six.reduce((sum, { atMs }) => sum + atMs, 0) / six.length;
  const meanBytes = six.reduce((sum, { bytes }) => sum + bytes, 0) / six.length;
  let sxy = 0;
  let sxx = 0;
  let syy = 0;
  for (const { atMs, bytes } of six) {
    sxy += (atMs - meanAt) * (bytes - meanBytes);
    sxx += (atMs - meanAt) ** 2;
    syy += (bytes - meanBytes) ** 2;
  }
  const explained = sxx > 0 ? sxy ** 2 / sxx : 0;
  return Math.max(0, syy - explained) / (six.length - 2);
}
