import { Ajv } from 'ajv';
import { LineCounter, parseDocument } from 'yaml';
import { type Detail, fail } from '../kernel/errors.js';
import { didYouMean } from '../kernel/nearest.js';
import type { Because } from './decision.js';
import type { Layer } from './engine.js';

/** A notice of a case: an example by name, with a header laid over its own and other names of sections if given. */
export interface CaseNotice {
  readonly example: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly sections?: readonly string[];
}

/** `deny`, `delivered`, or what exactly. Lists are exact when given. */
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

export interface Case {
  readonly name: string;
  /** Who sends. Another than the file's organisation: a case of its import. */
  readonly from: string;
  readonly notice: string;
  readonly layer?: Layer | 'all';
  readonly expect: Readonly<Record<string, Expectation>>;
}

/** `cases.yaml` beside a set of policies. */
export interface CaseFile {
  readonly notices: Readonly<Record<string, CaseNotice>>;
  readonly cases: readonly Case[];
}

const NAMES = { type: 'array', items: { type: 'string' } };
const closed = (properties: Readonly<Record<string, object>>, required: readonly string[]): object => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const EXPECTATION = {
  anyOf: [
    { enum: ['deny', 'delivered'] },
    closed({ deny: NAMES }, ['deny']),
    closed({ because: { enum: ['not-addressed', 'excluded'] } }, ['because']),
    closed({ sections: NAMES, advertised: NAMES, rules: NAMES, obligations: NAMES }, ['sections']),
  ],
};
const CASE = closed(
  {
    name: { type: 'string', minLength: 1 },
    from: { type: 'string' },
    notice: { type: 'string' },
    layer: { enum: ['federation', 'export', 'import', 'all'] },
    expect: { type: 'object', minProperties: 1, additionalProperties: EXPECTATION },
  },
  ['name', 'from', 'notice', 'expect'],
);
const NOTICE = closed({ example: { type: 'string' }, header: { type: 'object' }, sections: NAMES }, [
  'example',
]);
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile<CaseFile>(
  closed(
    {
      notices: { type: 'object', additionalProperties: NOTICE },
      cases: { type: 'array', minItems: 1, items: CASE },
    },
    ['notices', 'cases'],
  ),
);

/** Reads a file of cases. Throws `policy-invalid` with every fault as `path:line:col`. */
export function parseCases(path: string, text: string): CaseFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const broken = document.errors.map(({ pos, message }) => ({
    path: place(pos[0]),
    message: message.split('\n')[0] ?? '',
  }));
  if (broken.length > 0) throw invalid(broken);
  const file: unknown = document.toJS();
  const placeAt = (pointer: string): string => {
    const steps = pointer
      .split('/')
      .slice(1)
      .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    const node = document.getIn(steps, true) as { range?: readonly number[] } | undefined;
    return place(node?.range?.[0] ?? 0);
  };
  if (!validate(file)) throw invalid(faultsOf(placeAt));
  const unknown = file.cases.flatMap(({ notice }, index) =>
    Object.hasOwn(file.notices, notice)
      ? []
      : [
          {
            path: placeAt(`/cases/${index}/notice`),
            message: `no notice \`${notice}\`${didYouMean(notice, Object.keys(file.notices))}`,
          },
        ],
  );
  if (unknown.length > 0) throw invalid(unknown);
  return file;
}

function faultsOf(placeAt: (pointer: string) => string): readonly Detail[] {
  // Of an expectation only the last word: every branch that does not fit would be listed.
  const errors = (validate.errors ?? []).filter(
    ({ instancePath, keyword }) => keyword === 'anyOf' || !/\/expect\/[^/]+/.test(instancePath),
  );
  return errors.map(({ instancePath, keyword, message, params }) => {
    const name = String((params as Readonly<Record<string, unknown>>)['additionalProperty'] ?? '');
    const words =
      keyword === 'anyOf' ? 'expected deny, delivered, {deny}, {because} or {sections, …}' : message;
    return { path: placeAt(instancePath), message: name === '' ? `${words}` : `unknown field \`${name}\`` };
  });
}

function invalid(details: readonly Detail[]) {
  const [first] = details;
  return fail('policy-invalid', `${first?.path}: ${first?.message}`, details);
}
