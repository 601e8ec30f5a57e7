import { expect } from 'chai';
import { memoryInUse } from '../../src/memory/reading.ts';
import { readingOf } from '../support/readings.ts';

describe('memory in use', () => {
  const told = { ...readingOf({ at: 0, bytes: 900 }), heapInuseBytes: 300 };
  const withoutRss = { ...told, rssBytes: undefined };

  it('is the resident set where it is told', () => {
    const reading = { ...told, sysBytes: 1_000, heapReleasedBytes: 400 };
    expect(memoryInUse(reading)).to.deep.equal({ kind: 'rss', bytes: 900 });
  });

  it('is else what the runtime holds, without what it gave back', () => {
    const reading = { ...withoutRss, sysBytes: 1_000, heapReleasedBytes: 400 };
    expect(memoryInUse(reading)).to.deep.equal({ kind: 'go_total', bytes: 600 });
    const unreleased = { ...withoutRss, sysBytes: 1_000 };
    expect(memoryInUse(unreleased)).to.deep.equal({ kind: 'go_total', bytes: 1_000 });
  });

  it('is else the heap in use', () => {
    expect(memoryInUse(withoutRss)).to.deep.equal({ kind: 'heap_inuse', bytes: 300 });
  });
});
