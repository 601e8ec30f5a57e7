import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { buildGoProgram, startGoProgram } from '../../../src/cli/demo/go-program.ts';
import { PROGRAMS, askTruth } from '../../../src/cli/demo/services.ts';
import { buildGo, needGo } from '../../support/go.ts';
import { until } from '../../support/until.ts';

describe('a Go program of the demo', function () {
  this.timeout(180_000);
  let folder: string;

  before(async function () {
    await needGo(this);
    folder = await mkdtemp(join(tmpdir(), 'heapwarden-test-'));
  });

  after(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  it('leaks at once when told to, stops at its bound, and is gone when it is stopped', async () => {
    const bound = 4 * 2 ** 20;
    const leak = ['-onset', '0s', '-leak-bytes-per-second', `${64 * 2 ** 20}`];
    const program = await startGoProgram(await buildGo('leaky'), [
      ...leak,
      '-max-bytes',
      String(bound),
    ]);
    const leaked = await until('the bound is leaked', 30_000, async () => {
      const bytes = await askTruth(program.url);
      return bytes >= bound ? bytes : undefined;
    });
    expect(leaked).to.be.below(bound + 64 * 2 ** 10);
    await program.stop();
    expect(await askTruth(program.url).catch(() => 'gone')).to.equal('gone');
  });

  it('ends by itself when its standard input closes, as it does when the demo dies', async () => {
    const program = await startGoProgram(await buildGo('warmcache'), ['-listen', '127.0.0.1:0']);
    expect(await askTruth(program.url)).to.equal(0);
    program.letGo();
    await until('the program is gone', 20_000, () =>
      askTruth(program.url).then(
        () => undefined,
        () => true,
      ),
    );
    await program.stop();
  });

  it('that cannot be built says what the compiler says', async () => {
    const refusal = await buildGoProgram(PROGRAMS, join(folder, 'none')).catch(String);
    expect(refusal).to.match(/go: /);
  });

  it('that ends before it listens is told of with its exit code', async () => {
    const refusal = await startGoProgram(await buildGo('warmcache'), ['-no-such-flag']).catch(
      String,
    );
    expect(refusal).to.contain('ended before it listened: exit code 2');
  });
});
