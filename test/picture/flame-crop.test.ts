import { expect } from 'chai';
import { cropFlames } from '../../src/picture/flame-crop.ts';
import { layoutFlames } from '../../src/picture/flame-layout.ts';
import { flameTree } from '../../src/picture/flame-tree.ts';
import { drawProfile } from '../web/profiles.ts';

function layout(text: string) {
  const root = flameTree({
    before: undefined,
    after: drawProfile(text),
    type: 'inuse_space',
    inverted: false,
  });
  return layoutFlames(root, { zoom: '', minWidth: 0, maxFrames: 100 });
}

const names = (text: string, rows: number, minWidth = 0) =>
  cropFlames(layout(text), { rows, minWidth }).frames.map(({ name, depth }) => `${depth} ${name}`);

describe('cropFlames', () => {
  it('leaves a picture as it is where its rows fit', () => {
    expect(names('main;a 5\nmain;b 5', 3)).to.deep.equal(['0 all', '1 main', '2 a', '2 b']);
  });

  it('drops rows at the root that are one frame, and keeps the last of them', () => {
    expect(names('main;serve;a 5\nmain;serve;b 5', 3)).to.deep.equal([
      '0 main',
      '1 serve',
      '2 a',
      '2 b',
    ]);
    expect(names('main;serve;a 5\nmain;serve;b 5', 2)).to.deep.equal(['0 serve', '1 a', '1 b']);
  });

  it('drops rows at the leaves where those at the root branch already', () => {
    expect(names('a;x;y;z 5\nb 5', 2)).to.deep.equal(['0 all', '1 a', '1 b']);
  });

  it('drops frames too narrow to see, and says how many of all went', () => {
    const cropped = cropFlames(layout('main;a 99\nmain;b 1'), { rows: 9, minWidth: 0.05 });
    expect(cropped.frames.map(({ name }) => name)).to.deep.equal(['all', 'main', 'a']);
    expect([cropped.hidden, cropped.depth]).to.deep.equal([1, 3]);
  });
});
