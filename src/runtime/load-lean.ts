import { setFlagsFromString } from 'node:v8';

/**
 * Loads modules while V8 compiles WebAssembly in its baseline compiler alone. Node reads the exports of CommonJS
 * modules with a lexer in WebAssembly (cjs-module-lexer), and what the daemon depends on is enough of them
 * for that to be compiled anew at full optimisation: 36 MiB for a moment, which malloc never gives back.
 * What is compiled later, as the parser of HTTP and pictures, is optimised as ever.
 */
export async function loadLean<T>(load: () => Promise<T>): Promise<T> {
  setFlagsFromString('--liftoff-only');
  try {
    return await load();
  } finally {
    // The first of these flags takes the others along when it is set, and leaves them so.
    for (const flag of ['--no-liftoff-only', '--wasm-tier-up', '--wasm-dynamic-tiering'])
      setFlagsFromString(flag);
  }
}
