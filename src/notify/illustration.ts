import type { Incident, Sighting } from '../incident/incident.ts';

/** One picture of a message. Its words say what it shows, also where it could not be drawn. */
export interface Picture {
  /** Of lower-case letters, digits and dashes; unique within the message. */
  readonly name: string;
  readonly title: string;
  /** What it shows in words, for those who do not see it. */
  readonly alt: string;
  /** The same as a line of blocks, for plain text. */
  readonly spark?: string;
  /** Absent where it could not be drawn. */
  readonly png?: Png;
}

export interface Png {
  readonly bytes: Uint8Array;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

/** What a message shows beside its words. */
export interface Illustration {
  readonly pictures: readonly Picture[];
}

export const NO_ILLUSTRATION: Illustration = { pictures: [] };

/** Draws what can be drawn of one target's part in an incident; never rejects, and ends with the signal. */
export type Illustrate = (
  incident: Incident,
  sighting: Sighting,
  signal: AbortSignal,
) => Promise<Illustration>;
