import { z } from 'zod';
import { groupGoroutines } from '../goroutine/group.ts';
import { createHistory, foldProfile } from '../growth/history.ts';
import { judge } from '../growth/judge.ts';
import { restoreHistory, saveHistory } from '../growth/saved-history.ts';
import { decodeGoroutines } from '../pprof/decode-goroutines.ts';
import { decodeProfile } from '../pprof/decode.ts';
import { ProfileError, type Profile } from '../pprof/profile.ts';
import { requireHeapSnapshot } from '../pprof/validate.ts';
import type { AnalysisReply, AnalysisRequest } from './request.ts';
import { levelsBeside, renewLevels, type Member } from './siblings.ts';

const snapshotSchema = z.object({ version: z.literal(1), until: z.number(), history: z.unknown() });

/** The history of one target, and the time of the newest capture that is in it. */
interface Remembered extends Member {
  until: number;
}

type Restored = Pick<Remembered, 'history' | 'until'>;

const NOTHING = (): Restored => ({ history: createHistory(), until: 0 });

/** Answers one request after the other; runs in a thread of its own, so that nothing here holds up the event loop. */
function createAnalysis(): (request: AnalysisRequest) => AnalysisReply {
  const remembered = new Map<string, Remembered>();
  return (request) => {
    switch (request.kind) {
      case 'fold':
        return fold(remembered, request);
      case 'restore': {
        const { history, until } = readSnapshot(request.snapshot) ?? NOTHING();
        const nobody = { service: undefined, levels: history.plateaus, levelsAt: 0 };
        remembered.set(request.target, { history, until, ...nobody });
        return { kind: 'restored', until };
      }
      case 'snapshot':
        return snapshot(remembered.get(request.target));
      case 'goroutines':
        return lookAt(request);
      case 'forget':
        remembered.delete(request.target);
        return { kind: 'forgotten' };
    }
  };
}

/** The name under which the pool calls this file. */
export const analyse = createAnalysis();

function fold(
  remembered: ReadonlyMap<string, Remembered>,
  request: Extract<AnalysisRequest, { kind: 'fold' }>,
): AnalysisReply {
  const entry = remembered.get(request.target);
  if (entry === undefined) return { kind: 'no_history' };
  const decoded = decode(request.capture.bytes);
  if (decoded.kind === 'unusable') return decoded;
  const profile = foldProfile(entry.history, decoded.profile, request.capture);
  entry.until = request.capture.at;
  entry.service = request.rules.service;
  renewLevels(entry);
  const beside = levelsBeside(entry, () => remembered.values());
  const verdict = judge(entry.history, request.rules, beside);
  return { kind: 'found', finding: { profile, verdict }, decodeSeconds: decoded.seconds };
}

function lookAt({
  bytes,
  ownPackages,
}: Extract<AnalysisRequest, { kind: 'goroutines' }>): AnalysisReply {
  try {
    return { kind: 'goroutines', look: groupGoroutines(decodeGoroutines(bytes), ownPackages) };
  } catch (error) {
    if (error instanceof ProfileError) {
      return { kind: 'unusable', why: error.kind, message: error.message };
    }
    throw error;
  }
}

function decode(
  bytes: Uint8Array,
):
  | { readonly kind: 'decoded'; readonly profile: Profile; readonly seconds: number }
  | Extract<AnalysisReply, { kind: 'unusable' }> {
  const startedMs = performance.now();
  try {
    const profile = decodeProfile(bytes);
    requireHeapSnapshot(profile);
    return { kind: 'decoded', profile, seconds: (performance.now() - startedMs) / 1000 };
  } catch (error) {
    if (error instanceof ProfileError) {
      return { kind: 'unusable', why: error.kind, message: error.message };
    }
    throw error;
  }
}

/** `undefined` for a snapshot that is damaged or of another version: the saved profiles rebuild it. */
function readSnapshot(bytes: Uint8Array | undefined): Restored | undefined {
  if (bytes === undefined) return undefined;
  try {
    const text = new TextDecoder().decode(bytes);
    const { until, history: data } = snapshotSchema.parse(JSON.parse(text));
    const history = restoreHistory(data);
    return history === undefined ? undefined : { history, until };
  } catch {
    return undefined;
  }
}

function snapshot(entry: Remembered | undefined): AnalysisReply {
  if (entry === undefined) return { kind: 'no_history' };
  const data = { version: 1, until: entry.until, history: saveHistory(entry.history) };
  return { kind: 'snapshot', bytes: new TextEncoder().encode(JSON.stringify(data)) };
}
