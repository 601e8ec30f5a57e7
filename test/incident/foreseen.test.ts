import { expect } from 'chai';
import type { VerdictState } from '../../src/growth/verdict.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { incidentSchema } from '../../src/incident/incident-schema.ts';
import { stepIncidents } from '../../src/incident/step.ts';
import { outlook, report, suspect } from './report.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Said {
  readonly fresh: number;
  readonly state: VerdictState;
  /** From then on. */
  readonly hours?: number;
}

/** What the one incident foresees once so much was said, a minute for each fresh profile. */
function foreseenAfter(said: readonly Said[]) {
  let incidents: readonly Incident[] = [];
  for (const { fresh, state, hours } of said) {
    const at = fresh * MINUTE;
    const limitReachedAt = hours === undefined ? undefined : at + hours * HOUR;
    incidents = stepIncidents(incidents, {
      ...report({ at, state, freshInEpoch: fresh, suspects: [suspect('append < cart.Add')] }),
      outlook: (of) => ({ ...outlook(of), limitReachedAt }),
    }).incidents;
  }
  return incidents[0]?.sightings[0]?.foreseen;
}

const run = (from: number, to: number, said: Omit<Said, 'fresh'>): readonly Said[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ fresh: from + i, ...said }));

describe('what a leak is foreseen to do', () => {
  const LEAK = { state: 'leak', hours: 8 } as const;

  it('lasts once a quarter of the profiles that make a verdict foresaw it, and is the latest of them', () => {
    expect(foreseenAfter(run(40, 45, LEAK))).to.not.have.property('lasting');
    const later = [...run(40, 42, LEAK), { fresh: 43, state: 'leak', hours: 9 } as const];
    expect(foreseenAfter([...later, ...run(44, 46, LEAK)])?.lasting).to.deep.equal({
      at: 46 * MINUTE,
      limitReachedAt: 43 * MINUTE + 9 * HOUR,
    });
  });

  it('does not last where the verdict sees less than an alarm in between, or no end', () => {
    const soon = { state: 'growing', hours: 1 } as const;
    expect(foreseenAfter([...run(40, 60, LEAK), ...run(61, 90, soon)])).to.equal(undefined);
    const again = [...run(40, 60, LEAK), ...run(61, 61, soon), ...run(62, 67, LEAK)];
    expect(foreseenAfter(again)).to.not.have.property('lasting');
    const endless = [...run(40, 60, LEAK), ...run(61, 61, { state: 'leak' })];
    expect(foreseenAfter(endless)).to.equal(undefined);
  });

  it('begins anew with the process, and after a time without it', () => {
    const calm = [...run(40, 60, LEAK), ...run(61, 65, { state: 'quiet' }), ...run(66, 67, LEAK)];
    expect(foreseenAfter(calm)).to.not.have.property('lasting');
    const restarted = [...run(40, 60, LEAK), ...run(30, 32, LEAK)];
    expect(foreseenAfter(restarted)).to.not.have.property('lasting');
  });

  it('is kept', () => {
    const { incidents } = stepIncidents([], {
      ...report({ state: 'leak', suspects: [suspect('append < cart.Add')] }),
      outlook: (of) => ({ ...outlook(of), limitReachedAt: HOUR }),
    });
    const [kept] = incidentSchema.parse(JSON.parse(JSON.stringify(incidents[0]))).sightings;
    expect(kept?.foreseen).to.deep.equal({ fromFresh: 100, latest: HOUR });
  });
});
