import { expect } from 'chai';
import { Hono } from 'hono';
import { jsonList } from '../../src/web/json-list.ts';

describe('a list as JSON', () => {
  const answer = async (items: readonly unknown[]) => {
    const app = new Hono();
    app.get('/', (c) => jsonList(c, 'targets', { items, show: (item) => item }));
    return app.request('/');
  };
  const items = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ at, name: `"${at}"`, untold: undefined }));

  it('is the same whether it is sent in one piece or in many', async () => {
    for (const count of [0, 1, 50, 51, 100, 1_234]) {
      const response = await answer(items(count));
      expect(response.headers.get('content-type')).to.match(/^application\/json/);
      expect(await response.text()).to.equal(JSON.stringify({ targets: items(count) }));
    }
  });

  it('lets other work have its turn where it is long', async () => {
    let turns = 0;
    const read = async () => {
      const text = await (await answer(items(1_000))).text();
      turns = -turns;
      return text.length;
    };
    const length = read();
    while (turns >= 0) {
      turns += 1;
      await new Promise(setImmediate);
    }
    expect(await length).to.be.above(10_000);
    expect(-turns).to.be.at.least(20);
  });
});
