// Ends with 0 where the daemon in this container answers well at a path, or asks for a password. It asks under
// HEAPWARDEN_URL, as the other commands do; by default where the image has it listen.
const [, , path = '/-/healthy'] = process.argv;
const url = new URL(path, process.env.HEAPWARDEN_URL ?? 'http://127.0.0.1:9899');
// Not by fetch, which takes twice the memory.
const { get } = await import(url.protocol === 'https:' ? 'node:https' : 'node:http');
get(url, { timeout: 4_000 }, ({ statusCode }) => end(statusCode, [200, 401].includes(statusCode)))
  .on('timeout', () => end('no answer', false))
  .on('error', (error) => end(error.message, false));

function end(said, isWell) {
  console.log(`${url}: ${said}`);
  process.exit(isWell ? 0 : 1);
}
