import { expect } from 'chai';
import { fingerprint, fnv1a64, incidentId } from '../../src/incident/fingerprint.ts';

const LEAK = { scope: 'shop', kind: 'heap', function: 'cache.Put' } as const;

describe('fingerprint', () => {
  it('is FNV-1a of 64 bits: the published values for "", "a" and "foobar"', () => {
    expect(['', 'a', 'foobar'].map(fnv1a64)).to.deep.equal([
      'cbf29ce484222325',
      'af63dc4c8601ec8c',
      '85944171f73967e8',
    ]);
  });

  it('tells scopes and functions apart, also where their texts run into each other', () => {
    const prints = [
      fingerprint(LEAK),
      fingerprint({ ...LEAK, scope: 'shop2' }),
      fingerprint({ ...LEAK, function: 'cache.Get' }),
      fingerprint({ ...LEAK, scope: 'sho', function: 'pcache.Put' }),
    ];
    expect(new Set(prints).size).to.equal(4);
    expect(fingerprint({ ...LEAK })).to.equal(prints[0]);
  });

  it('gives a leak that comes back an incident of its own', () => {
    expect(incidentId(LEAK, 1_000)).to.equal(incidentId(LEAK, 1_000));
    expect(incidentId(LEAK, 1_000)).to.not.equal(incidentId(LEAK, 2_000));
    expect(incidentId(LEAK, 1_000)).to.match(/^[0-9a-f]{16}-[0-9a-z]+$/);
  });
});
