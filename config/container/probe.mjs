// Ends with 0 where the daemon in this container answers well at a path, or asks for a password. It asks under
// HEAPWARDEN_URL, as the other commands do; by default where the image has it listen.
const [, , path = '/-/healthy'] = process.argv;
const asked = new URL(path, process.env.HEAPWARDEN_URL ?? 'http://127.0.0.1:9899');
// Being asked for a password is well enough, so none is given to whoever answers, and none is shown.
asked.username = asked.password = '';
await ask(asked);

// Not by fetch, which takes twice the memory. Any certificate will do: nothing is told to whoever answers, and few are
// for 127.0.0.1.
async function ask(url) {
  const { get } = await import(url.protocol === 'https:' ? 'node:https' : 'node:http');
  const say = (said, isWell) => end(`${url}: ${said}`, isWell);
  get(url, { timeout: 4_000, rejectUnauthorized: false }, ({ statusCode }) =>
    say(statusCode, [200, 401].includes(statusCode)),
  )
    .on('timeout', () => say('no answer', false))
    .on('error', (error) => (isCutOff(url, error) ? ask(overTls(url)) : say(error.message, false)));
}

// So a daemon with web.tls_config answers HTTP.
function isCutOff({ protocol }, { code }) {
  return protocol === 'http:' && code === 'ECONNRESET';
}

function overTls(url) {
  return new URL(url.href.replace('http:', 'https:'));
}

function end(said, isWell) {
  console.log(said);
  process.exit(isWell ? 0 : 1);
}
