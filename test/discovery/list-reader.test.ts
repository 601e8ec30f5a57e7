import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { createListReader } from '../../src/discovery/list-reader.ts';
import type { ListFormat } from '../../src/discovery/target-list.ts';
import { Resources } from '../support/resources.ts';

const TARGETS = Array.from({ length: 2_000 }, (_, index) => `10.0.0.${index}:6060`);
const LONG: Readonly<Record<ListFormat, string>> = {
  yaml: TARGETS.map((target) => `- { targets: ['${target}'], labels: { app: cart } }\n`).join(''),
  json: JSON.stringify(
    TARGETS.map((target) => ({ targets: [target], labels: { app: 'cart', pad: 'x'.repeat(50) } })),
  ),
};

describe('a reader of lists', () => {
  const resources = new Resources();
  afterEach(() => resources.closeAll());

  for (const format of ['yaml', 'json'] as const) {
    it(`leaves room for all else while it reads a long list of ${format}`, async () => {
      const reader = resources.add(createListReader());
      let isRead = false;
      const read = reader.read(LONG[format], format).finally(() => (isRead = true));
      let turns = 0;
      for (; !isRead; turns++) await setImmediate();
      expect(turns).to.be.above(1);
      expect((await read).map((labels) => labels['__address__'])).to.deep.equal(TARGETS);
    });
  }

  it('refuses a long one in the words for a short one', async () => {
    const reader = resources.add(createListReader());
    const text = `[{"targets":["s3cr3t"],"labels":{"a":${JSON.stringify('b'.repeat(2 ** 18))}},"x":1}]`;
    const words = await reader.read(text, 'json').then(
      () => 'none',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
    expect(words).to.equal('no list of {targets, labels} as Prometheus reads it (at 0)');
  });
});
