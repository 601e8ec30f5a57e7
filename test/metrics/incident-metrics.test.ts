import { expect } from 'chai';
import type { Incident, Sighting } from '../../src/incident/incident.ts';
import { createMetrics, type Metrics } from '../../src/metrics/metrics.ts';
import { fleetIncident, incident, NOW, sighting } from '../notify/drawn.ts';

const clock = { now: () => NOW, sleep: () => Promise.resolve() };

describe('the incidents of targets', () => {
  let metrics: Metrics;
  let incidents: readonly Incident[];

  beforeEach(() => {
    metrics = createMetrics({ version: '1' }, clock);
    incidents = [];
    metrics.watchIncidents(() => incidents);
  });

  const leaking = (parts: Partial<Sighting> = {}) => sighting({ state: 'leak', ...parts });

  it('are 0 for a target without, and absent before it is known', async () => {
    expect(await openIn('a')).to.deep.equal([]);
    metrics.targetLabels('a', {});
    expect(await openIn('a')).to.deep.equal(['warning 0', 'critical 0']);
  });

  it('are told by severity as long as they are open, and not before or after', async () => {
    metrics.targetLabels('a', {});
    incidents = [incident()];
    expect(await openIn('a')).to.deep.equal(['warning 1', 'critical 0']);
    incidents = [incident({ state: 'leak', sightings: [leaking()] })];
    expect(await openIn('a')).to.deep.equal(['warning 0', 'critical 1']);
    incidents = [...incidents, incident({ id: 'two' })];
    expect(await openIn('a')).to.deep.equal(['warning 1', 'critical 1']);
    const sightings = [sighting({ state: 'resolved' })];
    incidents = [incident({ state: 'resolved', resolvedAt: NOW, sightings })];
    expect(await openIn('a')).to.deep.equal(['warning 0', 'critical 0']);
  });

  it('are of each target by itself: one in which it ended has none any more', async () => {
    const sightings = [
      leaking(),
      sighting({ target: 'b' }),
      sighting({ target: 'c', state: 'resolved' }),
    ];
    incidents = [incident({ state: 'leak', sightings })];
    metrics.targetLabels('c', {});
    expect(await openIn('a')).to.deep.equal(['warning 0', 'critical 1']);
    expect(await openIn('b')).to.deep.equal(['warning 1', 'critical 0']);
    expect(await openIn('c')).to.deep.equal(['warning 0', 'critical 0']);
  });

  it('go on where the leak is not seen for a while: a better verdict, a restart, no answer', async () => {
    const unseen: Partial<Sighting>[] = [
      { quiet: { fromFresh: 3, sinceRestart: false }, atPresent: 'growing: slower' },
      { quiet: { fromFresh: 0, sinceRestart: true } },
    ];
    metrics.targetLabels('a', {});
    for (const parts of unseen) {
      incidents = [incident({ state: 'leak', sightings: [leaking(parts)] })];
      metrics.targetState('a', 'blind');
      metrics.nothingForeseen('a');
      expect(await openIn('a')).to.deep.equal(['warning 0', 'critical 1']);
    }
  });

  it('go on, with the labels, in a target that is gone while another may take its place', async () => {
    metrics.targetLabels('a', { service: 'checkout' });
    incidents = [incident({ state: 'leak', sightings: [leaking({ goneAt: NOW })] })];
    metrics.forgetTarget('a');
    expect(await openIn('a')).to.deep.equal(['warning 0', 'critical 1']);
    expect(await infos()).to.deep.equal([
      'heapwarden_target_info{target="a",service="checkout",team="payments"} 1',
    ]);
    incidents = [];
    expect(await page(/_target_i/)).to.deep.equal([]);
  });

  it('are told of every target of a large fleet, once each, those known by name alone too', async () => {
    const unlistedTargets = ['last-1', 'last-2'];
    incidents = [{ ...fleetIncident(100), unlistedTargets }, fleetIncident(3, { id: 'two' })];
    expect(await openIn('last-2')).to.deep.equal(['warning 1', 'critical 0']);
    expect(await page(/_target_incident.*} 1$/)).to.have.length(102);
    expect(await infos()).to.have.length(102);
  });

  describe('and their labels', () => {
    it('stand beside the name, escaped, without those that have no value', async () => {
      metrics.targetLabels('a', { team: 'pay"ments', empty: '', path: 'a\\b\nc', instance: 'i' });
      metrics.targetLabels('b', {});
      expect(await infos()).to.deep.equal([
        'heapwarden_target_info{target="a",team="pay\\"ments",path="a\\\\b\\nc",instance="i"} 1',
        'heapwarden_target_info{target="b"} 1',
      ]);
    });

    it('are those that the target has now, also where an incident knows older ones', async () => {
      metrics.targetLabels('a', { team: 'old' });
      metrics.targetLabels('a', { team: 'new' });
      incidents = [incident()];
      expect(await infos()).to.deep.equal(['heapwarden_target_info{target="a",team="new"} 1']);
    });
  });

  /** The lines of the page that match. */
  async function page(pattern: RegExp): Promise<readonly string[]> {
    const { body } = await metrics.page();
    const lines = Buffer.from(body).toString().split('\n');
    return lines.filter((line) => !line.startsWith('#') && pattern.test(line));
  }

  const infos = () => page(/^heapwarden_target_info/);

  async function openIn(target: string): Promise<readonly string[]> {
    const lines = await page(new RegExp(`^heapwarden_target_incident{target="${target}"`));
    return lines.map((line) => line.replace(/.*severity="(.*)"}/, '$1'));
  }
});
