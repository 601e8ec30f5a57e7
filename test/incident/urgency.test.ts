import { expect } from 'chai';
import type { Verdict } from '../../src/growth/verdict.ts';
import type { MemoryOutlook } from '../../src/incident/incident.ts';
import { judgeUrgency } from '../../src/incident/urgency.ts';
import { suspect } from './report.ts';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;

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
  return judgeUrgency(verdict, { at: NOW, minProfiles: 24, outlook });
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
    const beside = (['suspect', 'growing'] as const).map((state) =>
      suspect('make < b.B', { state }),
    );
    const { suspects } = judged(
      { ...SUSPECT, suspects: [...SUSPECT.suspects, ...beside] },
      NOW + HOUR,
    );
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
    expect(judgeUrgency(SUSPECT, { at: NOW, minProfiles: 24, outlook })).to.equal(SUSPECT);
  });

  it('leaves alone what too few profiles suspect, and what is no suspect', () => {
    for (const verdict of [
      { ...SUSPECT, freshInEpoch: 59 },
      { ...SUSPECT, state: 'growing' as const },
      { ...SUSPECT, state: 'leak' as const },
    ])
      expect(judged(verdict, NOW + HOUR)).to.equal(verdict);
  });
});
