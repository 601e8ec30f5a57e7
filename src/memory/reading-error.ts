/** Thrown for a page that tells no usable reading; the message says what was seen and what to do. */
export class ReadingError extends Error {
  override readonly name = 'ReadingError';
}
