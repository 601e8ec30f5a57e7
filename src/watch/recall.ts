import type { VerdictState } from '../growth/verdict.ts';
import type { Incident, Sighting } from '../incident/incident.ts';
import { firingSighting, silenceOf } from '../incident/sightings.ts';
import type { LastReading } from '../incident/unread.ts';
import { memoryAt } from '../memory/memory-history.ts';
import type { TargetRecord } from '../memory/target-record.ts';

/** What is known of a target from before heapwarden was started. */
export interface Recalled {
  readonly last: LastReading | undefined;
  /** What the newest attempt failed with, where it was not read for a while by then. */
  readonly why: string | undefined;
  /** What was told of it, where an incident is open. */
  readonly found: Found | undefined;
}

export interface Found {
  /** `undefined` where the newest verdict said less than the state of the incident; how much less is not kept. */
  readonly state: VerdictState | undefined;
  readonly reason: string;
}

export const NOTHING_RECALLED: Recalled = { last: undefined, why: undefined, found: undefined };

/** By its saved readings and its part in open incidents; what is newer of them counts. */
export function recall(
  target: string,
  record: Pick<TargetRecord, 'memory' | 'limitBytes'>,
  incidents: readonly Incident[],
): Recalled {
  const parts = incidents.flatMap((incident) => firingSighting(incident, target) ?? []);
  const unread = parts.filter((part) => silenceOf(part) !== undefined);
  const last = lastOf(record, unread, parts);
  return { last, why: unread[0]?.unread?.why, found: foundIn(parts) };
}

function foundIn(parts: readonly Sighting[]): Found | undefined {
  const worst = parts.find(({ state }) => state === 'leak') ?? parts[0];
  if (worst === undefined) return undefined;
  const newest = worst.atPresent ?? worst.unread?.lastReport?.atPresent;
  if (newest !== undefined) return { state: undefined, reason: newest };
  return { state: worst.state === 'leak' ? 'leak' : 'suspect', reason: worst.reason };
}

/** A report comes some time after the reading that it tells of, and counts only where nothing else is known. */
function lastOf(
  record: Pick<TargetRecord, 'memory' | 'limitBytes'>,
  unread: readonly Sighting[],
  parts: readonly Sighting[],
): LastReading | undefined {
  const known = [...savedIn(record), ...unread.map(readIn)];
  const all = known.length > 0 ? known : parts.map(readIn);
  return all.toSorted((a, b) => b.at - a.at)[0];
}

function savedIn({
  memory,
  limitBytes,
}: Pick<TargetRecord, 'memory' | 'limitBytes'>): readonly LastReading[] {
  const point = memory.last();
  if (point === undefined) return [];
  const { kind: readingKind, bytes: readingBytes } = memoryAt(point);
  return [{ at: point.at, memory: { readingBytes, readingKind, limitBytes } }];
}

function readIn({ at, unread, memory }: Sighting): LastReading {
  const { readingBytes, readingKind, limitBytes } = memory;
  return { at: unread?.since ?? at, memory: { readingBytes, readingKind, limitBytes } };
}
