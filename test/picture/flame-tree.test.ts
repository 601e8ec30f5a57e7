import { expect } from 'chai';
import { flameTree } from '../../src/picture/flame-tree.ts';
import type { FlameNode } from '../../src/picture/flame-tree.ts';
import { drawProfile } from '../web/profiles.ts';

const options = { type: 'inuse_space', inverted: false } as const;

describe('flameTree', () => {
  it('holds for each call path what it held before and after', () => {
    const before = drawProfile(`
      main;cache.Put  100
      main;http.Serve  50`);
    const after = drawProfile(`
      main;cache.Put  400
      main;log.Write   10`);
    expect(drawn(flameTree({ ...options, before, after }))).to.deep.equal([
      'all 150 410',
      ' main 150 410',
      '  cache.Put 100 400',
      '  http.Serve 50 0',
      '  log.Write 0 10',
    ]);
  });

  it('is as wide as what grew and what shrank, so that neither goes out of sight', () => {
    const before = drawProfile('main;a 100\nmain;b 10');
    const after = drawProfile('main;a 30\nmain;b 70');
    expect(flameTree({ ...options, before, after }).weight).to.equal(170);
  });

  it('stands in the same order whatever grew', () => {
    const one = drawProfile('main;b 1\nmain;a 9\nmain;c 5');
    const other = drawProfile('main;c 50\nmain;b 70\nmain;a 2');
    const names = (profile: typeof one) =>
      drawn(flameTree({ ...options, before: undefined, after: profile })).map((line) =>
        line.replace(/ \d.*/, ''),
      );
    expect(names(one)).to.deep.equal(names(other));
  });

  it('takes each of the four sample types', () => {
    const after = drawProfile('main;a 100');
    const sums = (['inuse_space', 'inuse_objects', 'alloc_space', 'alloc_objects'] as const).map(
      (type) => flameTree({ ...options, before: undefined, after, type }).after,
    );
    expect(sums).to.deep.equal([100, 10, 200, 20]);
  });

  it('stands on its leaves where inverted: what allocates, and for whom', () => {
    const after = drawProfile('main;a;grow 5\nmain;b;grow 7');
    expect(
      drawn(flameTree({ ...options, before: undefined, after, inverted: true })),
    ).to.deep.equal(['all 0 12', ' grow 0 12', '  a 0 5', '   main 0 5', '  b 0 7', '   main 0 7']);
  });

  it('cuts a stack deeper than any of Go instead of its own', () => {
    const deep = Array.from({ length: 3_000 }, (_, index) => `f${index}`).join(';');
    const tree = flameTree({ ...options, before: undefined, after: drawProfile(`${deep} 8`) });
    const lines = drawn(tree);
    expect(lines.length).to.equal(193);
    expect(lines.at(-1)).to.match(/f191 0 8$/);
  });
});

function drawn(node: FlameNode, indent = ''): string[] {
  const { name, before, after, children } = node;
  return [
    `${indent}${name} ${before} ${after}`,
    ...children.flatMap((child) => drawn(child, `${indent} `)),
  ];
}
