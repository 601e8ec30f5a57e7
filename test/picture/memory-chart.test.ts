import { expect } from 'chai';
import type { MemoryPoint } from '../../src/memory/memory-history.ts';
import {
  describeMemory,
  renderGoroutineChart,
  renderMemoryChart,
  renderStackChart,
} from '../../src/picture/memory-chart.ts';

const MIB = 2 ** 20;
const point = (minute: number, mib: number, startedAt = 1): MemoryPoint => ({
  at: minute * 60_000,
  heapInuseBytes: mib * MIB,
  rssBytes: (mib + 100) * MIB,
  stackInuseBytes: undefined,
  goroutines: 40 + minute,
  startedAt,
});
const chart = {
  target: 'shop <1>',
  points: [point(0, 100), point(10, 300), point(20, 50, 2), point(30, 90, 2)],
  limitBytes: 512 * MIB,
  captures: [5 * 60_000],
  events: [{ at: 25 * 60_000, kind: 'opened', reason: '' }] as const,
  happenings: [{ at: 20 * 60_000, kind: 'deployed', reason: 'v1.4.0 → v1.4.1' }] as const,
  theme: 'light',
} as const;

describe('the chart of memory', () => {
  it('draws a line for each figure that is told, from zero, and the limit', () => {
    const svg = renderMemoryChart(chart);
    expect(linesOf(svg)).to.have.length(2);
    for (const words of ['resident set', 'heap in use', 'limit 512MiB', '>0B<']) {
      expect(svg).to.contain(words);
    }
    expect(svg).to.not.contain('stacks');
  });

  it('marks captures, restarts, deploys and what happened to incidents, and says which mark is which', () => {
    const svg = renderMemoryChart(chart);
    for (const title of ['captured', 'restart', 'v1.4.0 → v1.4.1', 'opened']) {
      expect(svg.split(`<title>${title}</title>`), title).to.have.length(2);
    }
    for (const key of ['profile captured', 'restart', 'deploy', 'incident']) {
      expect(svg.split(`>${key}</text>`), key).to.have.length(2);
    }
    const without = renderMemoryChart({ ...chart, captures: [], events: [], happenings: [] });
    expect(without).to.not.contain('profile captured').and.to.not.contain('>deploy<');
  });

  it('keeps the names of marks off the scale beside the plot, and off each other', () => {
    const at = (minute: number, kind: 'opened' | 'escalated') => ({
      at: minute * 60_000,
      kind,
      reason: '',
    });
    const events = [at(0.5, 'opened'), at(1, 'escalated'), at(29, 'opened')];
    const svg = renderMemoryChart({ ...chart, events, happenings: [] });
    const names = [
      ...svg.matchAll(
        /<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)"[^>]*>(opened|escalated)</g,
      ),
    ].map(([, x, y, anchor]) => ({ x: Number(x), y: Number(y), anchor }));
    expect(names.map(({ anchor }) => anchor)).to.deep.equal(['start', 'start', 'end']);
    expect(names[0]?.y).to.not.equal(names[1]?.y);
  });

  it('draws no line through a time of which nothing is known', () => {
    const read = [0, 1, 2, 3, 60, 61, 62, 63].map((minute) => point(minute, 100));
    const svg = renderMemoryChart({ ...chart, points: read });
    expect(linesOf(svg).map((line) => line.split('M').length - 1)).to.deep.equal([2, 2]);
  });

  it('leaves a limit out that would press the rest flat', () => {
    const dashes = 'stroke-dasharray="5 4"';
    expect(renderMemoryChart(chart)).to.contain(dashes);
    expect(renderMemoryChart({ ...chart, limitBytes: 2 ** 40 })).to.not.contain(dashes);
  });

  it('says in words what it shows, and lets no name become markup', () => {
    expect(describeMemory(chart)).to.equal(
      'resident set from 200MiB to 190MiB, at most 400MiB; heap in use from 100MiB to 90MiB, at most 300MiB; limit 512MiB; 1 profile captured, 1 restart, deploy v1.4.0 → v1.4.1, incident opened.',
    );
    expect(renderMemoryChart(chart)).to.contain('shop &lt;1&gt;').and.not.contain('<1>');
  });

  it('counts goroutines in a picture of their own', () => {
    expect(renderGoroutineChart(chart)).to.contain('Goroutines of shop').and.contain('>60<');
  });

  it('draws stacks beside the rest where they matter, and always on a scale of their own', () => {
    const stacked = (mib: number) => ({
      ...chart,
      points: chart.points.map((one) => ({ ...one, stackInuseBytes: mib * MIB })),
    });
    expect(renderMemoryChart(stacked(5))).to.not.contain('>stacks<');
    expect(renderMemoryChart(stacked(60))).to.contain('>stacks<');
    const small = renderStackChart(stacked(5));
    expect(small).to.contain('Stacks of goroutines of shop').and.contain('>4MiB<');
  });

  it('has one line of time with the pictures below it, whatever these know', () => {
    const points = chart.points.map((one, index) =>
      index === 0 ? { ...one, goroutines: undefined } : one,
    );
    const timesOf = (svg: string) =>
      Array.from(svg.matchAll(/x="([\d.]+)"[^>]*>(\d\d:\d\d)</g), ([, x, time]) => [x, time]);
    const whole = timesOf(renderMemoryChart({ ...chart, points }));
    expect(whole).to.have.length.above(3);
    expect(timesOf(renderGoroutineChart({ ...chart, points }))).to.deep.equal(whole);
  });

  it('is a picture also of nothing, and of one moment', () => {
    for (const points of [[], [point(0, 1)]]) {
      const svg = renderMemoryChart({ ...chart, points });
      expect(svg).to.match(/^<svg/).and.not.contain('NaN').and.not.contain('Infinity');
    }
  });
});

/** What each is drawn by. */
function linesOf(svg: string): readonly string[] {
  return Array.from(svg.matchAll(/<path class="series" d="([^"]*)"/g), ([, path]) => path!);
}
