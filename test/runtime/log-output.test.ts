import { expect } from 'chai';
import { LogOutput } from '../../src/runtime/log-output.ts';
import { until } from '../support/until.ts';

describe('LogOutput', () => {
  let written: string;
  let isFull: boolean;
  let most: number;
  let lost: number[];
  let output: LogOutput;

  beforeEach(() => {
    written = '';
    isFull = false;
    most = 10;
    lost = [];
    output = new LogOutput(1, (lines) => lost.push(lines), writeSome);
  });

  /** Takes no more than `most` bytes at a time. */
  function writeSome(
    _: number,
    bytes: Buffer,
    done: (error: Error | null, written: number) => void,
  ): void {
    setImmediate(() => {
      if (isFull) return done(new Error('ENOSPC'), 0);
      const taken = bytes.subarray(0, most);
      written += taken.toString('latin1');
      done(null, taken.length);
    });
  }

  it('writes every line, in order, however little is taken at once', async () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}\n`);
    for (const line of lines) output.write(line);
    await until('all is written', 5_000, () => written === lines.join('') || undefined);
  });

  it('writes what waited once there is room, and tells how many lines did not fit', async () => {
    isFull = true;
    most = 2 ** 16;
    const line = `${'x'.repeat(2 ** 18 - 1)}\n`;
    output.write('first\n');
    for (let count = 0; count < 6; count += 1) output.write(line);
    isFull = false;
    await until('the first is written', 5_000, () => written.startsWith('first\n') || undefined);
    expect(lost).to.deep.equal([2]);
    output.write('later\n');
    await until('it writes on', 5_000, () => written.endsWith('later\n') || undefined);
    expect(written.length).to.equal(6 + 4 * 2 ** 18 + 6);
  });
});
