import { expect } from 'chai';
import { happeningsOf } from '../../src/memory/trigger-happenings.ts';
import { startTrigger, type Trigger } from '../../src/memory/trigger.ts';

const PACE = { at: 5, intervalMs: 60_000, baselineIntervalMs: 600_000 };

const mode = (name: Trigger['mode']): Trigger => ({
  ...startTrigger(),
  mode: name,
  decision: { capture: 'none', reason: 'above 75% of 2GiB (1.6GiB)' },
});

const told = (before: Trigger['mode'], now: Trigger['mode']): readonly string[] =>
  happeningsOf(mode(before), mode(now), PACE).map(({ kind, reason }) => `${kind}: ${reason}`);

describe('what a trigger adds to the story of its target', () => {
  it('is that memory passed it and fell below it again, and what is captured from then on', () => {
    expect(told('normal', 'triggered')).to.deep.equal([
      'reading: memory passed the trigger: above 75% of 2GiB (1.6GiB)',
      'decision: a heap profile is captured every 1m from now on',
    ]);
    expect(told('triggered', 'normal')).to.deep.equal([
      'reading: memory is below the trigger again: above 75% of 2GiB (1.6GiB)',
      'decision: a heap profile is captured every 10m from now on',
    ]);
  });

  it('is that memory is above it, not that it passed it, where nobody looked before', () => {
    expect(told('starting', 'triggered')).to.deep.equal([
      'reading: heapwarden began to watch, and memory is above the trigger: above 75% of 2GiB (1.6GiB)',
      'decision: a heap profile is captured every 1m from now on',
    ]);
    expect(told('blind', 'triggered')[0]).to.equal(
      'reading: memory is told again, and is above the trigger: above 75% of 2GiB (1.6GiB)',
    );
  });

  it('is that nothing is read any more, and that something is again', () => {
    expect(told('normal', 'blind')).to.deep.equal(['reading: above 75% of 2GiB (1.6GiB)']);
    expect(told('blind', 'normal')[0]).to.match(/^reading: memory is told again/);
  });

  it('is nothing where all goes on as it was, or begins as it should', () => {
    expect(told('triggered', 'triggered')).to.deep.equal([]);
    expect(told('starting', 'normal')).to.deep.equal([]);
  });
});
