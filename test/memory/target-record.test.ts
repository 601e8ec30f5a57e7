import { expect } from 'chai';
import { TargetRecord } from '../../src/memory/target-record.ts';
import { reading } from '../web/values.ts';

const A = '4f0c2ab1d9e87c6b5a4f3e2d1c0b9a8f7e6d5c4b';

describe('the record of a target', () => {
  it('is the same after it was saved and read back', () => {
    const record = new TargetRecord();
    record.memory.add(reading({ at: 1_000, rssBytes: undefined, goroutines: 7 }));
    record.memory.add(reading({ at: 2_000, startedAt: undefined }));
    record.note({ at: 1_500, kind: 'verdict', reason: 'quiet → growing' });
    record.ran(A);
    record.kinds = { version: 1, cells: [7] };
    const restored = TargetRecord.restore(record.save());
    expect(restored.kinds).to.deep.equal(record.kinds);
    expect(restored.memory.points()).to.deep.equal(record.memory.points());
    expect(restored.happenings).to.deep.equal(record.happenings);
    expect(restored.ran(A)).to.equal(undefined);
  });

  it('says which build came after which, and nothing of the first one or of none', () => {
    const record = new TargetRecord();
    const said = [undefined, A, A, '', 'v1.4.0', undefined, 'v1.4.0'].map((each) =>
      record.ran(each),
    );
    expect(said.filter((each) => each !== undefined)).to.deep.equal(['4f0c2ab1d9e8 → v1.4.0']);
  });

  it('keeps so many happenings, the newest, none of them long', () => {
    const record = new TargetRecord();
    for (let at = 0; at < 200; at++) {
      record.note({ at, kind: 'reading', reason: 'x'.repeat(10_000) });
    }
    expect(record.happenings).to.have.length(60);
    expect(record.happenings.at(-1)?.at).to.equal(199);
    expect(record.save().length).to.be.below(60 * 700);
  });

  it('is not made of what it did not save', () => {
    for (const text of [
      '',
      '{}',
      '{"version":2}',
      '{"version":1,"happenings":[],"readings":[[1]]}',
    ]) {
      expect(() => TargetRecord.restore(Buffer.from(text)), text).to.throw();
    }
  });
});
