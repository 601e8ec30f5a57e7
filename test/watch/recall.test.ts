import { expect } from 'chai';
import type { Incident } from '../../src/incident/incident.ts';
import { withSilence } from '../../src/incident/unread.ts';
import { TargetRecord } from '../../src/memory/target-record.ts';
import { NOTHING_RECALLED, recall } from '../../src/watch/recall.ts';
import { readingOf } from '../support/readings.ts';
import { NOW, incident, sighting } from '../web/values.ts';

const MIB = 2 ** 20;
const WHY = 'connect ECONNREFUSED';

function recordOf(at: number | undefined): TargetRecord {
  const record = new TargetRecord();
  if (at !== undefined) record.memory.add(readingOf({ at, bytes: 700 * MIB }));
  record.limitBytes = 2_048 * MIB;
  return TargetRecord.restore(record.save());
}

const silent = (at: number): readonly Incident[] =>
  withSilence([incident()], 'checkout-1', {
    at: at + 60_000,
    why: WHY,
    last: { at, memory: { readingBytes: 900 * MIB, readingKind: 'rss', limitBytes: 2_048 * MIB } },
  });

describe('what is known of a target from before heapwarden was started', () => {
  const last = (record: TargetRecord, incidents: readonly Incident[]) => {
    const { at, memory } = recall('checkout-1', record, incidents).last!;
    return [NOW - at, memory.readingBytes / MIB, memory.readingKind, memory.limitBytes];
  };

  it('is when it was read last and what its memory was, by its saved readings or its incidents', () => {
    const [saved, told] = [recordOf(NOW - 9_000), silent(NOW - 5_000)];
    expect(last(saved, [])).to.deep.equal([9_000, 700, 'rss', 2_048 * MIB]);
    expect(last(saved, told)).to.deep.equal([5_000, 900, 'rss', 2_048 * MIB]);
    expect(last(recordOf(NOW - 1_000), told)).to.deep.equal([1_000, 700, 'rss', 2_048 * MIB]);
    expect(last(recordOf(undefined), [incident()])).to.deep.equal([
      NOW - sighting().at,
      1_126,
      'rss',
      2_048 * MIB,
    ]);
    expect(recall('other', recordOf(undefined), told)).to.deep.equal(NOTHING_RECALLED);
  });

  it('is whether it was read by then, and what was found of it', () => {
    const of = (incidents: readonly Incident[]) => {
      const { why, found } = recall('checkout-1', recordOf(undefined), incidents);
      return [why, found?.state, found?.reason];
    };
    const { reason } = sighting();
    expect(of([incident()])).to.deep.equal([undefined, 'leak', reason]);
    expect(of(silent(NOW))).to.deep.equal([WHY, 'leak', reason]);
    const less = incident({ sightings: [sighting({ atPresent: 'slower' })] });
    expect(of([less])).to.deep.equal([undefined, undefined, 'slower']);
    const over = sighting({ state: 'resolved' });
    expect(of([incident({ sightings: [over] })])).to.deep.equal([undefined, undefined, undefined]);
  });
});
