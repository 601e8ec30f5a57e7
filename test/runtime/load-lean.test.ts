import { expect } from 'chai';
import { loadLean } from '../../src/runtime/load-lean.ts';

describe('loadLean', () => {
  it('hands over what was loaded, and why it was not', async () => {
    expect(await loadLean(() => import('../../src/runtime/clock.ts'))).to.have.property(
      'systemClock',
    );
    const broken = await loadLean(() => Promise.reject(new Error('no such file'))).catch(String);
    expect(broken).to.equal('Error: no such file');
  });
});
