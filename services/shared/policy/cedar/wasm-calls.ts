import { setFlagsFromString } from 'node:v8';

/**
 * Works around a crash of V8 in Node 20: it inlines a hot call into WebAssembly, and when it must undo the inlining
 * while Cedar runs, it ends the process with `unreachable code` (`Deoptimizer::DoComputeBuiltinContinuation`, seen
 * within 20,000 questions). Calls that are not inlined cost the same here. Imported for this effect by
 * `cedar-engine.ts` and `read-schema.ts`.
 */
setFlagsFromString('--no-turbo-inline-js-wasm-calls');
