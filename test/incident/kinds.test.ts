import { expect } from 'chai';
import type { VerdictReport } from '../../src/incident/incident.ts';
import { stepIncidents, type Step } from '../../src/incident/step.ts';
import { report, suspect } from './report.ts';
import { WHOLE_INCIDENT } from './whole-incident.ts';

const PRICE = suspect('append < example.com/quote.price < example.com/quote.Cheapest.func1');
const CART = suspect('append < example.com/cart.Put < example.com/api.Serve');
const ASK = suspect('example.com/quote.ask < example.com/quote.Cheapest.func1', {
  function: 'example.com/quote.ask',
});
const OUTSIDE = suspect('memory outside the Go heap', { file: '', line: 0, stack: [] });

const HEAP = { state: 'suspect', suspects: [PRICE] } as const;
const PILE = { kind: 'goroutine', state: 'suspect', suspects: [ASK] } as const;

/** The open incidents after reports, as `kind function`. */
function open(...reports: readonly Partial<VerdictReport>[]): readonly string[] {
  let step: Step = { incidents: [], changes: [] };
  for (const [i, more] of reports.entries()) {
    step = stepIncidents(step.incidents, report({ at: 1_000 * (i + 1), ...more }));
  }
  return step.incidents
    .filter(({ state }) => state !== 'resolved')
    .map((incident) => `${incident.kind} ${incident.function}`);
}

describe('incidents of several kinds', () => {
  it('are of the kind that the report speaks of', () => {
    expect(open({ kind: 'off_heap', state: 'leak', suspects: [OUTSIDE] })).to.deep.equal([
      'off_heap memory outside the Go heap',
    ]);
  });

  it('are left alone by reports of other kinds', () => {
    const quiet = Array.from({ length: 30 }, (_, i) => ({ freshInEpoch: 100 + 10 * i }));
    const outside = { kind: 'off_heap', state: 'suspect', suspects: [OUTSIDE] } as const;
    expect(open(outside, ...quiet)).to.have.length(1);
    expect(
      open(HEAP, ...quiet.map((each) => ({ ...each, kind: 'off_heap' as const }))),
    ).to.have.length(1);
    expect(
      open(outside, ...quiet.map((each) => ({ ...each, kind: 'off_heap' as const }))),
    ).to.deep.equal([]);
  });

  it('are one where the heap grows by what goroutines hold, whichever is seen first', () => {
    expect(open(PILE, HEAP, HEAP)).to.deep.equal(['goroutine example.com/quote.ask']);
    expect(open(HEAP, PILE, HEAP, PILE)).to.deep.equal(['goroutine example.com/quote.price']);
  });

  it('are one also where the heap grows on another path by then', () => {
    const elsewhere = suspect('append < example.com/quote.price < example.com/api.Serve');
    expect(open(HEAP, PILE, { ...HEAP, suspects: [elsewhere] })).to.deep.equal([
      'goroutine example.com/quote.price',
    ]);
  });

  it('are of the heap where goroutines only grow, pile up in another target, or in another fleet', () => {
    const heap = 'heap example.com/quote.price';
    expect(open(HEAP, { ...PILE, state: 'growing' })).to.deep.equal([heap]);
    expect(open(HEAP, { ...PILE, target: 'shop-2' })).to.include(heap);
    const { incidents } = stepIncidents([], report(HEAP));
    const moved = stepIncidents(incidents, report({ ...PILE, scope: 'other' })).incidents;
    expect(moved[0]).to.include({ kind: 'heap', state: 'resolved' });
  });

  it('are two where both only run through code of the standard library', () => {
    const serve = 'net/http.(*conn).serve';
    const waiting = suspect(`example.com/live.wait < ${serve}`, {
      function: 'example.com/live.wait',
    });
    const pile = { ...PILE, suspects: [waiting] };
    const cart = suspect(`append < example.com/cart.Put < ${serve}`);
    const conn = suspect(`bufio.NewReader < ${serve}`);
    for (const own of [cart, conn])
      expect(open(pile, { ...HEAP, suspects: [own] }), own.function).to.have.length(2);
  });

  it('are two where memory outside of Go grows beside the goroutines', () => {
    const outside = { kind: 'off_heap', state: 'suspect', suspects: [OUTSIDE] } as const;
    expect(open(PILE, outside)).to.have.length(2);
  });

  it('say when what is told as the heap turns out to be of goroutines', () => {
    const { incidents } = stepIncidents([], report({ ...HEAP, at: 1_000 }));
    expect(incidents[0]).not.to.have.property('turnedAt');
    const heard = { ...PILE, suspects: [{ ...ASK, function: 'example.com/quote.price' }] };
    const step = stepIncidents(incidents, report({ ...heard, at: 2_000 }));
    expect(step.incidents[0]).to.deep.include({ kind: 'goroutine', turnedAt: 2_000 });
    expect(step.changes.map(({ kind, reason }) => `${kind}: ${reason}`)).to.deep.equal([
      'updated: shop-1: it is held by goroutines that pile up',
    ]);
    const again = stepIncidents(step.incidents, report({ ...heard, at: 3_000 }));
    expect(again.changes).to.deep.equal([]);
    expect(again.incidents[0]).to.include({ turnedAt: 2_000 });
  });

  it('are one where the heap grows by the descriptors of goroutines', () => {
    const descriptors = suspect('runtime.malg < runtime.newproc1', { function: 'runtime.malg' });
    expect(open(PILE, { state: 'suspect', suspects: [descriptors] })).to.have.length(1);
  });

  it('are two where something else leaks beside the goroutines', () => {
    expect(open(PILE, { ...HEAP, suspects: [PRICE, CART] })).to.deep.equal([
      'goroutine example.com/quote.ask',
      'heap example.com/cart.Put',
    ]);
  });

  it('keep what the goroutines told, and the shares', () => {
    const shares = [{ kind: 'heap', growthBytes: 60, share: 0.6 }] as const;
    const [goroutines] = WHOLE_INCIDENT.sightings.map((each) => each.goroutines);
    const { incidents } = stepIncidents([], report({ ...PILE, shares, goroutines: goroutines! }));
    expect(incidents[0]?.sightings[0]).to.deep.include({ shares, goroutines });
  });
});
