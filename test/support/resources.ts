/** What a test opened, to be closed after it whatever happens. */
export class Resources {
  readonly #open: (() => Promise<void>)[] = [];

  add<T extends { close(): Promise<void> }>(resource: T): T {
    this.#open.push(() => resource.close());
    return resource;
  }

  /** Closes in reverse. */
  async closeAll(): Promise<void> {
    for (const close of this.#open.splice(0).toReversed()) await close();
  }
}
