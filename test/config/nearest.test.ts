import { expect } from 'chai';
import { nearest } from '../../src/config/nearest.ts';

describe('nearest', () => {
  const names = ['interval', 'timeout', 'http', 'email_configs', 'listen_address'];

  it('finds the name behind a slip of the keyboard', () => {
    const slips = ['intervall', 'Interval', 'inetrval', 'timeuot', 'email_config'];
    expect(slips.map((slip) => nearest(slip, names))).to.deep.equal([
      'interval',
      'interval',
      'interval',
      'timeout',
      'email_configs',
    ]);
  });

  it('finds a name that is longer or shorter by a word', () => {
    expect(nearest('http_config', names)).to.equal('http');
    expect(nearest('listen', names)).to.equal('listen_address');
  });

  it('finds nothing where nothing is near', () => {
    expect(['group_by', 'zz', ''].map((word) => nearest(word, names))).to.deep.equal(
      Array(3).fill(undefined),
    );
    expect(nearest('interval', [])).to.equal(undefined);
  });
});
