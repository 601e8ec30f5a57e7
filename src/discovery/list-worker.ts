import type { Labels } from './relabel.ts';
import { readTargetList, type ListFormat } from './target-list.ts';

export interface ListTask {
  readonly text: string;
  readonly format: ListFormat;
}

/** What the thread beside the event loop does. */
export function readList({ text, format }: ListTask): readonly Labels[] {
  return readTargetList(text, format);
}
