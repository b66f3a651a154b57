import { setFlagsFromString } from 'node:v8';

/**
 * Imported before Cedar, which runs in WebAssembly when policies are loaded and hardly after: compiling its 4 MB to the
 * end took 3 s and 60 MB of memory, the first pass alone 0.6 s and 10 MB.
 */
setFlagsFromString('--liftoff-only');
