import { type Detail, fail } from '../../kernel/errors.js';
import { didYouMean } from '../../kernel/nearest.js';
import { SECTIONS, type Section } from '../../notice/kinds.js';
import type { Schema } from '../../policy/schema.js';
import { readYaml, type YamlPath, type YamlFile } from '../../kernel/yaml-file.js';
import { conditionFaults } from './condition.js';
import { closedMapping, shapeWhenUsed, shapeFaults } from '../yaml/yaml-shape.js';

/** What an invariant is about: receiving, or the disclosure or advertising of these sections. */
export type InvariantWhat =
  | 'receive'
  | { readonly disclose: readonly Section[] }
  | { readonly advertise: readonly Section[] };

/** For `always` only: an obligation that every received notice must carry. */
export type InvariantObligation = { readonly obligation: string };

/** A statement that must hold whatever the rules are; exactly one of `never` and `always` is given. */
export interface Invariant {
  readonly id: string;
  readonly says: string;
  /** A Cedar condition over one recipient (principal) and one notice (resource). */
  readonly when: string;
  readonly never?: InvariantWhat;
  readonly always?: InvariantWhat | InvariantObligation;
  /**
   * For an `always` that demands exchange: members that are joining; it is not demanded on their routes yet.
   */
  readonly joining?: readonly string[];
}

const TEXT = { type: 'string', minLength: 1 };
const LIST = { type: 'array', minItems: 1, items: { type: 'string' } };
const FORMS = [
  { enum: ['receive'] },
  closedMapping({ disclose: LIST }, ['disclose']),
  closedMapping({ advertise: LIST }, ['advertise']),
];
const OBLIGATION = closedMapping({ obligation: TEXT }, ['obligation']);
const FIELDS = {
  id: TEXT,
  says: TEXT,
  when: TEXT,
  never: { description: 'receive, {disclose: […]} or {advertise: […]}', anyOf: FORMS },
  always: {
    description: 'receive, {disclose: […]}, {advertise: […]} or {obligation: …}',
    anyOf: [...FORMS, OBLIGATION],
  },
  joining: LIST,
};
const listShape = shapeWhenUsed<readonly Invariant[]>({
  type: 'array',
  items: closedMapping(FIELDS, ['id', 'says', 'when']),
});

/** Reads `invariants.yaml`. Throws `policy-invalid` with every fault as `path:line:col`. */
export function parseInvariants(file: { path: string; text: string }, schema: Schema): readonly Invariant[] {
  const yaml = readYaml(file.path, file.text);
  refuse(yaml.faults);
  const value = yaml.value ?? [];
  const validate = listShape();
  if (!validate(value)) throw refused(shapeFaults(yaml, validate.errors));
  refuse(value.flatMap((invariant, index) => faultsOf(invariant, { yaml, index, all: value, schema })));
  return value;
}

function refuse(faults: readonly Detail[]): void {
  if (faults.length > 0) throw refused(faults);
}

function refused(faults: readonly Detail[]) {
  const [first] = faults;
  return fail('policy-invalid', `${first?.path}: ${first?.message}`, faults);
}

interface FaultContext {
  readonly yaml: YamlFile;
  readonly index: number;
  readonly all: readonly Invariant[];
  readonly schema: Schema;
}

function faultsOf(invariant: Invariant, { yaml, index, all, schema }: FaultContext): readonly Detail[] {
  const { id, when, never, always } = invariant;
  const first = all.findIndex((other) => other.id === id);
  return [
    ...(first < index
      ? [
          {
            path: yaml.placeOf([index, 'id']),
            message: `the id \`${id}\` is taken: see ${yaml.placeOf([first, 'id'])}`,
          },
        ]
      : []),
    ...((never === undefined) === (always === undefined)
      ? [{ path: yaml.placeOf([index]), message: 'expected exactly one of `never` and `always`' }]
      : []),
    ...(invariant.joining === undefined || demandsExchange(invariant)
      ? []
      : [
          {
            path: yaml.placeOfName([index], 'joining'),
            message: '`joining` is only for an `always` that demands exchange',
          },
        ]),
    ...sectionFaults(yaml, [index, 'never'], never),
    ...sectionFaults(yaml, [index, 'always'], always),
    ...conditionFaults(when, schema).map(({ offset, message }) => {
      return { path: yaml.placeIn([index, 'when'], offset), message };
    }),
  ];
}

/**
 * True for an invariant that demands exchange: a joining member cannot meet it before its rules permit
 * anything.
 */
function demandsExchange({ always }: Invariant): boolean {
  return always === 'receive' || (always !== undefined && !('obligation' in always));
}

/**
 * Finds names under `joining` that are not members; the file must parse. Such a name has no effect, and rules
 * may arrive before the directory that has the member, so that only `policy check` reports it.
 */
export function unknownJoining(
  file: { readonly path: string; readonly text: string },
  members: readonly string[],
): readonly Detail[] {
  const yaml = readYaml(file.path, file.text);
  const invariants = (yaml.value ?? []) as readonly Invariant[];
  return invariants.flatMap(({ joining = [] }, index) =>
    joining.flatMap((member, at) => {
      if (members.includes(member)) return [];
      const path = yaml.placeOf([index, 'joining', at]);
      return [{ path, message: `no member \`${member}\`${didYouMean(member, members)}` }];
    }),
  );
}

function sectionFaults(yaml: YamlFile, at: YamlPath, what: Invariant['always']): readonly Detail[] {
  if (what === undefined || what === 'receive' || 'obligation' in what) return [];
  return Object.entries(what).flatMap(([permission, sections]) =>
    (sections as readonly string[]).flatMap((section, index) =>
      (SECTIONS as readonly string[]).includes(section)
        ? []
        : [
            {
              path: yaml.placeOf([...at, permission, index]),
              message: `no section \`${section}\`${didYouMean(section, SECTIONS)}`,
            },
          ],
    ),
  );
}
