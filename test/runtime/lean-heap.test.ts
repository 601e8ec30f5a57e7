import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const MODULE = new URL('../../src/runtime/lean-heap.js', import.meta.url).href;

/** The most bytes in use of a process that holds 20 MiB and makes objects that live for a while. */
async function mostHeapUsed(before: string): Promise<number> {
  const script = `
    ${before}
    const kept = Array.from({ length: 200_000 }, (_, at) => ({ at, text: 'x'.repeat(10) + at }));
    const passing = new Array(60_000).fill(null);
    let most = 0;
    for (let made = 0; made < 3_000_000; made++) {
      passing[made % passing.length] = { made, list: [made] };
      if (made % 20_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
    }
    console.log(kept.length === 200_000 ? most : 0);`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    script,
  ]);
  return Number(stdout);
}

describe('keepHeapLean', () => {
  it('keeps less of what is dead', async () => {
    const lean = await mostHeapUsed(`(await import(${JSON.stringify(MODULE)})).keepHeapLean();`);
    expect(lean).to.be.above(20 * 2 ** 20);
    expect(lean).to.be.below(0.75 * (await mostHeapUsed('')));
  });
});
