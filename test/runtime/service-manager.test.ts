import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import type { Context } from 'mocha';
import type { Clock } from '../../src/runtime/clock.ts';
import type { Log } from '../../src/runtime/log.ts';
import { createServiceManager } from '../../src/runtime/service-manager.ts';

/**
 * Prints one line of JSON for each datagram, as systemd would receive it. A barrier carries a file
 * descriptor that its sender waits on to be closed, which plain recv() does, and says nothing itself.
 */
const LISTENER = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('"bound"', flush=True)
while True:
    message = s.recv(65536).decode()
    if not message.startswith('BARRIER=1'):
        print(json.dumps(message), flush=True)
`;

describe('ServiceManager', () => {
  let folder = '';
  let listener: Listener | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heapwarden-notify-'));
  });

  afterEach(async () => {
    await listener?.stop();
    listener = undefined;
    await rm(folder, { recursive: true });
  });

  it('tells systemd what happens, in the order it happened', async function () {
    listener = await listen(this, join(folder, 'socket'));
    const systemd = createServiceManager(listener.env, silent([]));

    await Promise.all([
      systemd.ready('watching 3 targets'),
      systemd.reloading(),
      systemd.ready('watching 4 targets'),
      systemd.status('watching 4 targets, 1 leaks'),
      systemd.stopping(),
    ]);

    expect(await listener.take(5)).to.deep.equal([
      'READY=1\nSTATUS=watching 3 targets',
      'RELOADING=1',
      'READY=1\nSTATUS=watching 4 targets',
      'STATUS=watching 4 targets, 1 leaks',
      'STOPPING=1',
    ]);
  });

  it('lets no text smuggle in another assignment or an option', async function () {
    listener = await listen(this, join(folder, 'socket'));
    const systemd = createServiceManager(listener.env, silent([]));
    await systemd.status('--pid=1 $(reboot)\nSTOPPING=1\r\0x');
    expect(await listener.take(1)).to.deep.equal(['STATUS=--pid=1 $(reboot) STOPPING=1 x']);
  });

  it('tells the watchdog at half its interval, only while the daemon moves', async function () {
    listener = await listen(this, join(folder, 'socket'));
    const logged: string[] = [];
    const env = { ...listener.env, WATCHDOG_USEC: '30000000' };
    const systemd = createServiceManager(env, silent(logged));
    const stop = new AbortController();
    const moves = [true, false, false, true];
    const slept: number[] = [];
    const clock: Clock = {
      now: () => 0,
      sleep: async (ms) => {
        slept.push(ms);
        if (slept.length === moves.length) stop.abort();
      },
    };

    await systemd.startWatchdog(clock, stop.signal, () => moves[slept.length] ?? false);
    await systemd.stopping();

    expect(await listener.take(3)).to.deep.equal(['WATCHDOG=1', 'WATCHDOG=1', 'STOPPING=1']);
    expect(slept).to.deep.equal([15_000, 15_000, 15_000, 15_000]);
    expect(logged).to.deep.equal(['watchdog not told: the daemon does not move']);
  });

  it('has no watchdog where none is set, where it is no number, or where it is for another process', async () => {
    const environments = [
      {},
      { WATCHDOG_USEC: 'soon' },
      { WATCHDOG_USEC: '10', WATCHDOG_PID: '1' },
    ];
    const stop = new AbortController();
    let slept = 0;
    const clock: Clock = {
      now: () => 0,
      sleep: async () => {
        slept += 1;
        stop.abort();
      },
    };
    for (const env of environments) {
      const systemd = createServiceManager({ ...env, NOTIFY_SOCKET: '/nowhere' }, silent([]));
      await systemd.startWatchdog(clock, stop.signal, () => true);
    }
    expect(slept).to.equal(0);
  });

  it('does nothing where no service manager listens', async () => {
    const logged: string[] = [];
    const systemd = createServiceManager({ PATH: folder }, silent(logged));
    await systemd.ready('x');
    await systemd.stopping();
    expect(logged).to.deep.equal([]);
  });

  it('warns once where systemd-notify is missing', async () => {
    const logged: string[] = [];
    const env = { PATH: folder, NOTIFY_SOCKET: join(folder, 'socket') };
    const systemd = createServiceManager(env, silent(logged));
    await systemd.ready('x');
    await systemd.stopping();
    expect(logged).to.deep.equal(['systemd-notify is not on the path']);
  });
});

interface Listener {
  readonly env: Readonly<Record<string, string | undefined>>;
  take(count: number): Promise<string[]>;
  stop(): Promise<void>;
}

async function listen(test: Context, path: string): Promise<Listener> {
  needPrograms(test, ['python3', 'systemd-notify']);
  const child = spawn('python3', ['-c', LISTENER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const take = async (count: number): Promise<string[]> => {
    const taken: string[] = [];
    while (taken.length < count) {
      const line = await lines.next();
      if (line.done === true) throw new Error('the listener ended');
      taken.push(JSON.parse(line.value) as string);
    }
    return taken;
  };
  await take(1);
  return {
    env: { NOTIFY_SOCKET: path, PATH: process.env['PATH'] },
    take: async (count) => (await take(count)).map((message) => message.trimEnd()),
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function needPrograms(test: Context, programs: readonly string[]): void {
  for (const program of programs) {
    try {
      execFileSync(program, ['--version'], { stdio: 'ignore' });
    } catch {
      console.log(`      skipped: needs ${program} on the path`);
      test.skip();
    }
  }
}

function silent(lines: string[]): Log {
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message) => lines.push(message),
    error: (message) => lines.push(message),
    with: () => log,
  };
  return log;
}
