import { expect } from 'chai';
import { findRevision } from '../../src/memory/revision.ts';
import { leastCpu } from '../support/least-cpu.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

describe('findRevision', () => {
  it('takes the label revision of a build_info metric', () => {
    const page = `go_goroutines 7\nshop_build_info{branch="main",goversion="go1.26",revision="${COMMIT}",version="1.2"} 1\n`;
    expect(findRevision(page)).to.equal(COMMIT);
  });

  it('takes the commit or the tag in the version of go_build_info', () => {
    const version = (text: string) =>
      findRevision(`go_build_info{checksum="",path="example.com/shop",version="${text}"} 1`);
    expect(version('v0.0.0-20260301120000-0123456789ab')).to.equal('0123456789ab');
    expect(version('v1.4.1-0.20260301120000-0123456789ab+dirty')).to.equal('0123456789ab');
    expect(version('v1.4.0')).to.equal('v1.4.0');
    expect(version('(devel)')).to.equal(undefined);
  });

  it('prefers the program’s own word to the version of its module', () => {
    const page = `go_build_info{version="v1.4.0"} 1\nshop_build_info{revision="0a1b2c3"} 1\n`;
    expect(findRevision(page)).to.equal('0a1b2c3');
  });

  it('is not known where the page does not tell it, or tells nonsense', () => {
    for (const page of [
      '',
      'go_goroutines 7',
      '# HELP shop_build_info{revision="0a1b2c3"}',
      'shop_build_info{revision="unknown"} 1',
      'shop_build_info{revision="../../x"} 1',
      'shop_build_info{previous_revision="0a1b2c3"} 1',
      `shop_build_info{${'x'.repeat(10_000)},revision="0a1b2c3"} 1`,
    ]) {
      expect(findRevision(page), page.slice(0, 60)).to.equal(undefined);
    }
  });

  it('takes no longer for a long line of them than for as many lines', () => {
    const costOf = (text: string): number => {
      const page = text.repeat(2 ** 19 / text.length);
      return leastCpu(() => {
        expect(findRevision(page)).to.equal(undefined);
      });
    };
    expect(costOf('build_info{') / costOf('build_info{\n')).to.be.below(10);
  });
});
