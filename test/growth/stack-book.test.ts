import { expect } from 'chai';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import type { StackHistory } from '../../src/growth/stack-view.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';
import type { Drawing } from '../support/drawn-profiles.ts';

function folded(drawn: string, drawing: Drawing = {}): readonly StackHistory[] {
  const history = createHistory();
  for (const profile of drawProfiles(drawn, drawing)) foldProfile(history, profile, { at: 0 });
  return [...(history.epoch?.stacks.values() ?? [])];
}

function stacksOf(drawn: string): readonly string[] {
  return folded(drawn).map(({ functions }) => functions.join(' '));
}

describe('stacks of a history', () => {
  it('expands what was inlined, leaf first', () => {
    expect(stacksOf('main.main;shop.Add+shop.grow 5')).to.deep.equal([
      'shop.grow shop.Add main.main',
    ]);
  });

  it('tells stacks apart by names: other locations, inlining and type arguments are one stack', () => {
    const stacks = folded(`
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

  for (const wrapper of [
    'github.com/prometheus/client_golang/prometheus/promhttp.InstrumentHandlerDuration.func1',
    'runtime/pprof.Do',
    'runtime/pprof.(*Profile).Add',
  ])
    it(`keeps what the service allocates below ${wrapper}`, () => {
      expect(stacksOf(`net/http.serve;${wrapper};shop.Add 5`)).to.deep.equal([
        `shop.Add ${wrapper} net/http.serve`,
      ]);
    });

  it('recovers the number of sampled objects from the scaled bytes, for every size', () => {
    for (const size of [8, 1024, 100_000, 2 ** 19, 2 ** 21, 2 ** 23]) {
      const sampled = 37;
      const perSample = size / -Math.expm1(-size / 2 ** 19);
      const mib = Math.floor(sampled * perSample) / 2 ** 20;
      const [stack] = folded(`main.main;shop.Add ${mib}`, { size });
      expect(stack).to.include({ objects: sampled });
    }
  });

  it('takes the same counts in another order for stale, and other counts for fresh', () => {
    const rows = ['main.main;shop.Add 5', 'main.main;shop.Sub 7'];
    const history = createHistory();
    const fresh = [rows, rows.toReversed(), ['main.main;shop.Sub 9', rows[0]]].map((drawn) => {
      const [profile] = drawProfiles(drawn.join('\n'));
      return profile && foldProfile(history, profile, { at: 0 }).fresh;
    });
    expect(fresh).to.deep.equal([true, false, true]);
  });
});
