import { expect } from 'chai';
import { takeSnapshot } from '../../src/growth/snapshot.ts';
import type { Snapshot } from '../../src/growth/snapshot.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';
import type { Drawing } from '../support/drawn-profiles.ts';

function snapshotOf(drawn: string, drawing: Drawing = {}): Snapshot {
  const [profile] = drawProfiles(drawn, drawing);
  if (profile === undefined) throw new Error('nothing drawn');
  return takeSnapshot(profile);
}

function stacksOf(drawn: string): readonly string[] {
  const { stacks, functions } = snapshotOf(drawn);
  return stacks.map((stack) => stack.functions.map((index) => functions[index]).join(' '));
}

describe('takeSnapshot', () => {
  it('expands what was inlined, leaf first', () => {
    expect(stacksOf('main.main;shop.Add+shop.grow 5')).to.deep.equal([
      'shop.grow shop.Add main.main',
    ]);
  });

  it('tells stacks apart by names: other locations, inlining and type arguments are one stack', () => {
    const { stacks } = snapshotOf(`
      main.main;shop.(*Cache[go.shape.int]).Put+shop.grow    5
      main.main;shop.(*Cache[...]).Put;shop.grow             7
    `);
    expect(stacks.map(({ inuseBytes }) => inuseBytes)).to.deep.equal([12 * 2 ** 20]);
  });

  it('collapses direct recursion, however deep', () => {
    expect(stacksOf('main.main;shop.walk;shop.walk;shop.walk 5\nmain.main;shop.walk 5'))
      .to.deep //
      .equal(['shop.walk main.main']);
  });

  it('leaves out what the profiler and the metrics page allocate themselves', () => {
    const stacks = stacksOf(`
      net/http.serve;net/http/pprof.Index;compress/flate.NewWriter                       5
      net/http.serve;runtime/pprof.writeHeap                                             5
      net/http.serve;github.com/prometheus/client_golang/prometheus/promhttp.Handler     5
      net/http.serve;shop.Add                                                            5
    `);
    expect(stacks).to.deep.equal(['shop.Add net/http.serve']);
  });

  it('recovers the number of sampled objects from the scaled bytes, for every size', () => {
    for (const size of [8, 1024, 100_000, 2 ** 19, 2 ** 21, 2 ** 23]) {
      const sampled = 37;
      const perSample = size / -Math.expm1(-size / 2 ** 19);
      const mib = Math.floor(sampled * perSample) / 2 ** 20;
      const [line] = [...snapshotOf(`main.main;shop.Add ${mib}`, { size }).lines.values()];
      expect(line).to.include({ live: sampled, allocated: sampled });
    }
  });

  it('has one fingerprint for the same counts in any order, and another for other counts', () => {
    const a = snapshotOf('main.main;shop.Add 5\nmain.main;shop.Sub 7').fingerprint;
    const b = snapshotOf('main.main;shop.Sub 7\nmain.main;shop.Add 5').fingerprint;
    const c = snapshotOf('main.main;shop.Sub 5\nmain.main;shop.Add 7').fingerprint;
    expect(b).to.equal(a);
    expect(c).to.not.equal(a);
  });
});
