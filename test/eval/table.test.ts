import { expect } from 'chai';
import type { Outcome } from './play.ts';
import { formatShare, precisionAt, quantile } from './statistics.ts';
import { OURS, methodOf, scoreOf, isRight } from './table.ts';

const RULE = methodOf('rule', 'at 5', 5);

describe('the score', () => {
  it('counts an alarm before the leak began as false, and the leak as missed', () => {
    const score = scoreOf(RULE, [outcome('leak', 50, [[20, 6]]), outcome('leak', 50, [[70, 6]])]);
    expect(score.found).to.have.length(1);
    expect(score.missed).to.have.length(1);
    expect(score.falseAlarms).to.have.length(1);
    expect(score.delays).to.deep.equal([20]);
  });

  it('hears a rule where its statistic first reaches the threshold', () => {
    const peaks = [
      [60, 4],
      [80, 5],
      [90, 9],
    ] as const;
    expect(scoreOf(RULE, [outcome('leak', 0, peaks)]).delays).to.deep.equal([80]);
  });

  it('names right where an allocator of a culprit is among the first', () => {
    const score = scoreOf(RULE, [outcome('leak', 0, [[80, 5]])]);
    expect([score.namedFirst, score.namedAmongThree]).to.deep.equal([0, 1]);
  });

  it('counts series of forty polls in their own row and in no other', () => {
    const whole = outcome('leak', 0, [[80, 5]]);
    const brief = { ...whole, meta: { ...whole.meta, polls: 40 } };
    const rows = [RULE, ...OURS].map((method) => {
      const { leaks } = scoreOf(method, [whole, brief]);
      return leaks.map(({ meta }) => meta.polls);
    });
    expect(rows.at(-1)).to.deep.equal([40]);
    expect(rows.slice(0, -1).flat()).to.not.include(40);
    expect(scoreOf(RULE, [whole, brief]).leaks).to.deep.equal([whole]);
  });

  it('leaves out what nobody could tell', () => {
    const score = scoreOf(RULE, [outcome('ambiguous', -1, [[80, 5]]), outcome('healthy', -1, [])]);
    expect([score.leaks.length, score.healthy.length, score.falseAlarms.length]).to.deep.equal([
      0, 1, 0,
    ]);
  });
});

describe('a name', () => {
  const culprit = { allocators: ['pool.New'], retainers: ['pool.wait'] };

  it('is right where it allocates what leaks, and of goroutines also where they block', () => {
    const right = (growth: 'heap' | 'goroutine') =>
      ['pool.New', 'pool.wait', 'main.main'].map((name) => isRight({ growth, ...culprit }, name));
    expect(right('heap')).to.deep.equal([true, false, false]);
    expect(right('goroutine')).to.deep.equal([true, true, false]);
  });
});

describe('its statistics', () => {
  it('gives a share with its interval by Wilson', () => {
    expect(formatShare(31, 32)).to.equal('97% (31/32; 84%–99%)');
  });

  it('takes what was never found as later than all else', () => {
    expect(quantile([10, 20, 30], 1, 0.5)).to.equal(20);
    expect(quantile([10, 20, 30], 1, 0.9)).to.equal(Infinity);
  });

  it('reckons precision anew for a rare leak', () => {
    expect(precisionAt(0.03, { recall: 1, alarmed: 0.03 })).to.be.closeTo(0.5076, 1e-4);
    expect(precisionAt(0.03, { recall: 0, alarmed: 0 })).to.be.NaN;
  });
});

function outcome(
  kind: 'leak' | 'healthy' | 'ambiguous',
  onset: number,
  peaks: readonly (readonly [poll: number, value: number])[],
): Outcome {
  const allocators = ['cart.Add'];
  return {
    file: `${kind}.series`,
    meta: {
      case: kind,
      kind,
      culprits: kind === 'leak' ? [{ growth: 'heap', allocators, retainers: [] }] : [],
      go: 'go1.26',
      seed: 1,
      ratePerPoll: 1,
      polls: 300,
      traffic: 'flat',
      gogc: 100,
      memoryLimit: 0,
      memProfileRate: 524_288,
    },
    onset,
    polls: 300,
    leakedBy40: 0,
    said: {},
    rates: [],
    limited: [],
    peaks: new Map([
      [
        'rule',
        peaks.map(([poll, value]) => ({ poll, value, leakedBytes: 0, named: ['x', 'cart.Add'] })),
      ],
    ]),
    verdict: undefined,
  };
}
