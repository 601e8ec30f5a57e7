export const THEMES = ['light', 'dark'] as const;

export type Theme = (typeof THEMES)[number];

interface Palette {
  readonly ground: string;
  readonly text: string;
  readonly faint: string;
  readonly edge: string;
  /** Of lines, the first for what matters most. */
  readonly series: readonly string[];
  readonly limit: string;
  /** Of marks on the line of time. */
  readonly deploy: string;
  readonly incident: string;
  readonly same: string;
  /** From little to much. */
  readonly grown: readonly string[];
  readonly shrunk: readonly string[];
}

/**
 * The colours of pictures, which stand in the markup: a picture is also mailed, saved and drawn as PNG,
 * where no stylesheet is. Text on each of them has a contrast of 4.5 and more (WCAG AA).
 */
export const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    ground: '#ffffff',
    text: '#1b1f24',
    faint: '#57606a',
    edge: '#d8dce2',
    series: ['#0b57b5', '#8a4b00', '#1a6334', '#7b2d8b'],
    limit: '#b3261e',
    deploy: '#1a6334',
    incident: '#b3261e',
    same: '#e9ecf0',
    grown: ['#fbe9e7', '#f9d5d0', '#f7bfb8', '#f5a89f', '#f39185', '#f07a6c'],
    shrunk: ['#e7f0fb', '#d2e4f9', '#bbd6f6', '#a3c8f4', '#8bb9f0', '#72aaec'],
  },
  dark: {
    ground: '#14171b',
    text: '#e4e7eb',
    faint: '#a0a8b3',
    edge: '#363c45',
    series: ['#7db4f8', '#f5c869', '#85d6a0', '#d9a3e6'],
    limit: '#ff9d94',
    deploy: '#85d6a0',
    incident: '#ff9d94',
    same: '#2b3038',
    grown: ['#3a2322', '#4c2623', '#602a25', '#752e28', '#8a312a', '#9f352c'],
    shrunk: ['#1d2a3a', '#1e314a', '#1f395c', '#20426e', '#214b81', '#225594'],
  },
};
