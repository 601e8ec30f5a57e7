import { decodeProfile } from '../pprof/decode.ts';
import { subtract } from '../pprof/difference.ts';
import { encodeProfile } from '../pprof/encode.ts';
import { list } from '../pprof/listing.ts';
import type { Routine } from '../pprof/listing.ts';
import type { Profile, SampleType } from '../pprof/profile.ts';
import { top } from '../pprof/top.ts';
import type { TopRow, TopSort } from '../pprof/top.ts';
import { requireHeapProfile } from '../pprof/validate.ts';
import type { Theme } from './theme.ts';
import type { FlameLayout } from './flame-layout.ts';
import { layoutFlames } from './flame-layout.ts';
import { FLAME_WIDTH } from './flame-svg.ts';
import { flameTree, functionNodes, nodesNamed } from './flame-tree.ts';
import type { Neighbours } from './neighbours.ts';
import { neighboursOf } from './neighbours.ts';

/** What is asked of two profiles; all of it stands in the link of the page. */
export interface View {
  readonly type: SampleType;
  readonly sort: TopSort;
  readonly inverted: boolean;
  /** Path of the frame that takes the whole width; empty: the root. */
  readonly zoom: string;
  readonly search: string;
  /** The function looked at closely; empty: none. */
  readonly function: string;
  readonly theme: Theme;
}

export interface ProfilePair {
  /** As saved; absent: `after` is looked at alone. */
  readonly before?: Uint8Array | undefined;
  readonly after: Uint8Array;
}

export interface Comparison {
  readonly compared: boolean;
  readonly beforeTotal: number;
  readonly afterTotal: number;
  readonly flames: FlameLayout;
  /** What shares are of: of two profiles the one before, as with `go tool pprof -diff_base`. */
  readonly total: number;
  /** Of the difference where two are compared. */
  readonly rows: readonly TopRow[];
  readonly functionCount: number;
  readonly closeUp: CloseUp | undefined;
}

/** One function: who calls it, whom it calls, and which of its lines hold what. */
export interface CloseUp {
  readonly function: string;
  /** The most of them; `undefined` where the function is in neither profile. */
  readonly neighbours: ShownNeighbours | undefined;
  readonly routines: readonly ShownRoutine[];
}

export interface ShownNeighbours extends Neighbours {
  /** How many less are left out. */
  readonly hidden: { readonly callers: number; readonly callees: number };
}

export interface ShownRoutine extends Routine {
  /** How many lines that hold less are left out. */
  readonly hidden: number;
}

const ROWS = 40;
const NEIGHBOURS = 15;
const LINES = 60;
const MAX_FRAMES = 1_500;
/** Of what a picture is asked for; a target is watched within the far wider limits of the decoder. */
const LIMITS = { maxInflatedBytes: 96 * 2 ** 20, maxSamples: 300_000, maxStackEntries: 8e6 };

/** All that a page of two profiles shows. Throws a `ProfileError` where one is no heap profile. */
export function compareProfiles(pair: ProfilePair, view: View): Comparison {
  const before = pair.before === undefined ? undefined : decode(pair.before);
  const after = decode(pair.after);
  const shown = before === undefined ? after : subtract(after, before);
  const root = flameTree({ before, after, type: view.type, inverted: view.inverted });
  const table = top(shown, { type: view.type, sort: view.sort, count: ROWS });
  return {
    compared: before !== undefined,
    beforeTotal: root.before,
    afterTotal: root.after,
    flames: layoutFlames(root, {
      zoom: view.zoom,
      minWidth: 0.8 / FLAME_WIDTH,
      maxFrames: MAX_FRAMES,
    }),
    ...table,
    total: root.before > 0 ? root.before : table.total,
    closeUp: view.function === '' ? undefined : closeUp(shown, view),
  };
}

/** What changed as a profile of its own, for other tools. Throws a `ProfileError` where one is no heap profile. */
export function differenceOf({ before, after }: ProfilePair): Uint8Array {
  const shown = decode(after);
  return encodeProfile(before === undefined ? shown : subtract(shown, decode(before)));
}

export function decode(bytes: Uint8Array): Profile {
  const profile = decodeProfile(bytes, LIMITS);
  requireHeapProfile(profile);
  return profile;
}

function closeUp(profile: Profile, { type, function: wanted }: View): CloseUp {
  const { keys } = functionNodes(profile);
  const [node = -1] = nodesNamed(keys, wanted);
  const name = keys[node] ?? wanted;
  const found = neighboursOf(profile, type, name);
  const routines = list(profile, type, `^${literally(name)}$`).routines;
  return { function: name, neighbours: found && mostOf(found), routines: routines.map(mostLines) };
}

function mostOf(all: Neighbours): ShownNeighbours {
  const callers = all.callers.slice(0, NEIGHBOURS);
  const callees = all.callees.slice(0, NEIGHBOURS);
  const hidden = {
    callers: all.callers.length - callers.length,
    callees: all.callees.length - callees.length,
  };
  return { ...all, callers, callees, hidden };
}

/** In their order. */
function mostLines(routine: Routine): ShownRoutine {
  const kept = routine.lines.toSorted((a, b) => Math.abs(b.cum) - Math.abs(a.cum)).slice(0, LINES);
  return {
    ...routine,
    lines: kept.sort((a, b) => a.line - b.line),
    hidden: routine.lines.length - kept.length,
  };
}

function literally(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|]/g, (sign) => `\\${sign}`);
}
