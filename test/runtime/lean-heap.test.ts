import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const MODULE = new URL('../../src/runtime/lean-heap.js', import.meta.url).href;
const MIB = 2 ** 20;
/** What is made between two collections of the young, at most. */
const YOUNG_BYTES = 16 * MIB;

interface HeapBytes {
  readonly alive: number;
  /** The most that were in use at a time. */
  readonly most: number;
}

/** Of a process that keeps some 20 MiB and makes objects that live for a while. */
async function heapOf(before: string): Promise<HeapBytes> {
  const script = `
    ${before}
    const kept = Array.from({ length: 200_000 }, (_, at) => ({ at, text: 'x'.repeat(10) + at }));
    const passing = new Array(60_000).fill(null);
    let most = 0;
    for (let made = 0; made < 3_000_000; made++) {
      passing[made % passing.length] = { made, list: [made] };
      if (made % 20_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
    }
    gc();
    const alive = process.memoryUsage().heapUsed;
    console.log(JSON.stringify({ alive: kept.length + passing.length > 0 ? alive : 0, most }));`;
  const flags = ['--expose-gc', '--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  const { alive, most } = JSON.parse(stdout) as HeapBytes;
  return { alive, most };
}

describe('keepHeapLean', () => {
  // Without it V8 goes by how fast it collects, and keeps more than twice as much of this on a quick machine.
  it('lets the heap grow to no more than about one and a half times of what is alive', async () => {
    const { alive, most } = await heapOf(
      `(await import(${JSON.stringify(MODULE)})).keepHeapLean();`,
    );
    expect(alive).to.be.above(20 * MIB);
    expect(most).to.be.below(1.7 * alive + YOUNG_BYTES);
  });
});
