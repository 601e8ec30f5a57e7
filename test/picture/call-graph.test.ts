import { expect } from 'chai';
import { GRAPH_WIDTH, layoutCallGraph } from '../../src/picture/call-graph-layout.ts';
import { callGraphSvg } from '../../src/picture/call-graph-svg.ts';
import type { ShownNeighbours } from '../../src/picture/comparison.ts';

const MIB = 2 ** 20;
const around: ShownNeighbours = {
  flat: 0,
  cum: 8 * MIB,
  callers: [
    { function: 'example.com/shop/http.Login', value: 10 * MIB },
    { function: 'main.warm', value: -2 * MIB },
  ],
  callees: [{ function: 'bytes.growSlice', value: 8 * MIB }],
  hidden: { callers: 0, callees: 3 },
};
const style = { type: 'inuse_space', theme: 'light', compared: true, total: 20 * MIB } as const;

describe('the call graph around a function', () => {
  it('has callers to the left and callees to the right, the most on top, none upon another', () => {
    const { boxes, height } = layoutCallGraph('cache.Put', around);
    const [login, warm, self, grow] = boxes;
    expect([login, warm, self, grow].map((box) => box?.side)).to.deep.equal([
      'caller',
      'caller',
      'self',
      'callee',
    ]);
    expect(login!.y + login!.height).to.be.below(warm!.y);
    expect(login!.x + login!.width).to.be.below(self!.x);
    expect(self!.x + self!.width).to.be.below(grow!.x);
    expect(grow!.x + grow!.width).to.equal(GRAPH_WIDTH);
    for (const { y, height: own } of boxes) expect(y + own).to.be.within(own, height);
  });

  it('draws an edge from each caller to the function and on to each callee, as thick as its bytes', () => {
    const { boxes, edges } = layoutCallGraph('cache.Put', around);
    const self = boxes.find(({ side }) => side === 'self')!;
    const [login, warm, grow] = edges;
    expect([login!.to.x, warm!.to.x, grow!.from.x]).to.deep.equal([
      self.x,
      self.x,
      self.x + self.width,
    ]);
    expect(login!.thickness).to.be.above(grow!.thickness);
    expect(grow!.thickness).to.be.above(warm!.thickness);
    expect(warm!.weight).to.equal(-0.2);
  });

  it('says growth in red, shrinkage in blue, both in words, and what is left out', () => {
    const svg = callGraphSvg('cache.Put', around, style);
    expect(svg).to.contain(
      '<title>called by example.com/shop/http.Login: +10MiB (50%)</title><rect class="grown step6"',
    );
    expect(svg).to.contain(
      '<title>called by main.warm: -2MiB (-10%)</title><rect class="shrunk step2"',
    );
    expect(svg).to.contain(
      'Called by: example.com/shop/http.Login +10MiB, main.warm -2MiB. Calls: bytes.growSlice +8MiB, 3 more.',
    );
    expect(svg).to.contain('>http.Login</text>').and.contain('>and 3 more</text>');
    expect(svg).to.contain('>flat 0B (0%)</text>').and.not.contain('<a ');
  });

  it('links each box but the own, where links are wanted, and lets no name become markup', () => {
    const svg = callGraphSvg(
      '<b>',
      { ...around, callers: [{ function: '"><script>', value: 1 }] },
      { ...style, link: (name) => `?function=${encodeURIComponent(name)}` },
    );
    expect(svg.match(/<a class="box"/g)).to.have.length(2);
    expect(svg)
      .to.contain('href="?function=%22%3E%3Cscript%3E"')
      .and.not.match(/<script|<b>/);
  });

  it('is a picture also of a function alone', () => {
    const alone = {
      ...around,
      callers: [],
      callees: [],
      cum: 0,
      hidden: { callers: 0, callees: 0 },
    };
    const svg = callGraphSvg('main.main', alone, { ...style, compared: false, total: 0 });
    expect(svg).to.contain('Called by: nobody. Calls: nothing that allocates.');
    expect(svg).to.contain('<rect class="one"').and.not.contain('NaN');
  });
});
