import { expect } from 'chai';
import type { Log } from '../../src/runtime/log.ts';
import { Releasers } from '../../src/runtime/shutdown.ts';

function recordingLog(lines: unknown[]): Log {
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (message, fields) => lines.push({ message, ...fields }),
    with: () => log,
  };
  return log;
}

describe('Releasers', () => {
  it('releases in reverse order, and goes on past one that fails and one that hangs', async () => {
    const order: string[] = [];
    const logged: unknown[] = [];
    const releasers = new Releasers(recordingLog(logged));
    releasers.add('store', async () => void order.push('store'));
    releasers.add('hanging', () => new Promise<void>(() => undefined));
    releasers.add('failing', () => Promise.reject(new Error('no')));
    releasers.add('web', async () => void order.push('web'));

    await releasers.releaseAll(20);

    expect(order).to.deep.equal(['web', 'store']);
    expect(logged).to.deep.equal([
      { message: 'release failed', part: 'failing', error: 'no' },
      { message: 'release failed', part: 'hanging', error: 'not released within 20ms' },
    ]);
  });
});
