import { expect } from 'chai';
import { MAX_EVENTS, withEvent } from '../../src/incident/event.ts';
import type { Incident, IncidentEvent } from '../../src/incident/incident.ts';
import { incident } from '../web/values.ts';

const event = (at: number, kind: IncidentEvent['kind']): IncidentEvent => ({
  at,
  kind,
  reason: String(at),
});

function after(events: readonly IncidentEvent[]): readonly IncidentEvent[] {
  return events.reduce<Incident>(withEvent, incident({ events: [] })).events;
}

describe('the story of an incident', () => {
  it('keeps how it began and what matters, and lets go of the oldest of what comes again and again', () => {
    const lead = [event(1, 'reading'), event(2, 'decision'), event(3, 'opened')];
    const told = [event(4, 'told'), event(5, 'sent')];
    const passing = Array.from({ length: 2 * MAX_EVENTS }, (_, i) => event(10 + i, 'verdict'));
    const kept = after([...lead, ...told, ...passing]);
    expect(kept).to.have.length(MAX_EVENTS);
    expect(kept.slice(0, 5)).to.deep.equal([...lead, ...told]);
    expect(kept.at(-1)).to.deep.equal(passing.at(-1));
  });

  it('lets go of the oldest of all where everything matters, but never of how it began', () => {
    const events = Array.from({ length: MAX_EVENTS + 9 }, (_, at) => event(at, 'told'));
    const kept = after([event(-1, 'opened'), ...events]);
    expect(kept).to.have.length(MAX_EVENTS);
    expect(kept.slice(0, 2).map(({ at }) => at)).to.deep.equal([-1, 10]);
  });
});
