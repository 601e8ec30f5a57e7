import { expect } from 'chai';
import type { Verdict } from '../../src/growth/verdict.ts';
import type { MemoryOutlook } from '../../src/incident/incident.ts';
import { judgeUrgency } from '../../src/incident/urgency.ts';
import { suspect } from './report.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 1_000 * HOUR;

const RULES = { at: NOW, minProfiles: 24, intervalMs: MINUTE, wasUrgent: false };

const SUSPECT: Verdict = {
  state: 'suspect',
  reason: 'floor of cache.Put grew 40MiB; leak needs 240 profiles of a process, 150 to go',
  tests: [],
  suspects: [suspect('append < cache.Put')],
  profiles: 90,
  fresh: 90,
  epochs: 1,
  freshInEpoch: 60,
};

const NO_END: MemoryOutlook = {
  readingBytes: 1,
  readingKind: 'rss',
  limitBytes: 2,
  bytesPerHour: 1,
  limitReachedAt: undefined,
  limitReachedAtEarliest: undefined,
  limitReachedAtLatest: undefined,
};

function judged(verdict: Verdict, earliest: number | undefined): Verdict {
  const outlook = () => ({
    readingBytes: 1,
    readingKind: 'rss' as const,
    limitBytes: earliest === undefined ? undefined : 2,
    bytesPerHour: 1,
    limitReachedAt: earliest === undefined ? undefined : earliest + HOUR,
    limitReachedAtEarliest: earliest,
    limitReachedAtLatest: undefined,
  });
  return judgeUrgency(verdict, { ...RULES, outlook });
}

/**
 * With so many profiles, where even the low bound reaches the limit of 100 bytes at `latest`, memory is at so
 * much of it, and the suspect grows by `low` bytes an hour at least.
 */
function judgedEarly(
  freshInEpoch: number,
  latest: number | undefined,
  { readingBytes = 80, low = 10_000 } = {},
): Verdict {
  const end = latest === undefined ? undefined : NOW + latest;
  const outlook = () => ({
    ...NO_END,
    readingBytes,
    limitBytes: 100,
    limitReachedAtEarliest: NOW,
    limitReachedAt: NOW,
    limitReachedAtLatest: end,
  });
  const suspects = [suspect('append < cache.Put', { growthBytesPerHourLow: low })];
  return judgeUrgency({ ...SUSPECT, suspects, freshInEpoch }, { ...RULES, outlook });
}

describe('judgeUrgency', () => {
  it('calls a suspect a leak where the limit may be reached within six hours, and says so', () => {
    const { state, reason } = judged(SUSPECT, NOW + 2.5 * HOUR);
    expect(state).to.equal('leak');
    expect(reason).to.equal(
      'floor of cache.Put grew 40MiB; the limit may be reached within 2h30m, which is no time to wait for more profiles',
    );
  });

  it('calls what is suspected beside it one too, and not what merely grows', () => {
    const reason = 'floor of b.B grew 9MiB; leak needs 240 profiles of a process, 150 to go';
    const beside = (['suspect', 'growing'] as const).map((state) =>
      suspect('make < b.B', { state, reason }),
    );
    const { suspects } = judged(
      { ...SUSPECT, suspects: [...SUSPECT.suspects, ...beside] },
      NOW + HOUR,
    );
    expect(suspects.slice(1).map((each) => each.reason)).to.deep.equal([
      'floor of b.B grew 9MiB; the limit may be reached within 1h, which is no time to wait for more profiles',
      reason,
    ]);
    expect(suspects.map(({ state }) => state)).to.deep.equal([undefined, 'leak', 'growing']);
  });

  it('says so in words where it is reached at once', () => {
    for (const at of [NOW - HOUR, NOW, NOW + 20_000])
      expect(judged(SUSPECT, at).reason).to.contain('; the limit may be reached within a minute, ');
  });

  it('waits for more profiles where there is time, and where there is no limit', () => {
    expect(judged(SUSPECT, NOW + 6.1 * HOUR)).to.equal(SUSPECT);
    expect(judged(SUSPECT, undefined)).to.equal(SUSPECT);
    const outlook = () => ({ ...NO_END, limitReachedAtEarliest: NOW + HOUR });
    expect(judgeUrgency(SUSPECT, { ...RULES, outlook })).to.equal(SUSPECT);
  });

  it('leaves alone what too few profiles suspect, and what is no suspect', () => {
    for (const verdict of [
      { ...SUSPECT, freshInEpoch: 59 },
      { ...SUSPECT, state: 'growing' as const },
      { ...SUSPECT, state: 'leak' as const },
    ])
      expect(judged(verdict, NOW + HOUR)).to.equal(verdict);
  });

  it('calls what few profiles suspect one where the process is dead before there can be more', () => {
    for (const [fresh, latest] of [
      [24, 36 * MINUTE],
      [59, MINUTE],
      [59, 0],
      [30, -HOUR],
    ] as const)
      expect(judgedEarly(fresh, latest).state, `${fresh}`).to.equal('leak');
    expect(judgedEarly(40, 20 * MINUTE).reason).to.equal(
      'floor of cache.Put grew 40MiB; also at the low bound of what is suspected the limit is reached within 20m, before more profiles could tell more',
    );
  });

  it('waits where there is time for more, memory is not near the limit, or no end is sure', () => {
    for (const verdict of [
      judgedEarly(24, 36 * MINUTE + 1),
      judgedEarly(59, MINUTE + 1),
      judgedEarly(24, undefined),
      judgedEarly(24, 10 * MINUTE, { readingBytes: 79 }),
    ])
      expect(verdict.state).to.equal('suspect');
  });

  it('does not take the goal of a collector that does not run for memory that is used up', () => {
    // Of 20 bytes at 20 an hour there is an hour left, whatever memory could come up to.
    expect(judgedEarly(24, 0, { low: 20 }).state).to.equal('suspect');
    expect(judgedEarly(24, 0, { low: 0 }).state).to.equal('suspect');
    expect(judgedEarly(24, 0, { low: -1 }).state).to.equal('suspect');
    expect(judgedEarly(24, 0, { readingBytes: 100 }).state).to.equal('suspect');
    expect(judgedEarly(24, 0, { low: 40 }).reason).to.contain('reached within 30m, before more');
  });

  it('stays one while it is a suspect, and says no more that the limit is near', () => {
    const outlook = () => NO_END;
    const judge = (verdict: Verdict) =>
      judgeUrgency(verdict, { ...RULES, outlook, wasUrgent: true });
    expect(judge(SUSPECT)).to.include({
      state: 'leak',
      isUrgent: true,
      reason:
        'floor of cache.Put grew 40MiB; the limit was to be reached too soon to wait for more',
    });
    expect(judge({ ...SUSPECT, state: 'growing' }).state).to.equal('growing');
  });

  it('calls what is followed, named or not, what is named', () => {
    const followed = (['suspect', 'growing'] as const).map((state) =>
      suspect('make < b.B', { state }),
    );
    const judge = judged({ ...SUSPECT, followed }, NOW + HOUR);
    expect(judge.followed?.map(({ state }) => state)).to.deep.equal(['leak', 'growing']);
    expect(judged(SUSPECT, NOW + HOUR)).not.to.have.property('followed');
  });
});
