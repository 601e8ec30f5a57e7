import { expect } from 'chai';
import type { Suspect } from '../../src/growth/verdict.ts';
import { outlookAt, outlookFor } from '../../src/incident/outlook.ts';
import type { Reading } from '../../src/memory/reading.ts';
import { suspect } from './report.ts';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;

const READING: Reading = {
  at: NOW,
  source: 'metrics',
  heapInuseBytes: 400,
  heapAllocBytes: 300,
  heapIdleBytes: 0,
  heapReleasedBytes: 0,
  stackInuseBytes: undefined,
  profilerBytes: undefined,
  sysBytes: undefined,
  nextGcBytes: 400,
  rssBytes: 400,
  limitBytes: undefined,
  goroutines: undefined,
  gcCount: undefined,
  startedAt: undefined,
  goVersion: undefined,
};

interface Question {
  readonly reading?: Partial<Reading>;
  readonly limitBytes?: number;
  readonly inuseBytes?: number;
  /** Low, expected and high, bytes an hour. */
  readonly rates?: readonly [number, number, number];
}

function outlook({ reading = {}, limitBytes, inuseBytes = 100, rates = [50, 100, 200] }: Question) {
  const [low, rate, high] = rates;
  return outlookFor({
    at: NOW,
    reading: { ...READING, ...reading },
    limitBytes,
    suspect: suspect('append < cache.Put', {
      inuseBytes,
      growthBytesPerHour: rate,
      growthBytesPerHourLow: low,
      growthBytesPerHourHigh: high,
    }),
  });
}

/** Hours from now to the limit: earliest, expected, latest. */
function hours(question: Question): readonly (number | undefined)[] {
  const { limitReachedAtEarliest, limitReachedAt, limitReachedAtLatest } = outlook(question);
  return [limitReachedAtEarliest, limitReachedAt, limitReachedAtLatest].map((at) =>
    at === undefined ? undefined : Math.round(((at - NOW) / HOUR) * 100) / 100,
  );
}

describe('outlookFor', () => {
  it('gives growth outside of the heap all the room there is, as no garbage grows with it', () => {
    const place = suspect('memory outside the Go heap', {
      inuseBytes: 100,
      growthBytesPerHour: 100,
    });
    const question = { at: NOW, reading: READING, limitBytes: 1_000, suspect: place };
    expect(outlookFor(question).limitReachedAt).to.equal(NOW + 3 * HOUR);
    const outside = outlookFor({ ...question, isOutsideHeap: true });
    expect(outside.limitReachedAt).to.equal(NOW + 6 * HOUR);
  });

  it('tells what memory reads now, under its name, and the rate of the live heap', () => {
    expect(outlook({ limitBytes: 1_000 })).to.deep.include({
      readingBytes: 400,
      readingKind: 'rss',
      limitBytes: 1_000,
      bytesPerHour: 100,
    });
    expect(outlook({ reading: { rssBytes: undefined, sysBytes: 700 } })).to.deep.include({
      readingBytes: 700,
      readingKind: 'go_total',
      limitBytes: undefined,
    });
  });

  it('takes the configured limit, else GOMEMLIMIT, else none', () => {
    expect(outlook({ limitBytes: 900, reading: { limitBytes: 800 } }).limitBytes).to.equal(900);
    expect(outlook({ reading: { limitBytes: 800 } }).limitBytes).to.equal(800);
    expect(hours({})).to.deep.equal([undefined, undefined, undefined]);
  });

  const table: readonly {
    readonly rule: string;
    readonly question: Question;
    readonly hours: readonly (number | undefined)[];
  }[] = [
    {
      rule: 'needs two bytes of memory for each live one where GOGC is the default',
      question: { limitBytes: 1_000 },
      hours: [1.5, 3, 6],
    },
    {
      rule: 'is at its end where what GOMEMLIMIT bounds is at it',
      question: { reading: { limitBytes: 400 } },
      hours: [0, 0, 0],
    },
    {
      rule: 'needs fewer where the suspect alone shows that more of the goal is live',
      question: { limitBytes: 1_000, inuseBytes: 300 },
      hours: [2.25, 4.5, 9],
    },
    {
      rule: 'needs more where the goal is further from what is allocated than GOGC=100 can be',
      question: { limitBytes: 2_800, reading: { nextGcBytes: 1_200 } },
      hours: [2, 4, 8],
    },
    {
      rule: 'starts from the goal of the next collection where memory is still below it',
      question: { limitBytes: 1_000, reading: { heapInuseBytes: 250, rssBytes: 250 } },
      hours: [1.5, 3, 6],
    },
    {
      rule: 'counts idle heap that was not given back as held already',
      question: { limitBytes: 1_000, reading: { heapInuseBytes: 300, heapIdleBytes: 100 } },
      hours: [1.5, 3, 6],
    },
    {
      rule: 'takes the default of two where the goal is not told, or there is none (GOGC=off)',
      question: { limitBytes: 1_000, reading: { nextGcBytes: 2 ** 63 } },
      hours: [1.5, 3, 6],
    },
    {
      rule: 'lets garbage yield to live bytes under GOMEMLIMIT: the room is the limit less live heap and the rest',
      question: {
        inuseBytes: 600,
        reading: {
          limitBytes: 1_000,
          rssBytes: 900,
          heapInuseBytes: 800,
          heapAllocBytes: 700,
          nextGcBytes: 850,
        },
      },
      hours: [1.5, 3, 6],
    },
    {
      rule: 'does so too where the configured limit is above GOMEMLIMIT',
      question: {
        limitBytes: 1_200,
        inuseBytes: 600,
        reading: {
          limitBytes: 1_000,
          rssBytes: 900,
          heapInuseBytes: 800,
          heapAllocBytes: 700,
          nextGcBytes: 850,
        },
      },
      hours: [2.5, 5, 10],
    },
    {
      rule: 'holds against GOMEMLIMIT what it bounds, which is not all that is resident',
      question: {
        inuseBytes: 600,
        reading: {
          limitBytes: 1_000,
          rssBytes: 1_030,
          sysBytes: 900,
          heapInuseBytes: 800,
          heapAllocBytes: 700,
          nextGcBytes: 850,
        },
      },
      hours: [1.5, 3, 6],
    },
    {
      rule: 'says now where memory is at the limit',
      question: { limitBytes: 400 },
      hours: [0, 0, 0],
    },
    {
      rule: 'says now where the next collection comes only beyond the limit',
      question: { limitBytes: 1_000, reading: { nextGcBytes: 1_200 } },
      hours: [0, 0, 0],
    },
    {
      rule: 'knows no latest where the low rate is no growth',
      question: { limitBytes: 1_000, rates: [0, 100, 200] },
      hours: [1.5, 3, undefined],
    },
    {
      rule: 'knows no end where nothing grows',
      question: { limitBytes: 1_000, rates: [-2, -1, 0] },
      hours: [undefined, undefined, undefined],
    },
    {
      rule: 'makes no forecast beyond a year',
      question: { limitBytes: 2 ** 40, rates: [1, 2, 2 ** 39 / 24] },
      hours: [24, undefined, undefined],
    },
  ];
  for (const { rule, question, hours: expected } of table) {
    it(rule, () => {
      expect(hours(question)).to.deep.equal(expected);
    });
  }
});

