import { expect } from 'chai';
import { bytesOfQuantity } from '../../../src/discovery/kubernetes/quantity.ts';

describe('bytesOfQuantity', () => {
  it('reads what Kubernetes writes of memory', () => {
    const quantities = ['512Mi', '1Gi', '1.5Gi', '128974848', '129e6', '1e9', '129M', '.5k'];
    expect(quantities.map(bytesOfQuantity)).to.deep.equal([
      536_870_912, 1_073_741_824, 1_610_612_736, 128_974_848, 129_000_000, 1_000_000_000,
      129_000_000, 500,
    ]);
    expect(bytesOfQuantity('128974848000m')).to.equal(128_974_848);
    expect(bytesOfQuantity('1E')).to.equal(undefined);
    expect(bytesOfQuantity('2E3')).to.equal(2_000);
  });

  it('takes nothing else for bytes', () => {
    for (const text of ['', '0', '-1', 'Mi', '1 Gi', '1gi', '1Zi', '9Ei', 'e9', '0.1'])
      expect(bytesOfQuantity(text), text).to.equal(undefined);
  });
});
