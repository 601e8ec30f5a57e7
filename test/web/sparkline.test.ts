import { expect } from 'chai';
import { sparkline } from '../../src/web/sparkline.ts';

const SIZE = { width: 100, height: 20 };
const MIB = 2 ** 20;

describe('sparkline', () => {
  it('draws from zero at the bottom, by time from left to right', async () => {
    const drawn = await draw(points([100, 0, 50]), SIZE, undefined);
    expect(line(drawn)).to.equal('0,1L50,20L100,10.5');
  });

  it('closes the coloured ground outside of what is seen', async () => {
    const drawn = await draw(points([100, 0, 50]), SIZE, undefined);
    expect(drawn).to.contain('d="M-2,22L-2,1L0,1L50,20L100,10.5L102,10.5L102,22"');
  });

  it('draws nothing of fewer than two moments, or of nothing but zeros', async () => {
    for (const bytes of [[], [5], [0, 0]]) {
      expect(await draw(points(bytes), SIZE, undefined)).to.equal('');
    }
  });

  it('draws the limit where it is in reach, and leaves it out where it would flatten the line', async () => {
    expect(await draw(points([50, 100]), SIZE, 150 * MIB)).to.contain('<line');
    expect(await draw(points([50, 100]), SIZE, 900 * MIB)).to.not.contain('<line');
  });

  it('keeps at most about a point a pixel, and loses neither a peak nor the newest', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => (index === 2_501 ? 100 : 50));
    const corners = line(await draw(points([...many, 7]), SIZE, undefined)).split('L');
    expect(corners).to.have.length.within(50, 101);
    expect(corners.some((corner) => corner.endsWith(',1'))).to.equal(true);
    expect(corners.at(-1)).to.equal('100,18.7');
  });

  it('says in words what it shows', async () => {
    expect(await draw(points([100, 300, 200]), SIZE, undefined)).to.contain(
      'aria-label="memory from 100MiB to 200MiB, at most 300MiB"',
    );
  });
});

async function draw(...[shown, size, limit]: Parameters<typeof sparkline>): Promise<string> {
  return (await sparkline(shown, size, limit)).toString();
}

function points(mebibytes: readonly number[]): { at: number; bytes: number }[] {
  return mebibytes.map((amount, at) => ({ at, bytes: amount * MIB }));
}

/** The corners of the line but for those beyond the edges: two on either side. */
function line(drawn: string): string {
  const [, corners = ''] = /<path d="M([^"]*)"/.exec(drawn) ?? [];
  return corners.split('L').slice(2, -2).join('L');
}
