import type { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { startAnalyst } from '../../src/analysis/analyst.ts';
import { createListReader } from '../../src/discovery/list-reader.ts';
import { createPictures } from '../../src/picture/pictures.ts';

/** Parts with a thread, each with something that makes it begin. */
const PARTS = {
  analysis: () => {
    const analyst = startAnalyst();
    return { close: () => analyst.close(), work: analyst.forget('nobody') };
  },
  pictures: () => {
    const pictures = createPictures({ threads: 1 });
    return { close: () => pictures.close(), work: pictures.png('<svg/>', { width: 1 }) };
  },
  'lists of targets': () => {
    const lists = createListReader();
    return { close: () => lists.close(), work: lists.read(' '.repeat(2 ** 18), 'json') };
  },
};

describe('the end of threads', () => {
  for (const [name, begin] of Object.entries(PARTS)) {
    it(`waits until they have loaded, since Node may die of a thread that ends before: ${name}`, async () => {
      let hasLoaded = false;
      let endedWhile = 'nothing';
      const isThere = new Promise<void>((resolve) => {
        process.once('worker', (worker: Worker) => {
          worker.once('message', () => (hasLoaded = true));
          const terminate = worker.terminate.bind(worker);
          worker.terminate = () => {
            endedWhile = hasLoaded ? 'loaded' : 'loading';
            return terminate();
          };
          resolve();
        });
      });
      const { close, work } = begin();
      const worked = work.catch(() => undefined);
      await isThere;
      await close();
      await worked;
      expect(endedWhile).to.equal('loaded');
    });
  }
});
