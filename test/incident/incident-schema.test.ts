import { expect } from 'chai';
import { incidentSchema } from '../../src/incident/incident-schema.ts';
import { stepIncidents } from '../../src/incident/step.ts';
import { report, suspect } from './report.ts';
import { WHOLE_INCIDENT } from './whole-incident.ts';

const LEAK = { state: 'leak', suspects: [suspect('append < cache.Put')] } as const;
const AFTER = { file: '20261122T223501.123Z-45MiB.pb.gz', at: 2_000, bytes: 900 };

describe('incidentSchema', () => {
  it('reads back an incident that went through JSON, in every state', () => {
    const opened = stepIncidents([], report({ ...LEAK, at: 1_000, scopeTargets: 3 }));
    const profiles = { before: { ...AFTER, at: 1_000 }, after: AFTER };
    const fleet = stepIncidents(
      opened.incidents,
      report({ ...LEAK, at: 2_000, target: 'shop-2', profiles }),
    );
    const restarted = stepIncidents(
      fleet.incidents,
      report({ at: 3_000, state: 'insufficient', newEpoch: true, freshInEpoch: 1 }),
    );
    const resolved = stepIncidents(opened.incidents, report({ at: 4_000, freshInEpoch: 100 }));
    const done = stepIncidents(resolved.incidents, report({ at: 5_000, freshInEpoch: 124 }));
    expect(done.incidents[0]?.state).to.equal('resolved');

    const pile = { ...LEAK, kind: 'goroutine', at: 2_000 } as const;
    const turned = stepIncidents(opened.incidents, report(pile));
    expect(turned.incidents[0]?.turnedAt).to.equal(2_000);

    for (const { incidents } of [opened, fleet, restarted, resolved, done, turned]) {
      const written = JSON.stringify(incidents[0]);
      const read = incidentSchema.parse(JSON.parse(written));
      expect(JSON.parse(JSON.stringify(read))).to.deep.equal(JSON.parse(written));
    }
  });

  it('reads back every field that an incident may have', () => {
    const read: unknown = incidentSchema.parse(JSON.parse(JSON.stringify(WHOLE_INCIDENT)));
    expect(read).to.deep.equal(WHOLE_INCIDENT);
  });

  it('refuses what is no incident', () => {
    const { incidents } = stepIncidents([], report(LEAK));
    expect(incidentSchema.safeParse(incidents[0]).success).to.equal(true);
    for (const wrong of [undefined, {}, { ...incidents[0], state: 'open' }]) {
      expect(incidentSchema.safeParse(wrong).success).to.equal(false);
    }
  });
});
