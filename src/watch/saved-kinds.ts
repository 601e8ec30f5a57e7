import { z } from 'zod';
import type { Looks } from '../goroutine/pile-up.ts';
import { NOTHING_WATCHED, rulesOf, type Judging, type KindWatch } from './kind-watch.ts';
import { cellsOf, listCells, MAX_CELLS, NO_CELLS } from '../kind/cells.ts';
import { judgeKinds } from '../kind/judge-kinds.ts';

/** What outlives a restart of the daemon, as JSON values: the readings of the process and the looks at its goroutines. */
export function saveKinds({ history, looks }: KindWatch): unknown {
  const { cells, readings, firstAt, startedAt, gcCount, passingSince } = history;
  const listed = { cells: listCells(cells), falls: [...cells.falls] };
  const saved = { cells: listed, readings, firstAt, startedAt, gcCount, passingSince };
  return { version: 1, history: saved, looks };
}

/** What was saved, judged as it was then; nothing where it is something else, or of another version. */
export function restoreKinds(value: unknown, config: Judging): KindWatch {
  const { data } = SAVED.safeParse(value);
  if (data === undefined) return NOTHING_WATCHED;
  const { looks } = data;
  const { cells: list, falls } = data.history.cells;
  const cells = list.length === 0 ? NO_CELLS : cellsOf(list, falls);
  const { passingSince } = data.history;
  const judgedAt = list.at(-1)?.toMs ?? 0;
  const moment = { ...rulesOf(config), at: judgedAt };
  const { verdict } = judgeKinds(cells, passingSince, moment);
  const history = { ...data.history, cells, verdict, judgedAt };
  return { ...NOTHING_WATCHED, history, looks: looks && asTaken(looks), verdict };
}

/** One look is the first and the last. */
function asTaken({ first, last }: Looks): Looks {
  return first.at === last.at ? { first, last: first } : { first, last };
}

const MAX_GROUPS = 200;

const orUndefined = <T extends z.ZodType>(schema: T) =>
  schema.optional().transform((value) => value);
const untold = orUndefined(z.number());

const cell = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  readings: z.number(),
  lows: z.object({
    heap_live: untold,
    heap_inuse: untold,
    heap_idle: untold,
    stacks: untold,
    goroutines: untold,
    off_heap: untold,
    profiler: untold,
    next_gc: untold,
  }),
  allocatedBytes: untold,
});

const place = z.object({ function: z.string(), file: z.string(), line: z.number() });

const look = z.object({
  at: z.number(),
  total: z.number(),
  groups: z
    .array(
      z.object({
        key: z.string(),
        blockedIn: place,
        startedBy: place,
        createdIn: orUndefined(z.string()),
        state: z.string(),
        stack: z.array(z.string()),
        count: z.number(),
      }),
    )
    .max(MAX_GROUPS),
});

const SAVED = z.object({
  version: z.literal(1),
  history: z.object({
    cells: z.object({
      cells: z.array(cell).max(MAX_CELLS),
      falls: orUndefined(z.array(z.number())),
    }),
    readings: z.number(),
    firstAt: z.number().default(0),
    startedAt: untold,
    gcCount: untold,
    passingSince: z.object({
      goroutine: z.number().exactOptional(),
      off_heap: z.number().exactOptional(),
      profiler: z.number().exactOptional(),
    }),
  }),
  looks: orUndefined(z.object({ first: look, last: look })),
});
