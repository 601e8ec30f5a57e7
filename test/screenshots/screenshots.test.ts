import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const run = promisify(execFile);
const COMMAND = join(import.meta.dirname, 'screenshots.js');

describe('npm run screenshots', function () {
  this.timeout(180_000);

  it('says what is missing and what to do where there is no Chromium', async () => {
    const { code, stderr } = await screenshots([], { CHROMIUM: '/nowhere/chromium' });
    expect(code).to.equal(1);
    expect(stderr).to.equal(
      'screenshots: no Chromium at /nowhere/chromium; install one (on Debian: apt-get install chromium), or set CHROMIUM to its path\n',
    );
  });

  it('ends with the reason where what is there does not start', async () => {
    const { code, stderr } = await screenshots([], { CHROMIUM: '/bin/false' });
    expect(code).to.equal(1);
    expect(stderr).to.match(/^screenshots: .*launch/);
  });

  it('explains itself where it is called in another way', async () => {
    const { code, stderr } = await screenshots(['--all'], {});
    expect([code, stderr.startsWith('usage: npm run screenshots')]).to.deep.equal([2, true]);
  });
});

async function screenshots(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; stderr: string }> {
  return run(process.execPath, [COMMAND, ...args], { env: { ...process.env, ...env } }).then(
    ({ stderr }) => ({ code: 0, stderr }),
    (error: { code: number; stderr: string }) => error,
  );
}
