import type { Theme } from './theme.ts';
import { PALETTES } from './theme.ts';

const STEPS = 6;

/** A colour with the class by which a page's stylesheet knows it. */
export interface Shade {
  readonly kind: string;
  readonly fill: string;
}

/** Red for growth, blue for shrinkage; `change` from -1, the most shrunk of the picture, to 1. */
export function shadeOfChange(change: number, theme: Theme): Shade {
  const palette = PALETTES[theme];
  const step = Math.min(STEPS, Math.ceil(Math.abs(change) * STEPS));
  if (step === 0) return { kind: 'same', fill: palette.same };
  const [kind, colours] =
    change > 0 ? (['grown', palette.grown] as const) : (['shrunk', palette.shrunk] as const);
  return { kind: `${kind} step${step}`, fill: colours[step - 1] ?? palette.same };
}

/** Of a profile that is looked at alone, which has no growth to colour. */
export function plainShade(theme: Theme): Shade {
  const { shrunk, same } = PALETTES[theme];
  return { kind: 'one', fill: shrunk[1] ?? same };
}
