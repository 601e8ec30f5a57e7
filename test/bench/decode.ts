import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createHistory, foldProfile } from '../../src/growth/history.ts';
import { decodeProfile } from '../../src/pprof/decode.ts';
import type { Profile } from '../../src/pprof/profile.ts';
import { buildGoProgram } from './go-peer.ts';
import { median } from './median.ts';
import { pollsUpTo } from './next-polls.ts';
import { profileMessage } from '../support/profile-message.ts';

const POLLS = 15;
/** Until V8 has made machine code of all that a poll runs through, as in a daemon that has run for half an hour. */
const WARM_UP = 20;

/**
 * For each file: the time from the compressed bytes of a poll to the updated history of a target that
 * has polled before, beside inflating the same bytes, in turns, so that both see the same machine. The
 * polls are those of a busy process that comes to the profile in the file.
 */
export function benchDecode(files: readonly string[]): void {
  const peer = buildGoProgram('fixtures/programs/peer');
  for (const file of files) {
    const bytes = readFileSync(file);
    const { gunzipMs, historyMs, stacks } = measureFold(decodeProfile(bytes));
    const line = {
      file,
      rawBytes: gunzipSync(bytes).length,
      stacks,
      gunzipMs: rounded(gunzipMs),
      historyMs: rounded(historyMs),
      ratio: rounded(historyMs / gunzipMs),
    };
    console.log(JSON.stringify(line));
    tellPeers(file, { peer, historyMs, reflectedMs: measureReflected(bytes) });
  }
}

/** Medians of as many polls of a process that comes to this profile. */
export function measureFold(
  profile: Profile,
  polls = POLLS,
): {
  readonly gunzipMs: number;
  readonly historyMs: number;
  readonly stacks: number;
} {
  const history = createHistory();
  const [gunzip, folds]: [number[], number[]] = [[], []];
  let stacks = 0;
  let at = 0;
  for (const bytes of pollsUpTo(profile, polls + WARM_UP)) {
    globalThis.gc?.();
    const inflating = timed(() => gunzipSync(bytes));
    const folding = timed(() => {
      ({ stacks } = foldProfile(history, decodeProfile(bytes), { at: 60_000 * at }));
    });
    if (at++ < WARM_UP) continue;
    gunzip.push(inflating);
    folds.push(folding);
  }
  if (history.epochs !== 1 || history.fresh !== at) throw new Error('not the polls of one process');
  return { gunzipMs: median(gunzip), historyMs: median(folds), stacks };
}

function measureReflected(bytes: Uint8Array): number {
  const plain = gunzipSync(bytes);
  const message = profileMessage();
  return median(Array.from({ length: 5 }, () => timed(() => message.decode(plain))));
}

function timed(run: () => unknown): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

/** On standard error, for the lines on standard output are the figures of heapwarden alone. */
function tellPeers(
  file: string,
  {
    peer,
    historyMs,
    reflectedMs,
  }: {
    readonly peer: string | undefined;
    readonly historyMs: number;
    readonly reflectedMs: number;
  },
): void {
  const times = (peerMs: number): string =>
    `${peerMs.toFixed(1)} ms, ${(peerMs / historyMs).toFixed(1)} times ours`;
  console.error(`  protobufjs, reflected decode after gunzip: ${times(reflectedMs)}`);
  if (peer === undefined) return console.error('  no Go here: its library was not measured');
  const { stdout } = spawnSync(peer, [file], { encoding: 'utf8' });
  const { parseMs, differenceMs } = JSON.parse(stdout) as Record<string, number>;
  console.error(`  Go, profile.ParseData: ${times(parseMs ?? NaN)}`);
  console.error(`  Go, parse and difference of two: ${times(differenceMs ?? NaN)}`);
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
