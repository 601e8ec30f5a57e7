import { expect } from 'chai';
import type { Incident, MemoryOutlook } from '../../src/incident/incident.ts';
import { incidentSchema } from '../../src/incident/incident-schema.ts';
import { forgetTargets, stepIncidents } from '../../src/incident/step.ts';
import { awaited, succeeded } from '../../src/incident/succession.ts';
import { withSilence, type Silence } from '../../src/incident/unread.ts';
import { outlook, report, suspect } from './report.ts';

const MIB = 2 ** 20;
const GROWING = suspect('append < cache.Put');
const FORESEEN: MemoryOutlook = {
  ...outlook(GROWING),
  readingBytes: 300 * MIB,
  limitBytes: 512 * MIB,
  limitReachedAt: 100_000,
  limitReachedAtEarliest: 90_000,
  limitReachedAtLatest: 110_000,
};

const grows = (parts: Parameters<typeof report>[0] = {}) =>
  report({ state: 'leak', suspects: [GROWING], outlook: () => FORESEEN, ...parts });

const SILENCE: Silence = {
  at: 64_000,
  why: 'connect ECONNREFUSED',
  last: {
    at: 4_000,
    memory: { readingBytes: 340 * MIB, readingKind: 'rss', limitBytes: 512 * MIB },
  },
};

const opened = () =>
  ['a', 'b'].reduce<readonly Incident[]>(
    (incidents, target) => stepIncidents(incidents, grows({ target })).incidents,
    [],
  );

const part = ([incident]: readonly Incident[], target: string) =>
  incident!.sightings.find((each) => each.target === target);

