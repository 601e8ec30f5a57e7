import { groupGoroutines } from '../goroutine/group.ts';
import { createHistory, foldProfile } from '../growth/history.ts';
import { judge } from '../growth/judge.ts';
import { restoreHistory } from '../growth/saved-history.ts';
import { topGrowth } from '../growth/top-growth.ts';
import { decodeGoroutines } from '../pprof/decode-goroutines.ts';
import { decodeProfile } from '../pprof/decode.ts';
import { ProfileError, type Profile } from '../pprof/profile.ts';
import { requireHeapSnapshot } from '../pprof/validate.ts';
import { Histories } from './histories.ts';
import type { AnalysisReply, AnalysisRequest } from './request.ts';
import { levelsBeside, memberOf, renewLevels, type Member } from './siblings.ts';

/** What one thread remembers of its targets. */
interface Memory {
  readonly histories: Histories;
  readonly members: Map<string, Member>;
}

/** Answers one request after the other; runs in a thread of its own, so that nothing here holds up the event loop. */
export function createAnalysis(
  histories = new Histories(),
): (request: AnalysisRequest) => AnalysisReply {
  const memory: Memory = { histories, members: new Map() };
  return (request) => {
    switch (request.kind) {
      case 'fold':
        return fold(memory, request);
      case 'restore':
        return restore(memory, request);
      case 'snapshot': {
        const bytes = histories.saved(request.target);
        return bytes === undefined ? { kind: 'no_history' } : { kind: 'snapshot', bytes };
      }
      case 'growth': {
        const history = histories.peek(request.target);
        if (history === undefined) return { kind: 'no_history' };
        return { kind: 'growth', functions: topGrowth(history, request.question) };
      }
      case 'goroutines':
        return lookAt(request);
      case 'forget':
        histories.forget(request.target);
        memory.members.delete(request.target);
        return { kind: 'forgotten' };
    }
  };
}

/** The name under which the pool calls this file. */
export const analyse = createAnalysis();

/** A snapshot that is damaged or of another version is none: the saved profiles rebuild it. */
function restore(
  { histories, members }: Memory,
  { target, snapshot }: Extract<AnalysisRequest, { kind: 'restore' }>,
): AnalysisReply {
  const history = (snapshot && restoreHistory(snapshot)) ?? createHistory();
  histories.keep(target, history);
  members.set(target, memberOf(history));
  return { kind: 'restored', until: history.until };
}

function fold(
  { histories, members }: Memory,
  { target, capture, rules, live, follow }: Extract<AnalysisRequest, { kind: 'fold' }>,
): AnalysisReply {
  const history = histories.open(target, capture.at);
  const member = members.get(target);
  if (history === undefined || member === undefined) return { kind: 'no_history' };
  const decoded = decode(capture.bytes);
  if (decoded.kind === 'unusable') return decoded;
  const profile = foldProfile(history, decoded.profile, capture);
  member.service = rules.service;
  const all = () => members.values();
  renewLevels(member, history, all);
  const beside = levelsBeside(member, all);
  const finding = { profile, verdict: judge(history, rules, { beside, live, follow }) };
  return { kind: 'found', finding, decodeSeconds: decoded.seconds, held: histories.held };
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
