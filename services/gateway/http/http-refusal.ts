import type { FastifyError } from 'fastify';
import { errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { didYouMean } from '../../shared/kernel/nearest.js';

/** What fastify itself refuses, in our words. */
export function fromFastify(thrown: FastifyError | Error): LiaisonError {
  const [fault] = 'validation' in thrown ? (thrown.validation ?? []) : [];
  if (fault !== undefined) return misfit(fault as unknown as Fault);
  switch ('code' in thrown ? thrown.code : undefined) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return fail('oversize', 'a notice is at most 256 KiB');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return fail('media-type-unsupported', 'expected a body of type `application/json`');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return fail('json-malformed', 'expected a body of JSON');
    default:
      return errorFrom(thrown);
  }
}

/** A fault of ajv, which is told to be verbose. */
interface Fault {
  readonly keyword: string;
  /** The parameter, behind a `/`; empty when it is one that is unknown or missing. */
  readonly instancePath: string;
  readonly message?: string;
  readonly data: unknown;
  readonly params: {
    readonly additionalProperty?: string;
    readonly missingProperty?: string;
    readonly allowedValues?: readonly string[];
  };
  readonly parentSchema: { readonly properties?: object; readonly description?: string };
}

function misfit(fault: Fault): LiaisonError {
  const { instancePath, params, parentSchema } = fault;
  const { additionalProperty: unknown } = params;
  if (unknown !== undefined) {
    const meant = didYouMean(unknown, Object.keys(parentSchema.properties ?? {}));
    const details = [{ path: unknown, message: `unknown parameter${meant}` }];
    return fail('usage', `unknown parameter \`${unknown}\`${meant}`, details);
  }
  const path = params.missingProperty ?? instancePath.slice(1);
  const message = expectation(fault);
  return fail('usage', `\`${path}\`: ${message}`, [{ path, message }]);
}

function expectation({ keyword, message = 'invalid', data, params, parentSchema }: Fault): string {
  const { allowedValues: words, missingProperty } = params;
  if (missingProperty !== undefined) return 'expected, and missing';
  if (words !== undefined) return `expected one of ${words.join(', ')}${didYouMean(String(data), words)}`;
  const { description } = parentSchema;
  return keyword === 'pattern' && description !== undefined ? `expected ${description}` : message;
}
