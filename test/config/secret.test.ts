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
});
