import { type Detail, fail } from '../../kernel/errors.js';
import { didYouMean } from '../../kernel/nearest.js';
import type { Because } from '../../notice/because.js';
import type { Layer } from '../../policy/engine.js';
import { readYaml } from '../../kernel/yaml-file.js';
import { closedMapping, shapeWhenUsed, shapeFaults } from '../yaml/yaml-shape.js';

/** A notice of a case: a named example, with its header patched (RFC 7396) and its sections replaced when given. */
export interface CaseNotice {
  readonly example: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly sections?: readonly string[];
}

/** What a recipient is expected to get. A given list must match exactly. */
export type Expectation =
  | 'deny'
  | 'delivered'
  | { readonly deny: readonly string[] }
  | { readonly because: Because }
  | {
      readonly sections: readonly string[];
      readonly advertised?: readonly string[];
      readonly rules?: readonly string[];
      readonly obligations?: readonly string[];
    };

interface WrittenCase {
  readonly name: string;
  /** The originator. When it is not the file's organisation, the case tests its import. */
  readonly from: string;
  readonly notice: string;
  readonly layer?: Layer | 'all';
  readonly expect: Readonly<Record<string, Expectation>>;
}

/** A case with its place. */
export interface Case extends WrittenCase {
  /** The beginning of the case: `europol/cases.yaml:12:5`. */
  readonly place: string;
}

/** The content of `cases.yaml`. */
export interface CaseFile {
  readonly notices: Readonly<Record<string, CaseNotice>>;
  readonly cases: readonly Case[];
}

const NAMES = { type: 'array', items: { type: 'string' } };
const EXPECTATION = {
  description: 'deny, delivered, {deny}, {because} or {sections, …}',
  anyOf: [
    { enum: ['deny', 'delivered'] },
    closedMapping({ deny: NAMES }, ['deny']),
    closedMapping({ because: { enum: ['not-addressed', 'excluded'] } }, ['because']),
    closedMapping({ sections: NAMES, advertised: NAMES, rules: NAMES, obligations: NAMES }, ['sections']),
  ],
};
const CASE = closedMapping(
  {
    name: { type: 'string', minLength: 1 },
    from: { type: 'string' },
    notice: { type: 'string' },
    layer: { enum: ['federation', 'export', 'import', 'all'] },
    expect: { type: 'object', minProperties: 1, additionalProperties: EXPECTATION },
  },
  ['name', 'from', 'notice', 'expect'],
);
const NOTICE = closedMapping({ example: { type: 'string' }, header: { type: 'object' }, sections: NAMES }, [
  'example',
]);
const fileShape = shapeWhenUsed<Omit<CaseFile, 'cases'> & { readonly cases: readonly WrittenCase[] }>(
  closedMapping(
    {
      notices: { type: 'object', additionalProperties: NOTICE },
      cases: { type: 'array', minItems: 1, items: CASE },
    },
    ['notices', 'cases'],
  ),
);

/** Reads a file of cases. Throws `policy-invalid` with every fault as `path:line:col`. */
export function parseCases(path: string, text: string): CaseFile {
  const yaml = readYaml(path, text);
  if (yaml.faults.length > 0) throw invalid(yaml.faults);
  const file = yaml.value;
  const validate = fileShape();
  if (!validate(file)) throw invalid(shapeFaults(yaml, validate.errors));
  const unknown = file.cases.flatMap(({ notice }, index) =>
    Object.hasOwn(file.notices, notice)
      ? []
      : [
          {
            path: yaml.placeOf(['cases', index, 'notice']),
            message: `no notice \`${notice}\`${didYouMean(notice, Object.keys(file.notices))}`,
          },
        ],
  );
  if (unknown.length > 0) throw invalid(unknown);
  return {
    ...file,
    cases: file.cases.map((each, index) => ({ ...each, place: yaml.placeOf(['cases', index]) })),
  };
}

function invalid(details: readonly Detail[]) {
  const [first] = details;
  return fail('policy-invalid', `${first?.path}: ${first?.message}`, details);
}
