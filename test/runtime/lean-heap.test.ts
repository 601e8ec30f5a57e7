import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const MODULE = new URL('../../src/runtime/lean-heap.js', import.meta.url).href;
const MIB = 2 ** 20;

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
  // What lies in the young generation counts too, of which one version of V8 has more than another.
  const young = '--max-semi-space-size=4';
  const flags = ['--expose-gc', young, '--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  const { alive, most } = JSON.parse(stdout) as HeapBytes;
  return { alive, most };
}

describe('keepHeapLean', () => {
  // It is 1.7 to 2; without it V8 goes by how fast it collects, and lets it be 4 times as large where it can.
  it('lets the heap grow to not much more than what is alive', async () => {
    const { alive, most } = await heapOf(
      `(await import(${JSON.stringify(MODULE)})).keepHeapLean();`,
    );
    expect(alive).to.be.above(20 * MIB);
    expect(most).to.be.below(2.5 * alive);
  });
});
