import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { simpleParser } from 'mailparser';
import { LEAKING_FUNCTION, LEAKING_METHOD } from '../support/e2e.ts';
import { until } from '../support/until.ts';

const MAIN = join(import.meta.dirname, '../../src/main.js');

interface RunningDemo {
  readonly lines: readonly string[];
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

describe('heapwarden demo, on a machine without Go', function () {
  this.timeout(180_000);
  let home: string;
  let demo: RunningDemo;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'heapwarden-e2e-'));
    demo = await startDemo(home);
  });

  afterEach(async () => {
    demo.kill('SIGKILL');
    await demo.ended;
    await rm(home, { recursive: true, force: true });
  });

  it('ends with 0 after the alert, names the leak, and leaves mail, webhook, profiles and metrics', async () => {
    expect(await demo.ended, demo.lines.join('\n')).to.equal(0);
    const text = demo.lines.join('\n');
    expect(text).to.contain('serving recordings').and.contain(LEAKING_FUNCTION);
    expect(text).to.match(/store\.go:\d+/);
    expect(text).to.match(/Nothing was said of it: (quiet|growing), /);

    const mail = await simpleParser(await readFile(fileAfter('mail', text)));
    expect(mail.text).to.contain(LEAKING_METHOD);
    const webhook = await readFile(fileAfter('webhook', text), 'utf8');
    expect(webhook).to.contain(LEAKING_FUNCTION);
    expect(await readFile(fileAfter('metrics', text), 'utf8')).to.contain('heapwarden_target_up');
    expect(processes(text).filter(isRunning)).to.deep.equal([]);
  });

  it('stops all that it started on Ctrl-C, and says where the files are', async () => {
    await until('the daemon answers', 30_000, () =>
      demo.lines.find((line) => /shop is (normal|triggered)/.test(line)),
    );
    demo.kill('SIGINT');
    expect(await demo.ended).to.equal(1);
    const text = demo.lines.join('\n');
    expect(text).to.contain(`interrupted; what there is so far is in ${home}`);
    expect(processes(text)).to.have.length(1);
    expect(processes(text).filter(isRunning)).to.deep.equal([]);
  });
});

/** Starts it with a PATH on which there is `node` and nothing else. */
async function startDemo(home: string): Promise<RunningDemo> {
  await symlink(process.execPath, join(home, 'node'));
  const child = spawn(process.execPath, [MAIN, 'demo'], {
    env: { ...process.env, PATH: home, TMPDIR: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  // Not `exit`: the last lines may come after it.
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { lines, ended, kill: (signal) => void child.kill(signal) };
}

function fileAfter(what: string, text: string): string {
  return new RegExp(`^  ${what} +(\\S+)$`, 'm').exec(text)?.[1] ?? `no line tells of ${what}`;
}

/** The processes that it said to have started. */
function processes(text: string): number[] {
  return [...text.matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
