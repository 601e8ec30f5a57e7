import { inspect } from 'node:util';
import { expect } from 'chai';
import { Secret } from '../../src/config/secret.ts';

describe('Secret', () => {
  it('shows a mask however it is printed, and tells its value only to read()', async () => {
    const secret = Secret.of('hunter2');
    const shown = [String(secret), JSON.stringify({ secret }), inspect({ secret })];
    for (const text of shown) expect(text).to.contain('<secret>').and.not.contain('hunter2');
    expect(await secret.read()).to.equal('hunter2');
  });

  it('is the same as one with the same value or the same file', () => {
    const secret = Secret.of('hunter2');
    expect(secret.isSameAs(Secret.of('hunter2'))).to.equal(true);
    expect(Secret.inFile('a').isSameAs(Secret.inFile('a'))).to.equal(true);
    for (const other of [Secret.of('hunter3'), Secret.inFile('hunter2'), undefined]) {
      expect(secret.isSameAs(other)).to.equal(false);
    }
  });
});
