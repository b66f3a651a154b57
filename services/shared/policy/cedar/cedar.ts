import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import type {
  AuthorizationAnswer,
  CheckParseAnswer,
  DetailedError,
  FormattingAnswer,
  FormattingCall,
  PolicySet,
  PolicyToJsonAnswer,
  SchemaToJsonAnswer,
  StatefulAuthorizationCall,
  ValidationAnswer,
  ValidationCall,
} from '@cedar-policy/cedar-wasm/nodejs';
import { type TooDeep, tooDeepRule, tooDeepSchema } from '../text/nesting.js';
import type { Schema } from '../schema.js';

/**
 * Works around a crash of V8 in Node 20: it inlines a hot call into WebAssembly, and when it must undo the inlining
 * while Cedar runs, it ends the process with `unreachable code` (`Deoptimizer::DoComputeBuiltinContinuation`, seen
 * within 20,000 questions). Calls that are not inlined cost the same here.
 */
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

const PACKAGE = '@cedar-policy/cedar-wasm/nodejs';
const load = createRequire(import.meta.url);
/** The errors of a trap: memory accessed out of bounds, and a stack of V8 that is full. */
const TRAPS = ['RuntimeError', 'RangeError'];
let instance: typeof Cedar | undefined;

/**
 * Returns the WebAssembly instance for the next call; creates it when there is none. It holds what was
 * preparsed. After a trap it is a new instance, which holds nothing.
 */
export function cedarInstance(): typeof Cedar {
  instance ??= load(PACKAGE) as typeof Cedar;
  return instance;
}

interface Failure {
  readonly type: 'failure';
  errors: DetailedError[];
  warnings: DetailedError[];
}

/**
 * Calls Cedar. A call that exhausts its stack traps and leaves the instance unusable for later calls: it is
 * dropped, and the answer is a failure in the form of Cedar's.
 */
function call<Answer>(work: (cedar: typeof Cedar) => Answer): Answer | Failure {
  const cedar = cedarInstance();
  try {
    return work(cedar);
  } catch (thrown) {
    instance = undefined;
    delete load.cache[load.resolve(PACKAGE)];
    if (thrown instanceof Error && TRAPS.includes(thrown.name)) {
      return failure({ start: 0, message: 'nested or chained too deeply to be read' }, '');
    }
    throw thrown;
  }
}

function failure({ start, message }: TooDeep, text: string): Failure {
  const at = Buffer.byteLength(text.slice(0, start));
  const sourceLocations = [{ label: null, start: at, end: at + 1 }];
  const error = { message, help: null, code: null, url: null, severity: 'error' as const, sourceLocations };
  return { type: 'failure', errors: [error], warnings: [] };
}

/** Parses one rule. A rule that is nested too deeply is a failure at its place and does not reach Cedar. */
export function policyToJson(text: string): PolicyToJsonAnswer {
  const deep = tooDeepRule(text);
  return deep === undefined ? call((cedar) => cedar.policyToJson(text)) : failure(deep, text);
}

/** Formats one rule; fails as `policyToJson` does. */
export function formatPolicies(asked: FormattingCall): FormattingAnswer {
  const deep = tooDeepRule(asked.policyText);
  return deep === undefined ? call((cedar) => cedar.formatPolicies(asked)) : failure(deep, asked.policyText);
}

/** Parses the text of a schema. A schema that is nested too deeply is a failure at its place. */
export function schemaToJson(text: string): SchemaToJsonAnswer {
  const deep = tooDeepSchema(text);
  return deep === undefined ? call((cedar) => cedar.schemaToJson(text)) : failure(deep, text);
}

/** Validates rules that `policyToJson` parsed. */
export function validateRules(asked: ValidationCall): ValidationAnswer {
  return call((cedar) => cedar.validate(asked));
}

/** Keeps parsed rules under a name in the present instance. */
export function preparsePolicySet(name: string, policies: PolicySet): CheckParseAnswer {
  return call((cedar) => cedar.preparsePolicySet(name, policies));
}

/** Keeps a parsed schema under a name in the present instance. */
export function preparseSchema(name: string, schema: Schema): CheckParseAnswer {
  return call((cedar) => cedar.preparseSchema(name, schema));
}

/** Decides over what was preparsed in the present instance. */
export function statefulIsAuthorized(asked: StatefulAuthorizationCall): AuthorizationAnswer {
  return call((cedar) => cedar.statefulIsAuthorized(asked));
}
