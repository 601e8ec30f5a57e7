import { expect } from 'chai';
import { namesToTry, searchPathOf } from '../../src/discovery/search-path.ts';

describe('searchPathOf', () => {
  it('reads the last search and ndots of a resolv.conf', () => {
    const text = `
# made by the kubelet
nameserver 10.96.0.10
domain ignored.example
search shop.svc.cluster.local.  svc.cluster.local\tcluster.local
options timeout:2 ndots:5
`;
    expect(searchPathOf(text)).to.deep.equal({
      domains: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
      ndots: 5,
    });
    expect(searchPathOf('search a\ndomain example.com')).to.deep.equal({
      domains: ['example.com'],
      ndots: 1,
    });
  });

  it('is bounded, whatever the file says', () => {
    const { domains, ndots } = searchPathOf(`search ${'a '.repeat(1_000)}\noptions ndots:900`);
    expect(domains).to.have.length(32);
    expect(ndots).to.equal(15);
    expect(searchPathOf('')).to.deep.equal({ domains: [], ndots: 1 });
  });
});

describe('namesToTry', () => {
  const path = { domains: ['a.example', 'b.example'], ndots: 2 };

  it('completes a name first where it has few dots, and last where it has enough', () => {
    expect(namesToTry('pay', path)).to.deep.equal(['pay.a.example', 'pay.b.example', 'pay']);
    expect(namesToTry('pay.shop', path)[0]).to.equal('pay.shop.a.example');
    expect(namesToTry('pay.shop.svc', path)[0]).to.equal('pay.shop.svc');
  });

  it('completes no name that ends with a dot, and none beyond what a name may have', () => {
    expect(namesToTry('pay.', path)).to.deep.equal(['pay']);
    expect(namesToTry('a'.repeat(250), path)).to.deep.equal(['a'.repeat(250)]);
  });
});
