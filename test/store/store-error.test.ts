import { expect } from 'chai';
import { StoreError, storeErrorOf } from '../../src/store/store-error.ts';

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: write`), { code });
}

describe('storeErrorOf', () => {
  it('tells a full disk, a forbidden one, and any other failure apart, with what to do', () => {
    const codes = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO'];
    const errors = codes.map((code) => storeErrorOf('/data/state', failure(code)));
    expect(errors.map(({ kind, message }) => [kind, message])).to.deep.equal([
      ['full', '/data/state: no space left (ENOSPC); free some or lower storage.max_size'],
      ['full', '/data/state: no space left (EDQUOT); free some or lower storage.max_size'],
      [
        'read_only',
        '/data/state: the file system is read-only (EROFS); let heapwarden write there or set storage.path',
      ],
      [
        'read_only',
        '/data/state: no permission (EACCES); give it to the user heapwarden runs as or set storage.path',
      ],
      [
        'read_only',
        '/data/state: no permission (EPERM); give it to the user heapwarden runs as or set storage.path',
      ],
      ['io', '/data/state: failed with EIO; look at the disk or set storage.path'],
    ]);
  });

  it('keeps the cause, and a StoreError as it is', () => {
    const cause = failure('EIO');
    expect(storeErrorOf('/data', cause).cause).to.equal(cause);
    const known = new StoreError('corrupt', 'x');
    expect(storeErrorOf('/data', known)).to.equal(known);
    expect(storeErrorOf('/data', 'odd').message).to.contain('failed with odd');
  });
});
