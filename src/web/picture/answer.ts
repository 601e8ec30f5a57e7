import type { Context } from 'hono';
import type { Pictures } from '../../picture/pictures.ts';
import { PictureError } from '../../picture/pictures.ts';
import { problem } from '../problem.ts';

/** What a picture is sent as. */
export const FORMATS = ['svg', 'png'] as const;

export interface Sent {
  readonly svg: string;
  readonly format: (typeof FORMATS)[number];
  /** In pixels, of the PNG. */
  readonly width: number;
}

export async function sendPicture(
  c: Context,
  pictures: Pick<Pictures, 'png'>,
  { svg, format, width }: Sent,
): Promise<Response> {
  if (format === 'svg') return c.body(svg, 200, { 'Content-Type': 'image/svg+xml; charset=utf-8' });
  const png = await pictures.png(svg, { width });
  return c.body(new Uint8Array(png), 200, { 'Content-Type': 'image/png' });
}

/** A picture that cannot be had is answered in words. */
export async function orProblem(c: Context, show: () => Promise<Response>): Promise<Response> {
  try {
    return await show();
  } catch (error) {
    if (!(error instanceof PictureError)) throw error;
    return problem(c, error.kind === 'busy' ? 503 : 422, error.message);
  }
}
