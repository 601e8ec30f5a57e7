import { expect } from 'chai';
import { spark } from '../../src/picture/spark.ts';

describe('spark', () => {
  it('draws values from zero to the highest as a line of blocks', () => {
    expect(spark([0, 1, 2, 3, 4, 5, 6, 7], 8)).to.equal('▁▂▃▄▅▆▇█');
    expect(spark([7, 7], 8)).to.equal('██');
  });

  it('takes the first, the last and some between where there are more than fit', () => {
    expect(
      spark(
        Array.from({ length: 700 }, (_, i) => i),
        3,
      ),
    ).to.equal('▁▅█');
  });

  it('is nothing where there is nothing to draw', () => {
    expect([spark([], 5), spark([0, 0], 5)]).to.deep.equal(['', '']);
  });
});
