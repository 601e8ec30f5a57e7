/** Kubernetes API, "Quantity": decimal and binary suffixes, and a decimal exponent. */
const FACTORS: ReadonlyMap<string, number> = new Map([
  ['m', 1e-3],
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['P', 1e15],
  ['E', 1e18],
  ['Ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
  ['Ti', 2 ** 40],
  ['Pi', 2 ** 50],
  ['Ei', 2 ** 60],
]);

/** Whole bytes of a quantity of memory, `512Mi`, `1.5G`, `1e9`; `undefined` where it is none. */
export function bytesOfQuantity(quantity: string): number | undefined {
  const [, amount, unit] = /^\+?(\d*\.?\d*(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(quantity) ?? [];
  const factor = FACTORS.get(unit ?? '');
  if (amount === undefined || amount === '' || factor === undefined) return undefined;
  const bytes = Math.round(Number(amount) * factor);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
