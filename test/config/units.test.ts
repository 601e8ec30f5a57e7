import { expect } from 'chai';
import {
  formatBytes,
  formatDuration,
  parseDuration,
  parseMoment,
  parseShare,
  parseSize,
} from '../../src/config/units.ts';

describe('units', () => {
  it('reads durations with their unit, alone and summed, and nothing else', () => {
    expect(['500ms', '30s', '5m', '4h', '7d', '1h30m'].map(parseDuration)).to.deep.equal([
      500, 30_000, 300_000, 14_400_000, 604_800_000, 5_400_000,
    ]);
    expect(['', '5', 'm', '-5m', '5 m', '1w', '5mm'].map(parseDuration)).to.deep.equal(
      Array(7).fill(undefined),
    );
  });

  it('reads sizes in decimal and binary units, and nothing else', () => {
    expect(['512MiB', '2GiB', '500MB', '0.5KiB'].map(parseSize)).to.deep.equal([
      536870912, 2147483648, 500000000, 512,
    ]);
    expect(['', '5', 'MiB', '-1MiB', '1 GiB', '75%'].map(parseSize)).to.deep.equal(
      Array(6).fill(undefined),
    );
  });

  it('reads moments with their zone and days in UTC, and nothing else', () => {
    const midnight = Date.UTC(2026, 11, 31);
    const moments = ['2026-12-31', '2026-12-31T01:30+01:00', '2026-12-31T00:00:00.5Z'];
    expect(moments.map(parseMoment)).to.deep.equal([
      midnight,
      midnight + 1_800_000,
      midnight + 500,
    ]);
    const others = ['', 'tomorrow', '2026-12-31T18:00', '2026-02-30', '2026-13-01', '31.12.2026'];
    expect(others.map(parseMoment)).to.deep.equal(Array(others.length).fill(undefined));
  });

  it('reads shares in per cent only', () => {
    expect(['75%', '12.5%', '75', '%'].map(parseShare)).to.deep.equal([
      0.75,
      0.125,
      undefined,
      undefined,
    ]);
  });

  it('writes bytes with three significant figures in binary units', () => {
    expect([0, 1, 1023, 1536, 2 ** 31, -3.5 * 2 ** 20, 1023.4 * 2 ** 20].map(formatBytes))
      .to.deep //
      .equal(['0B', '1B', '1023B', '1.5KiB', '2GiB', '-3.5MiB', '1023MiB']);
  });

  it('writes durations in their two largest units', () => {
    expect([0, 350, 12_000, 340_000, 20_400_000, 187_200_000].map(formatDuration))
      .to.deep //
      .equal(['0ms', '350ms', '12s', '5m40s', '5h40m', '2d4h']);
    expect([-1, -10_800_000].map(formatDuration)).to.deep.equal(['0ms', '0ms']);
  });
});
