import { expect } from 'chai';
import { forgetGone, type Farewell } from '../src/forget-gone.ts';
import type { Incident } from '../src/incident/incident.ts';
import { createMetrics } from '../src/metrics/metrics.ts';
import type { Step } from '../src/notify/teller.ts';
import { systemClock } from '../src/runtime/clock.ts';
import { incident, sighting } from './notify/drawn.ts';
import { silentLog } from './web/values.ts';

/** Of what a farewell asks the parts, and how it stands with the incidents. */
function world({ isSure = true, isClosing = false } = {}) {
  let incidents: readonly Incident[] = [incident({ sightings: [sighting({ target: 'cart-0' })] })];
  const forgotten: string[] = [];
  const parts = {
    teller: {
      incidents: () => incidents,
      report: <Change>(step: Step<Change>) => {
        incidents = step(incidents).incidents;
        return Promise.resolve([]);
      },
    },
    analyst: { forget: () => Promise.reject(new Error('the thread has died')) },
    metrics: createMetrics({ version: '0' }, systemClock),
    records: { forget: (name: string) => Promise.resolve(void forgotten.push(name)) },
    store: { forgetOthers: () => Promise.reject(new Error('EIO')) },
    discovery: { isSure: () => isSure },
  } as unknown as Farewell['parts'];
  const farewell = {
    parts,
    clock: systemClock,
    log: silentLog,
    reason: 'the target is no longer listed',
    present: () => ({ names: new Set(['cart-2']), scopes: new Set(['cart-2']) }),
    isClosing: () => isClosing,
  };
  return { farewell, forgotten, states: () => incidents.map(({ state }) => state) };
}

describe('a farewell to targets that are gone', () => {
  it('forgets each and ends their incidents, whatever of it fails', async () => {
    const { farewell, forgotten, states } = world();
    await forgetGone(['cart-0', 'cart-1'], farewell);
    expect(forgotten).to.deep.equal(['cart-0', 'cart-1']);
    expect(states()).to.deep.equal(['resolved']);
  });

  it('ends no incident while it is not sure who is gone', async () => {
    const { farewell, states } = world({ isSure: false });
    await forgetGone(['cart-0'], farewell);
    expect(states()).to.deep.equal(['suspect']);
  });

  it('writes nothing any more when the daemon closes', async () => {
    const { farewell, forgotten, states } = world({ isClosing: true });
    await forgetGone(['cart-0'], farewell);
    expect(forgotten).to.deep.equal([]);
    expect(states()).to.deep.equal(['suspect']);
  });
});