describe('a target that gives no readings while its leak is told of', () => {
  it('is as it was last read, since then, and nothing is foreseen of it', () => {
    const silent = withSilence(opened(), 'a', SILENCE);
    const { unread, memory } = part(silent, 'a')!;
    const lastReport = { memory: FORESEEN };
    expect(unread).to.deep.equal({ since: 4_000, why: 'connect ECONNREFUSED', lastReport });
    expect(memory).to.deep.include({
      readingBytes: 340 * MIB,
      bytesPerHour: 0,
      limitReachedAt: undefined,
      limitReachedAtEarliest: undefined,
      limitReachedAtLatest: undefined,
    });
    expect(silent[0]!.sightings.map(({ target }) => target)).to.deep.equal(['b', 'a']);
    expect(part(silent, 'b')).to.have.nested.property('memory.limitReachedAt', 100_000);
    const restored = incidentSchema.parse(JSON.parse(JSON.stringify(silent[0])));
    expect(part([restored], 'a')?.unread).to.deep.equal(unread);
  });

  it('stays so while that goes on, and is told with what the newest attempt failed with', () => {
    const silent = withSilence(opened(), 'a', SILENCE);
    const later = { ...SILENCE, at: 900_000 };
    expect(withSilence(silent, 'a', later)[0]).to.equal(silent[0]);
    const otherwise = withSilence(silent, 'a', { at: 900_000, why: 'timeout', last: undefined });
    expect(part(otherwise, 'a')?.unread).to.deep.include({
      since: 4_000,
      why: 'timeout',
      lastReport: { memory: FORESEEN },
    });
    expect(part(otherwise, 'a')?.memory.readingBytes).to.equal(340 * MIB);
  });

  it('is silent since its last report where nobody read it since heapwarden was started', () => {
    const [incident] = withSilence(opened(), 'a', { ...SILENCE, last: undefined });
    const { at, unread, memory } = part([incident!], 'a')!;
    expect(unread?.since).to.equal(at);
    expect(memory.readingBytes).to.equal(300 * MIB);
  });

  it('was near its limit by nine tenths of it, or where it was foreseen to reach it by then', () => {
    const at = (readingBytes: number, limitBytes: number | undefined = 512 * MIB): Silence => ({
      ...SILENCE,
      last: { at: 4_000, memory: { readingBytes, readingKind: 'rss', limitBytes } },
    });
    const isNear = (silence: Silence) =>
      part(withSilence(opened(), 'a', silence), 'a')?.unread?.nearLimit ?? false;
    expect(isNear(at(460 * MIB))).to.equal(false);
    expect(isNear(at(461 * MIB))).to.equal(true);
    expect(isNear({ ...SILENCE, at: 99_999 })).to.equal(false);
    expect(isNear({ ...SILENCE, at: 100_000 })).to.equal(true);
    const known = withSilence(opened(), 'a', at(461 * MIB));
    const later = withSilence(known, 'a', { ...at(10 * MIB), why: 'timeout' });
    expect(part(later, 'a')?.unread?.nearLimit).to.equal(true);
    const unlimited = { ...at(900 * MIB).last!.memory, limitBytes: undefined };
    expect(isNear({ ...SILENCE, last: { at: 4_000, memory: unlimited } })).to.equal(false);
  });

  it('is read again by a reading, and by any report of it', () => {
    const silent = withSilence(opened(), 'a', SILENCE);
    expect(part(withSilence(silent, 'a', undefined), 'a')).to.not.have.property('unread');
    expect(withSilence(silent, 'b', undefined)[0]).to.equal(silent[0]);
    const quiet = report({ target: 'a' });
    const stacks = report({ target: 'a', kind: 'stacks' });
    for (const next of [grows({ target: 'a' }), quiet, stacks])
      expect(part(stepIncidents(silent, next).incidents, 'a')).to.not.have.property('unread');
    const other = stepIncidents(silent, grows({ target: 'b' })).incidents;
    expect(part(other, 'a')).to.have.nested.property('unread.since', 4_000);
  });

  it('has nothing said of it at present, and is as its last report said once it is read again', () => {
    const less = grows({ target: 'a', state: 'growing', reason: 'slower' });
    const known = stepIncidents(opened(), less).incidents;
    expect(part(known, 'a')?.atPresent).to.equal('slower');
    const silent = withSilence(known, 'a', SILENCE);
    expect(part(silent, 'a')).to.not.have.property('atPresent');
    const saved = incidentSchema.parse(JSON.parse(JSON.stringify(silent[0])));
    expect(part([saved], 'a')?.unread).to.deep.equal(part(silent, 'a')?.unread);
    expect(withSilence(silent, 'a', undefined)).to.deep.equal(known);
  });

  it('has so too where an older version kept it otherwise', () => {
    const [incident] = withSilence(opened(), 'a', SILENCE);
    const older = incident!.sightings.map((each) =>
      each.target === 'a'
        ? { ...each, atPresent: 'slower', unread: { since: 4_000, why: SILENCE.why } }
        : each,
    );
    const silent = withSilence([{ ...incident!, sightings: older }], 'a', SILENCE);
    expect(part(silent, 'a')).to.not.have.property('atPresent');
    expect(part(silent, 'a')).to.have.nested.property('unread.lastReport.atPresent', 'slower');
  });

  it('leaves nothing of that to a target that takes its place', () => {
    const [silent] = withSilence(opened(), 'a', SILENCE);
    const gone = awaited(silent!, 'a', { at: 70_000, reason: 'not listed' });
    const [read] = stepIncidents(opened(), grows({ target: 'a', state: 'growing' })).incidents;
    const left = awaited(read!, 'a', { at: 70_000, reason: 'not listed' });
    expect(part([left], 'a')).to.not.have.property('atPresent');
    const young = report({ target: 'c', freshInEpoch: 1, minProfiles: 24 });
    const now = succeeded(gone, young);
    expect(part([now], 'c'))
      .to.include({ formerly: 'a' })
      .and.not.have.property('unread');
  });

  it('is none of the business of an incident that is over there', () => {
    const over = opened().map((incident) => ({
      ...incident,
      state: 'resolved' as const,
      sightings: incident.sightings.map((each) => ({ ...each, state: 'resolved' as const })),
    }));
    expect(withSilence(over, 'a', SILENCE)[0]).to.equal(over[0]);
    const silent = withSilence(opened(), 'a', SILENCE);
    const present = { names: new Set(['b']), scopes: new Set<string>() };
    const left = forgetTargets(silent, present, { at: 70_000, reason: 'not listed' }).incidents;
    expect(part(left, 'a')).to.include({ state: 'resolved' }).and.not.have.property('unread');
  });
});
