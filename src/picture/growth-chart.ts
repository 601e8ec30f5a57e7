import type { FunctionGrowth } from './function-growth.ts';
import { shortName } from './figure.ts';
import { renderLineChart } from './line-chart.ts';
import type { Theme } from './theme.ts';

/** What the heap held through each function over time, as SVG. */
export function renderGrowthChart(
  title: string,
  growth: readonly FunctionGrowth[],
  { theme, width = 960 }: { readonly theme: Theme; readonly width?: number },
): string {
  return renderLineChart({
    title,
    unit: 'bytes',
    series: growth.map(({ function: name, points }) => ({ name: shortName(name), points })),
    theme,
    width,
    height: 240,
  });
}
