import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Context } from 'mocha';

const UNIT = join(import.meta.dirname, '../../../systemd/heapwarden.service');

describe('heapwarden.service', () => {
  it('is locked down: its exposure is below 2.0', function () {
    needSystemd(this);
    const { stdout } = analyze('security', '--offline=true', '--no-pager', UNIT);
    const [, exposure] =
      /Overall exposure level for heapwarden\.service: ([\d.]+)/.exec(stdout) ?? [];
    expect(Number(exposure)).to.be.lessThan(2);
  });

  it('gives systemd nothing to complain about', async function () {
    needSystemd(this);
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-unit-'));
    try {
      const copy = join(folder, 'heapwarden.service');
      // The program need not be installed here; any that exists will do in its place.
      await writeFile(
        copy,
        (await readUnit()).replace('/usr/local/bin/heapwarden', process.execPath),
      );
      const verified = analyze('verify', '--man=no', '--recursive-errors=no', copy);
      expect(verified).to.deep.equal({ status: 0, stdout: '', stderr: '' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('tells systemd when it is ready and that it lives, reloads, and is not restarted for a refused configuration', async () => {
    expect((await readUnit()).split('\n')).to.include.members([
      'Type=notify',
      'NotifyAccess=all',
      'WatchdogSec=60s',
      'ExecReload=/bin/kill -HUP $MAINPID',
      'StateDirectory=heapwarden',
      'Restart=on-failure',
      'RestartPreventExitStatus=2 78',
    ]);
  });

  it('does not forbid what V8 and the daemon need', async () => {
    const unit = await readUnit();
    expect(unit).to.not.match(/^(MemoryDenyWriteExecute|PrivateNetwork)=(yes|true|1)$/m);
    expect(unit).to.match(/^RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX$/m);
  });
});

function readUnit(): Promise<string> {
  return readFile(UNIT, 'utf8');
}

function analyze(...args: readonly string[]): {
  status: number | null;
  stdout: string;
  stderr: string;
} {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

function needSystemd(test: Context): void {
  try {
    execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' });
  } catch {
    console.log('      skipped: needs systemd-analyze on the path');
    test.skip();
  }
}
