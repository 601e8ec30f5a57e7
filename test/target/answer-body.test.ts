import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { BodyCollector } from '../../src/target/answer-body.ts';

describe('a body that comes in pieces', () => {
  const collector = () => new BodyCollector({ maxBytes: 2 ** 30, shown: 'http://shop' });

  it('is put together as it came, whatever the pieces', () => {
    const body = collector();
    const sizes = Array.from({ length: 2_000 }, (_, at) => (at % 700 === 0 ? 70_000 : at % 9));
    const pieces = sizes.map((size, at) => Buffer.alloc(size, at));
    for (const piece of pieces) body.add(piece);
    expect(Buffer.compare(body.takeWhole(), Buffer.concat(pieces))).to.equal(0);
  });

  it('takes hardly more memory than it has bytes, though each comes by itself', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = (): number => {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const body = collector();
    const before = used();
    for (let at = 0; at < 300_000; at++) body.add(Buffer.alloc(1, at));
    expect((used() - before) / 300_000).to.be.below(20);
    expect(body.takeWhole()).to.have.length(300_000);
  });
});
