import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import type { Context } from 'mocha';

const UNIT = join(import.meta.dirname, '../../../systemd/heapwarden.service');
const MAIN = join(import.meta.dirname, '../../src/main.js');

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
      'ExecStart=/usr/local/bin/heapwarden run --config /etc/heapwarden/heapwarden.yaml',
      'Restart=on-failure',
      'RestartPreventExitStatus=2 78',
    ]);
  });

  it('starts on a configuration without storage.path, where nothing but its state can be written', async function () {
    needUnshare(this);
    const [, state = ''] = /^StateDirectory=(.*)$/m.exec(await readUnit()) ?? [];
    const [, startedIn = ''] = /^WorkingDirectory=(.*)$/m.exec(await readUnit()) ?? [];
    const folder = await mkdtemp(join(tmpdir(), 'heapwarden-unit-'));
    const file = join(folder, 'heapwarden.yaml');
    await writeFile(file, CONFIG);
    const namespace = ['--map-root-user', '--mount', '--propagation=private'];
    const lockDown = ['sh', '-ec', LOCK_DOWN, 'sh', `/var/lib/${state}`, startedIn];
    const run = [process.execPath, MAIN, 'run', '--config', file];
    const play = spawn('unshare', [...namespace, ...lockDown, ...run]);
    const ended = once(play, 'close');
    let said = '';
    play.stderr.on('data', (bytes) => (said += String(bytes)));
    try {
      const isWatching = new Promise((resolve) => {
        createInterface(play.stdout).on('line', (line) => {
          if (line.includes('"watching"')) resolve('watching');
        });
      });
      expect(await Promise.race([isWatching, ended.then(() => said)])).to.equal('watching');
    } finally {
      play.kill();
      await ended;
      await rm(folder, { recursive: true });
    }
    expect(said).to.equal('');
  });

  it('does not forbid what V8 and the daemon need', async () => {
    const unit = await readUnit();
    expect(unit).to.not.match(/^(MemoryDenyWriteExecute|PrivateNetwork)=(yes|true|1)$/m);
    expect(unit).to.match(/^RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX$/m);
  });
});

const CONFIG = `web: { listen_address: 127.0.0.1:0 }
receivers: [{ name: nobody }]
route: { receiver: nobody }
targets: [{ name: a, url: 'http://127.0.0.1:1' }]
`;

/** What ProtectSystem=strict and StateDirectory= leave to write to: $1 alone. */
const LOCK_DOWN = `
  mount -t tmpfs none /var/lib
  mkdir -p "$1"
  mount --bind "$1" "$1"
  mount -o remount,bind,ro /var/lib
  mount -o remount,bind,ro /
  shift
  cd "\${1:-/}"
  shift
  exec "$@"
`;

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

function needUnshare(test: Context): void {
  try {
    execFileSync(
      'unshare',
      ['--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'],
      {
        stdio: 'ignore',
      },
    );
  } catch {
    console.log('      skipped: needs unshare, and to be allowed to mount in a namespace');
    test.skip();
  }
}

function needSystemd(test: Context): void {
  try {
    execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' });
  } catch {
    console.log('      skipped: needs systemd-analyze on the path');
    test.skip();
  }
}
