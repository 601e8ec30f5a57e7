const BLOCKS = '▁▂▃▄▅▆▇█';

/**
 * The course of some values as a line of blocks, from 0 to the highest: `▁▂▄▆█`; at most `most` of them.
 * It is text, for where no picture is shown, and no chart library draws that.
 */
export function spark(values: readonly number[], most: number): string {
  const highest = Math.max(...values);
  if (!(highest > 0)) return '';
  const count = Math.min(most, values.length);
  return Array.from({ length: count }, (_, index) => {
    const at = count === 1 ? 0 : Math.round((index * (values.length - 1)) / (count - 1));
    const level = Math.round((Math.max(0, values[at] ?? 0) / highest) * (BLOCKS.length - 1));
    return BLOCKS[level] ?? '';
  }).join('');
}
