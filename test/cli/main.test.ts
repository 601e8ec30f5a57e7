import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { encodeProfile } from '../../src/pprof/encode.ts';
import { drawProfiles } from '../support/drawn-profiles.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MAIN = join(ROOT, 'dist/src/main.js');

interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function heapwarden(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

async function recorded(service: string): Promise<string[]> {
  const folder = join(ROOT, 'fixtures/demo', service);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.pb.gz'));
  return names.toSorted().map((name) => join(folder, name));
}

describe('heapwarden', () => {
  it('tells every command in its help and ends with 0', async () => {
    const { code, stdout } = await heapwarden('--help');
    expect(code).to.equal(0);
    for (const name of [
      'run',
      'check-config',
      'analyze',
      'top',
      'list',
      'peek',
      'traces',
      'test-alert',
      'demo',
    ]) {
      expect(stdout).to.match(new RegExp(`^ {2}${name}\\b`, 'm'));
    }
  });

  it('tells the options of a command, and of a command of a command', async () => {
    const asked = [
      [['help', 'top'], 'Usage: heapwarden top [options] <file>'],
      [['help', 'silence'], 'Usage: heapwarden silence [options] [command]'],
      [['help', 'silence', 'add'], 'Usage: heapwarden silence add [options] <matcher...>'],
      [['help', 'dead-letters', 'resend'], 'Usage: heapwarden dead-letters resend'],
      [['help'], 'Usage: heapwarden [options] [command]'],
    ] as const;
    for (const [args, usage] of asked) {
      const { code, stdout } = await heapwarden(...args);
      expect(code, usage).to.equal(0);
      expect(stdout).to.contain(usage);
    }
    for (const args of [
      ['help', 'nosuch'],
      ['help', 'silence', 'nosuch'],
    ]) {
      const { code, stderr } = await heapwarden(...args);
      expect(code).to.equal(2);
      expect(stderr).to.contain("unknown command 'nosuch'");
    }
  });

  it('ends with 2 where it is used wrongly, and says how to learn more', async () => {
    for (const args of [['frobnicate'], ['run'], ['top'], ['top', '--sort', 'size', 'x']]) {
      const { code, stderr } = await heapwarden(...args);
      expect(code, args.join(' ')).to.equal(2);
      expect(stderr).to.contain('heapwarden help COMMAND');
    }
  });

  it('ends with 2 where the address of the daemon is none, or a password has no user', async () => {
    const asked = [
      ['--url', 'localhost:9899', 'no http:// or https:// URL, seen "localhost:9899"; write one'],
      ['--url', 'ftp://ada:hunter2@host', 'seen "ftp://<secret>@host"; write one such as http://'],
      ['--url', '', '--url or HEAPWARDEN_URL: no http:// or https:// URL, seen ""'],
      ['--url', 'http://h:99999', 'not the address of a daemon, seen "http://h:99999"'],
      ['--url', 'http://h/?token=hunter2', 'a query or fragment on a base URL'],
      ['--password-file', '/nowhere', '--password-file: given alone, seen no user beside it'],
    ] as const;
    for (const [option, value, said] of asked) {
      const { code, stdout, stderr } = await heapwarden('silence', 'list', option, value);
      expect({ code, stdout }, said).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.contain(said).and.contain('help COMMAND').and.not.contain('hunter2');
    }
  });

  it('ends without a stack where nobody reads on, as it would have ended, or it cannot write', async () => {
    const files = (await recorded('leaky')).join(' ');
    const shell = (command: string): Promise<Ended> =>
      new Promise((resolve) => {
        execFile('bash', ['-c', command], (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : error.code, stdout, stderr });
        });
      });
    const run = `${process.execPath} ${MAIN} analyze ${files}`;
    const unread = await shell(`${run} | true; exit \${PIPESTATUS[0]}`);
    expect([unread.code, unread.stderr]).to.deep.equal([3, '']);
    const { code, stderr } = await shell(`${run} > /dev/full`);
    expect(code).to.equal(1);
    expect(stderr).to.match(/^heapwarden: cannot write: .*ENOSPC.*\n$/);
  });

  it('ends with 78 on a wrong configuration and names each problem, without a stack', async () => {
    const file = join(tempFolder('main'), 'bad.yaml');
    await writeFile(file, 'targets:\n  - { name: a, url: ftp://x }\n  - { name: a }\n');
    for (const command of [
      ['run', '--config', file],
      ['check-config', file],
    ]) {
      const { code, stdout, stderr } = await heapwarden(...command);
      expect(code).to.equal(78);
      expect(stdout + stderr)
        .to.contain(`${file}:2:`)
        .and.contain(`${file}:3:`)
        .and.not.contain(' at ');
    }
  });

  it('ends with 3 where analyze finds a suspect, and names it', async () => {
    const files = await recorded('leaky');
    const { code, stdout } = await heapwarden('analyze', '--json', ...files);
    expect(code).to.equal(3);
    const verdict = JSON.parse(stdout) as { state: string; suspects: { function: string }[] };
    expect(verdict.state).to.equal('suspect');
    expect(verdict.suspects[0]?.function).to.equal(
      'example.com/shop/internal/session.(*Store).Create',
    );
  });

  it('ends with 0 where analyze finds none', async () => {
    const { code, stdout } = await heapwarden('analyze', ...(await recorded('warmcache')));
    expect(code, stdout).to.equal(0);
  });

  it('takes one value for each --own-packages, and what stands behind it for a file', async () => {
    const folder = tempFolder('main');
    const stack = 'main.main;example.com/shop.Serve;example.net/cache.Put;example.org/list.Grow';
    const files: string[] = [];
    for (const profile of drawProfiles(`${stack} 1..79/40`)) {
      files.push(join(folder, `${files.length}.pb.gz`));
      await writeFile(files.at(-1) ?? '', encodeProfile(profile));
    }
    const [first = '', ...rest] = files;
    const own = ['--own-packages', 'example.edu,example.net/cache'];
    const more = ['--own-packages', 'example.com/shop'];
    for (const args of [
      ['--json', ...own, ...more, ...files],
      [first, ...own, ...rest, ...more, '--json'],
    ]) {
      const { stdout, stderr } = await heapwarden('analyze', ...args);
      expect(stderr).to.equal('');
      const { profiles, suspects } = JSON.parse(stdout);
      expect({ profiles, function: suspects[0].function }) //
        .to.deep.equal({ profiles: 40, function: 'example.net/cache.Put' });
    }
    const empty = await heapwarden('analyze', '--own-packages', 'a,,b', first);
    expect(empty.code).to.equal(2);
    expect(empty.stderr).to.contain('Write the start of an import path');
  });

  it('has for analyze the bounds of the configuration, in the same words', async () => {
    const asked = [
      [['--min-profiles', '0'], '--min-profiles: too few, seen "0"; write at least 6'],
      [['--min-profiles', '1.5'], '--min-profiles: not a whole number, seen "1.5"; write one'],
      [['--confirm-profiles', '5'], '--confirm-profiles: too few, seen "5"; write at least 6'],
      [
        ['--min-profiles', '30', '--confirm-profiles', '20'],
        '--confirm-profiles: less than --min-profiles, seen 20 with --min-profiles 30; write at least 30',
      ],
      [['--min-growth', '4 apples'], '--min-growth: not a size, seen "4 apples"; write one such'],
    ] as const;
    const [first = ''] = await recorded('leaky');
    for (const [options, said] of asked) {
      const { code, stdout, stderr } = await heapwarden('analyze', first, ...options);
      expect({ code, stdout }, said).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.contain(`error: ${said}`);
    }
  });

  it('takes more --min-profiles for analyze than a leak needs by default', async () => {
    const { code } = await heapwarden(
      'analyze',
      '--min-profiles',
      '300',
      ...(await recorded('leaky')),
    );
    expect(code).to.equal(0);
  });

  it('ends with 1 and one line on stderr where a file cannot be used', async () => {
    for (const command of ['top', 'traces', 'analyze']) {
      const { code, stdout, stderr } = await heapwarden(command, '/nowhere.pb.gz');
      expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
      expect(stderr).to.match(/^[^\n]*\/nowhere\.pb\.gz[^\n]*\n$/);
    }
  });

  it('prints from a profile a table with top, a function with list and peek, stacks with traces', async () => {
    const last = (await recorded('leaky')).at(-1) ?? '';
    const top = await heapwarden('top', last, '-n', '3');
    expect(top.code).to.equal(0);
    expect(top.stdout).to.contain('session.(*Store).Create');
    const list = await heapwarden('list', 'Store.*Create', last);
    expect(list.stdout).to.contain('store.go');
    const peek = await heapwarden('peek', 'Store.*Create', last);
    expect(peek.stdout).to.match(/% +\| \S+session\.\(\*Store\)\.Create$/m);
    const traces = await heapwarden('traces', last, '-n', '1');
    expect(traces.stdout).to.match(/Showing top 1 stacks out of \d+$/m);
  });
});
