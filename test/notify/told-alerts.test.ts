import { expect } from 'chai';
import type { Incident } from '../../src/incident/incident.ts';
import { alertsNow, alertsStanding, type ToldAlert } from '../../src/notify/told-alerts.ts';
import { HOUR, incident, MINUTE, NOW, sighting } from './drawn.ts';

const WARNING: ToldAlert = { target: 'a', severity: 'warning', kind: 'heap' };
const CRITICAL: ToldAlert = { target: 'a', severity: 'critical', kind: 'heap' };

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

  const turned = (parts: Partial<Incident> = {}) =>
    incident({ kind: 'goroutine', turnedAt: NOW + MINUTE, ...parts });
  const pile = (alert: ToldAlert): ToldAlert => ({ ...alert, kind: 'goroutine' });

  it('ends what was told as another kind, when it turned', () => {
    const ended = { ...WARNING, endedAt: NOW + MINUTE };
    expect(alertsNow(turned(), [WARNING], NOW + HOUR)).to.deep.equal([pile(WARNING), ended]);
    const sightings = [sighting({ state: 'leak', leakSince: NOW - HOUR })];
    expect(alertsNow(turned({ state: 'leak', sightings }), [CRITICAL], NOW + HOUR)) //
      .to.deep.equal([pile(CRITICAL), { ...CRITICAL, endedAt: NOW + MINUTE }]);
  });

  it('ends what had ended before it turned at that earlier time', () => {
    const sightings = [sighting({ state: 'leak', leakSince: NOW })];
    expect(alertsNow(turned({ state: 'leak', sightings }), [WARNING], NOW + HOUR)) //
      .to.deep.equal([pile(CRITICAL), { ...WARNING, endedAt: NOW }]);
    const over = turned({ sightings: [sighting({ state: 'resolved', at: NOW - 1 })] });
    expect(alertsNow(over, [CRITICAL], NOW + HOUR)) //
      .to.deep.equal([{ ...CRITICAL, endedAt: NOW - 1 }]);
  });

  it('lets an alert be of a kind that what is told has not turned to yet', () => {
    expect(alertsNow(incident(), [pile(WARNING)], NOW)).to.deep.equal([WARNING]);
  });

  it('takes an alert of which an earlier version kept no kind for one of the kind that it is of', () => {
    const { kind: _, ...old } = WARNING;
    expect(alertsNow(incident(), [old], NOW)).to.deep.equal([WARNING]);
    const over = incident({ sightings: [sighting({ state: 'resolved', at: NOW })] });
    expect(alertsNow(over, [old], NOW)).to.deep.equal([{ ...old, endedAt: NOW }]);
  });

  it('tells an alert again that ended and fires anew', () => {
    const told = [{ ...WARNING, endedAt: NOW - MINUTE }];
    expect(alertsNow(incident(), told, NOW)).to.deep.equal([WARNING]);
  });

  it('is of the target that it is of: another one of the same severity is news', () => {
    const other = incident({ sightings: [sighting({ target: 'b' })] });
    expect(alertsNow(other, [WARNING], NOW)).to.deep.equal([{ ...WARNING, target: 'b' }]);
  });

  it('ends what a target was told to be when it resolves, and forgets targets that are gone', () => {
    const over = incident({ sightings: [sighting({ state: 'resolved', at: NOW - 1 })] });
    const told = [WARNING, { ...WARNING, target: 'gone' }];
    expect(alertsNow(over, told, NOW)).to.deep.equal([{ ...WARNING, endedAt: NOW - 1 }]);
  });
});

describe('alertsStanding', () => {
  it('tells an end for as long as ever, and what holds beside it', () => {
    const sightings = [sighting({ state: 'leak', leakSince: NOW })];
    const leak = incident({ state: 'leak', sightings });
    const told = [CRITICAL, { ...WARNING, endedAt: NOW }];
    expect(alertsStanding(leak, told, NOW + 14 * MINUTE)).to.equal(told);
    expect(alertsStanding(leak, told, NOW + 15 * MINUTE)).to.deep.equal([CRITICAL]);
  });
});
