import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { loadLean } from '../../src/runtime/load-lean.ts';

const MODULE = new URL('../../src/runtime/load-lean.js', import.meta.url).href;

/** Two modules of one function each, the sum and the difference of two numbers: what is alike V8 compiles once. */
const SCRIPT = `
  import { setTimeout as sleep } from 'node:timers/promises';
  const { loadLean } = await import(${JSON.stringify(MODULE)});
  const [ADD, SUB] = [106, 107];
  const optimised = async (operation, patience) => {
    const head = [0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0];
    const code = [7, 5, 1, 1, 102, 0, 0, 10, 9, 1, 7, 0, 32, 0, 32, 1, operation, 11];
    const { instance } = await WebAssembly.instantiate(Uint8Array.of(...head, ...code));
    const { f } = instance.exports;
    let round = 0;
    do {
      for (let at = 0; at < 1e6; at++) f(at, at);
      await sleep(10);
    } while (%IsLiftoffFunction(f) && ++round < patience);
    return !%IsLiftoffFunction(f);
  };
  console.log(JSON.stringify([await loadLean(() => optimised(ADD, 20)), await optimised(SUB, 1000)]));`;

describe('loadLean', () => {
  it('hands over what was loaded, and why it was not', async () => {
    expect(await loadLean(() => import('../../src/runtime/clock.ts'))).to.have.property(
      'systemClock',
    );
    const broken = await loadLean(() => Promise.reject(new Error('no such file'))).catch(String);
    expect(broken).to.equal('Error: no such file');
  });

  it('leaves WebAssembly at the baseline compiler meanwhile, and to be optimised afterwards', async () => {
    const flags = ['--allow-natives-syntax', '--input-type=module', '-e', SCRIPT];
    const { stdout } = await promisify(execFile)(process.execPath, flags);
    const [meanwhile, afterwards] = JSON.parse(stdout) as readonly boolean[];
    // Node 24 optimises also meanwhile, whatever the flag says.
    if (process.versions.node.startsWith('20.')) expect(meanwhile).to.equal(false);
    expect(afterwards).to.equal(true);
  });
});
