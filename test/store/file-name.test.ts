import { expect } from 'chai';
import { fileNameFor, formatProfileName, parseProfileName } from '../../src/store/file-name.ts';

const AT = Date.UTC(2026, 10, 22, 22, 35, 1, 123);

describe('fileNameFor', () => {
  it('leaves ordinary names as they are', () => {
    const names = ['checkout-1', 'api.shop_2', '10.0.0.7'];
    expect(names.map(fileNameFor)).to.deep.equal(names);
  });

  it('makes one harmless name of any other, and different ones of different ones', () => {
    const names = [
      '',
      '.',
      '..',
      '...',
      '../etc',
      'a/b',
      'a%2Fb',
      'a\\b',
      'a\0b',
      '~root',
      'é',
      'a b',
    ];
    const long = ['x'.repeat(300), `${'x'.repeat(300)}y`, '/'.repeat(100)];
    const files = [...names, ...long, '%'].map(fileNameFor);
    expect(new Set(files).size).to.equal(files.length);
    for (const file of files) {
      expect(file).to.match(/^[A-Za-z0-9_%-][A-Za-z0-9._%~-]*$/);
      expect(file.length).to.be.lessThan(200);
    }
    expect(fileNameFor('..')).to.equal('%2E.');
    expect(fileNameFor('a/b')).to.equal('a%2Fb');
  });
});

describe('a profile name', () => {
  it('tells the time in UTC and the size, and sorts by time', () => {
    const names = [0, 1, 999, 60_000].map((later) =>
      formatProfileName({ at: AT + later, turn: 1 }, 45 * 2 ** 20),
    );
    expect(names[0]).to.equal('20261122T223501.123Z-45MiB.pb.gz');
    expect(names.toSorted()).to.deep.equal(names);
  });

  it('is read back whatever the size', () => {
    const sizes = [0, 1, 1023, 1024, 47_185_921, 1e12, 3.7e15, -5, 0.4];
    for (const [i, bytes] of sizes.entries()) {
      const name = { at: AT + i, turn: i + 1 };
      expect(parseProfileName(formatProfileName(name, bytes))).to.deep.equal(name);
    }
  });

  it('is nothing else', () => {
    const foreign = [
      '',
      'notes.txt',
      '.tmp-0123456789abcdef',
      '../20261122T223501.123Z-45MiB.pb.gz',
      '20261122T223501.123Z-45MiB.pb.gz/..',
      '20261122T223501.123Z-45MiB.pb.gz\n',
      '20261122T223501.123Z-45MiB.pb',
      '20261122T223501.123Z-.pb.gz',
      '20261322T223501.123Z-45MiB.pb.gz',
      '20261122T223501Z-45MiB.pb.gz',
    ];
    expect(foreign.map(parseProfileName)).to.deep.equal(foreign.map(() => undefined));
  });
});
