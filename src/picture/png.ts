import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Resvg, initWasm } from '@resvg/resvg-wasm';

const require = createRequire(import.meta.url);
const FONTS = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/** Draws SVG as PNG with fonts of its own, so that a picture looks the same on every machine. */
export interface Rasteriser {
  draw(svg: string, width: number): Uint8Array;
}

/** To be called once a thread: the renderer's module has one instance and refuses a second. */
export async function loadRasteriser(): Promise<Rasteriser> {
  await initWasm(await readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  const fontBuffers = await Promise.all(
    FONTS.map((font) => readFile(require.resolve(`dejavu-fonts-ttf/ttf/${font}`))),
  );
  return {
    draw: (svg, width) => {
      const picture = new Resvg(svg, {
        fitTo: { mode: 'width', value: width },
        font: { fontBuffers, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
      });
      try {
        const rendered = picture.render();
        const png = rendered.asPng();
        rendered.free();
        return png;
      } finally {
        picture.free();
      }
    },
  };
}
