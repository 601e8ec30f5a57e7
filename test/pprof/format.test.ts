import { expect } from 'chai';
import { formatPercent, formatValue, unitForTable } from '../../src/pprof/format.ts';

describe('figures as pprof writes them', () => {
  it('writes bytes in one unit, with two digits behind the point or none', () => {
    const kib = 1024;
    expect([0, 1536, kib, -512 * kib, 12.34 * kib, 1].map((v) => formatValue(v, 'kB'))).to.eql([
      '0',
      '1.50kB',
      '1kB',
      '-512kB',
      '12.34kB',
      '0',
    ]);
    expect([0, 1, 1023, 1024, -(2 ** 30), 2 ** 60].map((v) => formatValue(v, 'auto'))).to.eql([
      '0',
      '1B',
      '1023B',
      '1kB',
      '-1GB',
      '1024PB',
    ]);
    expect([0, 7, -1234567].map((v) => formatValue(v, 'none'))).to.eql(['0', '7', '-1234567']);
  });

  it('rounds a half to the even digit, where toFixed would round it up', () => {
    expect([128, 384, 640, 896, -640].map((v) => formatValue(v, 'kB'))).to.eql([
      '0.12kB',
      '0.38kB',
      '0.62kB',
      '0.88kB',
      '-0.62kB',
    ]);
    expect((0.125).toFixed(2)).to.equal('0.13');
    expect([1, 5, 3, 1].map((v, i) => formatPercent(v, [800, 800, 32, 1600][i]!))).to.eql([
      ' 0.12%',
      ' 0.62%',
      ' 9.38%',
      '0.062%',
    ]);
  });

  it('writes shares without a sign, below one per cent with two significant digits', () => {
    const percent = (share: number): string => formatPercent(share * 1e9, 1e9);
    expect([0, 1, 0.9996, 0.99949, 0.5, -0.0312, 0.01].map(percent)).to.eql([
      '    0%',
      '  100%',
      '  100%',
      '99.95%',
      '50.00%',
      ' 3.12%',
      ' 1.00%',
    ]);
    expect([0.00999, 0.005, 0.00023, 0.0000123, 0.000000123].map(percent)).to.eql([
      '    1%',
      '  0.5%',
      '0.023%',
      '0.0012%',
      '1.2e-05%',
    ]);
    expect(formatPercent(5, 0)).to.equal('    0%');
    expect(formatPercent(3, 2)).to.equal('150.00%');
  });

  it('takes the unit of the smallest figure, or of a hundred of it where figures differ much', () => {
    const unit = (figures: [number, number][], total: number): string =>
      unitForTable(
        'inuse_space',
        figures.map(([flat, cum]) => ({ flat, cum })),
        total,
      );
    expect(unit([[2 ** 20, 2 ** 20]], 2 ** 20)).to.equal('MB');
    expect(unit([[512 * 1024, 0]], 2 ** 20)).to.equal('kB');
    expect(unit([[512 * 1024, 0]], 2 ** 30)).to.equal('MB');
    expect(
      unit(
        [
          [0, -100],
          [2 ** 30, 2 ** 30],
        ],
        2 ** 30,
      ),
    ).to.equal('kB');
    expect(unit([], 2 ** 20)).to.equal('auto');
    expect(unitForTable('inuse_objects', [], 5)).to.equal('none');
  });
});