describe('outlookAt', () => {
  const growing = (path: string, rate: number, error: number) =>
    suspect(path, {
      inuseBytes: 50,
      growthBytesPerHour: rate,
      growthBytesPerHourLow: rate - error,
      growthBytesPerHourHigh: rate + error,
    });
  const cart = growing('append < cart.Add < api.Handle', 90, 30);
  const trace = growing('make < trace.Start < api.Handle', 60, 40);
  const handle = growing('append < api.Handle < http.Serve', 100, 20);
  const ends = (of: Suspect, all: readonly Suspect[]) => {
    const tell = outlookAt({ at: NOW, reading: READING, limitBytes: 1_000, all });
    const { bytesPerHour, limitReachedAt, limitReachedAtEarliest, limitReachedAtLatest } = tell(of);
    const inHours = [limitReachedAtEarliest, limitReachedAt, limitReachedAtLatest].map(
      (at = NaN) => (at - NOW) / HOUR,
    );
    return [bytesPerHour, ...inHours];
  };

  it('tells all suspects of a process the same end, for they fill the same room', () => {
    // 300 bytes of room; the errors 30 and 40 come to 50.
    const together = [150, 1.5, 2, 3];
    expect(ends(cart, [cart, trace])).to.deep.equal(together);
    expect(ends(trace, [cart, trace])).to.deep.equal(together);
    expect(ends(cart, [cart])).to.deep.equal([90, 2.5, 300 / 90, 5]);
  });

  it('counts what is seen to grow beside one that was named before', () => {
    expect(ends(trace, [cart])).to.deep.equal([150, 1.5, 2, 3]);
    expect(ends(cart, [])).to.deep.equal(ends(cart, [cart]));
  });

  it('counts growth on one call path once, with the larger of those on it', () => {
    expect(ends(cart, [cart, trace, handle])).to.deep.equal([100, 2.5, 3, 3.75]);
    expect(ends(cart, [{ ...cart }])).to.deep.equal(ends(cart, []));
  });
});
