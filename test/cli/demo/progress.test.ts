import { expect } from 'chai';
import { awaited, changeLines, statusLine } from '../../../src/cli/demo/progress.ts';
import type { WatchedTarget } from '../../../src/cli/demo/target-status.ts';

function target(differences: Partial<WatchedTarget> = {}): WatchedTarget {
  return {
    name: 'shop',
    memoryBytes: 31 * 2 ** 20,
    mode: 'normal',
    modeReason: 'below 24MiB (20MiB)',
    state: '',
    reason: '',
    fresh: 0,
    readingError: '',
    ...differences,
  };
}

const NOTHING = { mail: false, webhook: false };

describe('the progress of the demo', () => {
  it('says of a target its memory, mode, fresh profiles and verdict', () => {
    expect(statusLine(12_000, target({ fresh: 9, state: 'insufficient' })).split(/ {2,}/))
      .to.deep //
      .equal(['', '12s', 'shop', '31MiB', 'normal', '9 of 24 fresh profiles', 'insufficient']);
    expect(statusLine(30_000, target({ fresh: 25, state: 'suspect' }))).to.match(
      / {2}25 fresh profiles +suspect$/,
    );
  });

  it('shows a dash for memory that has not been read yet', () => {
    expect(statusLine(0, target({ memoryBytes: undefined }))).to.match(/ – /);
  });

  it('gives the reason when mode or verdict change, and is silent while they stay', () => {
    const before = target();
    const reason = 'grew by 30MiB';
    const now = target({ mode: 'triggered', modeReason: 'above 24MiB', state: 'suspect', reason });
    expect(changeLines(before, now).map((line) => line.trim())).to.deep.equal([
      'shop is triggered: above 24MiB',
      'shop is judged suspect: grew by 30MiB',
    ]);
    expect(changeLines(now, target({ ...now, reason: 'grew by 31MiB' }))).to.deep.equal([]);
  });

  it('says once that a target cannot be read, and nothing when it can be again', () => {
    const failing = target({ readingError: 'connect ECONNREFUSED' });
    expect(changeLines(target(), failing)).to.have.length(1);
    expect(changeLines(failing, failing)).to.deep.equal([]);
    expect(changeLines(failing, target())).to.deep.equal([]);
  });

  it('tells what is awaited at each stage', () => {
    const found = [target({ fresh: 30, state: 'suspect' })];
    const stages = [
      awaited([], NOTHING),
      awaited([target({ fresh: 3 })], NOTHING),
      awaited([target({ fresh: 30, state: 'growing' })], NOTHING),
      awaited(found, NOTHING),
      awaited(found, { mail: true, webhook: false }),
      awaited(found, { mail: true, webhook: true }),
    ];
    expect(stages).to.deep.equal([
      'waiting for the daemon to answer',
      'waiting for 24 fresh profiles of each service, about one a second',
      'waiting for growth that neither noise nor a filling cache explains',
      'a leak is found; waiting for the mail and the webhook',
      'a leak is found; waiting for the webhook',
      'both messages are here; waiting for the verdict on the other service',
    ]);
  });
});
