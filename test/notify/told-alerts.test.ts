import { expect } from 'chai';
import { alertsNow, type ToldAlert } from '../../src/notify/told-alerts.ts';
import { HOUR, incident, MINUTE, NOW, sighting } from './drawn.ts';

const WARNING: ToldAlert = { target: 'a', severity: 'warning' };
const CRITICAL: ToldAlert = { target: 'a', severity: 'critical' };

describe('alertsNow', () => {
  const leak = incident({
    state: 'leak',
    sightings: [sighting({ state: 'leak', leakSince: NOW })],
  });

  it('tells an end at least once, however late, and then for a quarter of an hour', () => {
    const ended = { ...WARNING, endedAt: NOW };
    expect(alertsNow(leak, [WARNING], NOW + HOUR)).to.deep.equal([CRITICAL, ended]);
    const told = [CRITICAL, ended];
    expect(alertsNow(leak, told, NOW + 14 * MINUTE)).to.equal(told);
    expect(alertsNow(leak, told, NOW + 15 * MINUTE)).to.deep.equal([CRITICAL]);
  });

  it('never tells an end that is still to come, nor for longer where the clock was set back', () => {
    const told = [CRITICAL, { ...WARNING, endedAt: NOW }];
    expect(alertsNow(leak, told, NOW - HOUR)).to.deep.equal([
      CRITICAL,
      { ...WARNING, endedAt: NOW - HOUR },
    ]);
  });

  it('lets a critical alert be where a target is only suspect: that is older, or began anew', () => {
    expect(alertsNow(incident(), [CRITICAL], NOW)).to.deep.equal([WARNING]);
  });

  it('tells an alert again that ended and fires anew', () => {
    const told = [{ ...WARNING, endedAt: NOW - MINUTE }];
    expect(alertsNow(incident(), told, NOW)).to.deep.equal([WARNING]);
  });

  it('ends what a target was told to be when it resolves, and forgets targets that are gone', () => {
    const over = incident({ sightings: [sighting({ state: 'resolved', at: NOW - 1 })] });
    const told = [WARNING, { ...WARNING, target: 'gone' }];
    expect(alertsNow(over, told, NOW)).to.deep.equal([{ ...WARNING, endedAt: NOW - 1 }]);
  });
});
