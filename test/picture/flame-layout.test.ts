import { expect } from 'chai';
import { layoutFlames } from '../../src/picture/flame-layout.ts';
import { flameTree } from '../../src/picture/flame-tree.ts';
import { drawProfile } from '../web/profiles.ts';

const bounds = { zoom: '', minWidth: 0.001, maxFrames: 1_000 };

describe('layoutFlames', () => {
  it('places each frame above its caller, as wide as its share', () => {
    const { frames, depth } = layoutFlames(tree('main;a 30\nmain;b 70'), bounds);
    expect(frames.map(({ name, depth: row, x, width }) => [name, row, x, width])).to.deep.equal([
      ['all', 0, 0, 1],
      ['main', 1, 0, 1],
      ['a', 2, 0, 0.3],
      ['b', 2, 0.3, 0.7],
    ]);
    expect(depth).to.equal(3);
  });

  it('measures growth by the frame that changed most, and shrinkage below zero', () => {
    const { frames } = layoutFlames(tree('main;a 400\nmain;b 0', 'main;a 0\nmain;b 100'), bounds);
    const change = Object.fromEntries(frames.map((frame) => [frame.name, frame.change]));
    expect(change).to.deep.equal({ all: 0.75, main: 0.75, a: 1, b: -0.25 });
  });

  it('zooms into a path: its callers stay below it at full width', () => {
    const root = tree('main;a;x 10\nmain;a;y 20\nmain;b 70');
    const { frames } = layoutFlames(root, { ...bounds, zoom: '0.0' });
    expect(frames.map(({ name, x, width, path }) => [name, x, width, path])).to.deep.equal([
      ['all', 0, 1, ''],
      ['main', 0, 1, '0'],
      ['a', 0, 1, '0.0'],
      ['x', 0, 1 / 3, '0.0.0'],
      ['y', 1 / 3, 2 / 3, '0.0.1'],
    ]);
  });

  it('stops at the last frame that a path of another picture leads to', () => {
    const { frames } = layoutFlames(tree('main;a 10'), { ...bounds, zoom: '0.7.3' });
    expect(frames.map(({ name }) => name)).to.deep.equal(['all', 'main', 'a']);
  });

  it('leaves out what is too narrow to see, and says how much', () => {
    const { frames, hidden } = layoutFlames(tree('main;a 9999\nmain;b;c 1'), bounds);
    expect(frames.map(({ name }) => name)).to.deep.equal(['all', 'main', 'a']);
    expect(hidden).to.equal(1);
  });

  it('never draws more frames than it may', () => {
    const stacks = Array.from({ length: 500 }, (_, index) => `main;f${index} ${index + 1}`);
    const { frames, hidden } = layoutFlames(tree(stacks.join('\n')), { ...bounds, maxFrames: 100 });
    expect(frames.length).to.be.within(20, 100);
    expect(frames.length + hidden).to.equal(502);
  });

  it('draws each frame on its caller, within it and beside its siblings, whatever is left out', () => {
    const stacks = Array.from(
      { length: 400 },
      (_, index) => `main;a${index % 3};b${index % 40};c${index} ${(index * 7919) % 1_000}`,
    );
    const { frames } = layoutFlames(tree(stacks.join('\n')), { ...bounds, maxFrames: 90 });
    expect(frames).to.have.length(90);
    const ends = new Map(frames.map(({ path, x, width }) => [path, { x, end: x + width }]));
    for (const { path, x, width } of frames.slice(1)) {
      const caller = ends.get(path.slice(0, Math.max(0, path.lastIndexOf('.'))))!;
      expect(caller.x, path).to.be.at.most(x);
      expect(caller.end, path).to.be.at.least(x + width - 1e-9);
    }
    const row = frames.filter(({ depth }) => depth === 3).toSorted((a, b) => a.x - b.x);
    row.slice(1).forEach(({ x }, index) => {
      expect(x).to.be.at.least(row[index]!.x + row[index]!.width - 1e-9);
    });
  });

  it('is one row where there is nothing', () => {
    const { frames, depth } = layoutFlames(tree('main 0'), bounds);
    expect([frames.length, depth]).to.deep.equal([1, 1]);
  });
});

function tree(after: string, before?: string) {
  return flameTree({
    before: before === undefined ? undefined : drawProfile(before),
    after: drawProfile(after),
    type: 'inuse_space',
    inverted: false,
  });
}
