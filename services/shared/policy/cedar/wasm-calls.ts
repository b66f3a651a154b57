import { setFlagsFromString } from 'node:v8';

/**
 * V8 of Node 20 inlines a hot call into WebAssembly and, when it must undo that while Cedar runs, ends the process with
 * `unreachable code` (`Deoptimizer::DoComputeBuiltinContinuation`): seen within 20,000 questions. A call that is not
 * inlined costs the same here. Imported by what calls Cedar, for its effect on this process.
 */
setFlagsFromString('--no-turbo-inline-js-wasm-calls');
