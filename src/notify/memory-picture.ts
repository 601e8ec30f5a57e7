import type { Incident, Sighting } from '../incident/incident.ts';
import { isUnseen } from '../incident/sightings.ts';
import type { MemoryPoint } from '../memory/memory-history.ts';
import type { Series } from '../picture/line-chart.ts';
import type { MemoryChart } from '../picture/memory-chart.ts';

export interface MemoryEvidence {
  readonly incident: Incident;
  readonly sighting: Sighting;
  /** Readings since the daemon started, oldest first. */
  readonly points: readonly MemoryPoint[];
  /** Live heap at the saved profiles, which outlast a restart of the daemon. */
  readonly heap: Series['points'];
  readonly size: { readonly width: number; readonly height: number };
}

/** As long before the growth began as it has lasted, twice, so that the normal times show too. */
const TIMES_BEFORE = 2;
const SHORTEST_MS = 600_000;
/** Below this share of the time shown, readings are too few, and the saved profiles speak. */
const ENOUGH = 0.5;
/** How far ahead a forecast is drawn, as a share of the time shown. */
const AHEAD = 0.6;

/** Memory up to the sighting, from the normal times before the growth on, and where it is heading. */
export function memoryChartFor(evidence: MemoryEvidence): MemoryChart {
  const { incident, sighting, points, heap, size } = evidence;
  const lasted = Math.max(0, sighting.at - sighting.suspect.since);
  const from = sighting.at - Math.max(SHORTEST_MS, (1 + TIMES_BEFORE) * lasted);
  const shown = points.filter(({ at }) => at >= from);
  const saved = heap.filter(({ at }) => at >= from);
  const begin = Math.min(shown[0]?.at ?? Infinity, saved[0]?.at ?? Infinity);
  const read = sighting.at - (shown[0]?.at ?? sighting.at);
  const tooFew = read < ENOUGH * (sighting.at - begin);
  return {
    target: sighting.target,
    points: shown,
    limitBytes: sighting.memory.limitBytes,
    captures: [],
    events: incident.events,
    theme: 'light',
    size,
    besides: [
      ...(tooFew && saved.length > 1 ? [{ name: 'live heap (profiles)', points: saved }] : []),
      ...forecast(sighting, sighting.at - begin),
    ],
  };
}

/** To the limit, or as far as there is room for; none where no limit is in sight. */
function forecast(sighting: Sighting, spanMs: number): readonly Series[] {
  const { at, memory, state } = sighting;
  const { limitBytes, limitReachedAt, readingBytes } = memory;
  if (state === 'resolved' || isUnseen(sighting)) return [];
  if (limitBytes === undefined || limitReachedAt === undefined) return [];
  const whole = limitReachedAt - at;
  const ahead = Math.min(whole, AHEAD * spanMs);
  if (!(ahead > 0) || !Number.isFinite(ahead)) return [];
  const value = readingBytes + ((limitBytes - readingBytes) * ahead) / whole;
  const points = [
    { at, value: readingBytes },
    { at: at + ahead, value },
  ];
  return [{ name: 'if it goes on', points, isGuess: true }];
}
