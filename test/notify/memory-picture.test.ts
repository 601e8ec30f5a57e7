import { expect } from 'chai';
import type { MemoryPoint } from '../../src/memory/memory-history.ts';
import { memoryChartFor } from '../../src/notify/memory-picture.ts';
import { HOUR, incident, MINUTE, NOW, sighting } from './drawn.ts';

const MIB = 2 ** 20;
const size = { width: 440, height: 230 };

/** Readings each minute from `hours` before the sighting on. */
function readings(hours: number): MemoryPoint[] {
  return Array.from({ length: hours * 60 + 1 }, (_, minute) => ({
    at: NOW - hours * HOUR + minute * MINUTE,
    heapInuseBytes: 500 * MIB,
    rssBytes: (700 + minute) * MIB,
    stackInuseBytes: undefined,
    goroutines: undefined,
    startedAt: 1,
  }));
}

function chart(hours: number, heap: { at: number; value: number }[] = [], parts = {}) {
  const told = sighting(parts);
  const evidence = { incident: incident(), sighting: told, points: readings(hours), heap, size };
  return memoryChartFor(evidence);
}

describe('the picture of memory in a message', () => {
  it('begins twice as long before the growth as it lasts', () => {
    const { points } = chart(24);
    expect(points[0]!.at).to.equal(NOW - 6 * HOUR);
    expect(points.at(-1)!.at).to.equal(NOW);
  });

  it('shows where it is heading: to the limit, or as far as there is room for', () => {
    const near = { ...sighting().memory, limitReachedAt: NOW + HOUR };
    const [guess] = chart(6, [], { memory: near }).besides!;
    expect(guess).to.deep.equal({
      name: 'if it goes on',
      isGuess: true,
      points: [
        { at: NOW, value: 1_012 * MIB },
        { at: NOW + HOUR, value: 2_048 * MIB },
      ],
    });
    const far = { ...near, limitReachedAt: NOW + 36 * HOUR };
    const end = chart(6, [], { memory: far }).besides![0]!.points[1]!;
    expect(end).to.deep.equal({ at: NOW + 3.6 * HOUR, value: (1_012 + 1_036 / 10) * MIB });
  });

  it('shows no forecast once it is over, nor without a limit in sight', () => {
    const none = { ...sighting().memory, limitReachedAt: undefined };
    expect(chart(6, [], { memory: none }).besides).to.deep.equal([]);
    expect(chart(6, [], { state: 'resolved' }).besides).to.deep.equal([]);
  });

  it('shows the heap of the saved profiles where readings began late, as after a restart', () => {
    const heap = [5, 3, 1].map((hours) => ({ at: NOW - hours * HOUR, value: 100 * MIB }));
    const names = (hours: number) => chart(hours, heap).besides!.map(({ name }) => name);
    expect(names(1)).to.deep.equal(['live heap (profiles)', 'if it goes on']);
    expect(names(4)).to.deep.equal(['if it goes on']);
  });
});
