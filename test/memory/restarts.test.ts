import { expect } from 'chai';
import { ofLastProcess, restartBetween, restartsIn } from '../../src/memory/restarts.ts';

const SECOND = 1_000;
/** Readings every ten seconds, by when the process that answered says that it began. */
const points = (...started: readonly (number | undefined)[]) =>
  started.map((startedAt, index) => ({ at: (index + 1) * 10 * SECOND, startedAt }));

describe('restarts', () => {
  it('are when another process began, as it tells itself', () => {
    expect(restartsIn(points(1, 1, 23_500, 23_500, 44_000), [])).to.deep.equal([23_500, 44_000]);
  });

  it('are when another process was first read, where its clock is not the one here', () => {
    expect(restartsIn(points(1, 1, 900_000, 900_000), [])).to.deep.equal([30_000]);
    expect(restartsIn(points(900_000, 900_000, 5), [])).to.deep.equal([30_000]);
  });

  it('are none where the same start is told a little differently, or not told for a while', () => {
    expect(restartsIn(points(100, 600, undefined, 100), [])).to.deep.equal([]);
    expect(restartsIn(points(undefined, undefined), [])).to.deep.equal([]);
    expect(restartsIn(points(1, undefined, 35_000), [])).to.deep.equal([30_000]);
    expect(restartsIn(points(1, undefined, 25_000), [])).to.deep.equal([25_000]);
  });

  it('are told by profiles too, where readings do not tell the start', () => {
    const happenings = [
      { at: 7, kind: 'deployed', reason: '' },
      { at: 9, kind: 'restarted', reason: 'the profile is of another process' },
    ] as const;
    expect(restartsIn(points(undefined), happenings)).to.deep.equal([9]);
  });

  it('lie between two times, in whichever order, up to the later', () => {
    const newest = (from: number, to: number) => restartBetween([10, 20, 30], { from, to });
    expect(newest(30, 40)).to.equal(undefined);
    expect([newest(10, 20), newest(20, 10), newest(11, 19), newest(5, 50)]).to.deep.equal([
      20,
      20,
      undefined,
      30,
    ]);
  });

  it('leave of what there is that of the process that gave the last', () => {
    const all = [1, 5, 9].map((at) => ({ at }));
    const left = (...restarts: readonly number[]) =>
      ofLastProcess(all, restarts).map(({ at }) => at);
    expect(left()).to.deep.equal([1, 5, 9]);
    expect(left(2, 20)).to.deep.equal([5, 9]);
    expect(left(2, 5)).to.deep.equal([5, 9]);
    expect(left(9)).to.deep.equal([9]);
    expect(ofLastProcess([], [3])).to.deep.equal([]);
  });
});
