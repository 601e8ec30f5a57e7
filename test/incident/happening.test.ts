import { expect } from 'chai';
import { withHappening } from '../../src/incident/happening.ts';
import { stepIncidents } from '../../src/incident/step.ts';
import type { Happening } from '../../src/memory/target-record.ts';
import { report, suspect } from './report.ts';

const happening = (at: number, kind: Happening['kind']): Happening => ({
  at,
  kind,
  reason: `at ${at}`,
});

const GROWING = suspect('append < cache.Put', { since: 500 });

const opened = (happenings: readonly Happening[]) =>
  stepIncidents([], report({ state: 'suspect', suspects: [GROWING], happenings })).incidents;

const story = ([incident]: ReturnType<typeof opened>): readonly string[] =>
  incident!.events.map(({ kind, reason }) => `${kind} ${reason}`);

describe('what happened to a target', () => {
  it('leads into the incident that opens there: since it grows, or since memory passed the trigger', () => {
    expect(story(opened([100, 300, 600].map((at) => happening(at, 'verdict'))))).to.deep.equal([
      'verdict shop-1: at 600',
      'opened nothing grows',
    ]);
    const early = [
      happening(100, 'reading'),
      happening(200, 'reading'),
      happening(200, 'decision'),
    ];
    expect(story(opened(early))).to.deep.equal([
      'reading shop-1: at 200',
      'decision shop-1: at 200',
      'opened nothing grows',
    ]);
  });

  it('is bounded however much it was', () => {
    const many = Array.from({ length: 60 }, (_, i) => happening(600 + i, 'verdict'));
    expect(opened(many)[0]!.events).to.have.length(21);
    expect(story(opened(many))[0]).to.equal('verdict shop-1: at 640');
  });

  it('is told by the open incidents of that target and by no other', () => {
    const open = opened([]);
    const deployed = happening(2_000, 'deployed');
    expect(story(withHappening(open, 'shop-1', deployed)).at(-1)).to.equal(
      'deployed shop-1: at 2000',
    );
    expect(withHappening(open, 'shop-2', deployed)[0]).to.equal(open[0]);
    const over = open.map((each) => ({ ...each, state: 'resolved' as const }));
    expect(withHappening(over, 'shop-1', deployed)[0]).to.equal(over[0]);
  });

  it('is a restart once, by the report that sees it', () => {
    const open = opened([]);
    expect(withHappening(open, 'shop-1', happening(2_000, 'restarted'))).to.equal(open);
  });
});
