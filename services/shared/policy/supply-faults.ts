import { didYouMean } from '../kernel/nearest.js';
import type { Attributes } from '../notice/attributes.js';
import type { Permission } from './engine.js';
import type { OrganisationFacts } from './facts.js';
import { type AttributeType, recordType, type Schema, vocabularyOf } from './schema.js';

/** Where a schema does not fit the data that is decided on. */
export interface SupplyFault {
  /** `error`: every decision would be a denial. `warning`: an attribute that is always absent. */
  readonly severity: 'error' | 'warning';
  /** What it is about: `['entity', 'Notice', 'evaluation', 'source']`, `['action', 'disclose', 'context', 'section']`. */
  readonly at: readonly string[];
  readonly message: string;
}

/** A type as a schema writes it, with a final `?` if data may lack the attribute; or the attributes of a record. */
type Supplied = string | SuppliedRecord;

interface SuppliedRecord {
  readonly [attribute: string]: Supplied;
}

const NOTICE = {
  originator: 'OrgId',
  kind: 'Kind',
  purpose: 'Purpose',
  personStatus: 'PersonStatus?',
  minor: 'Bool',
  crimeAreas: 'Set<CrimeArea>',
  countries: 'Set<Country>',
  codes: 'Set<HandlingCode>',
  evaluation: { source: 'Source', information: 'Information' },
  tlp: 'Tlp',
  classification: 'Classification',
  audience: 'Audience',
  consents: 'Set<OrgId>',
  reviewed: 'Bool',
  breakGlass: 'BreakGlass?',
} as const satisfies Readonly<Record<keyof Attributes, Supplied>>;

const ORGANISATION = {
  id: 'OrgId',
  groups: 'Set<Group>',
  accreditedFor: 'Set<Classification>',
  agreements: 'Set<OrgId>',
} as const satisfies Readonly<Record<keyof OrganisationFacts, Supplied>>;

const CONTEXTS = {
  receive: {},
  disclose: { section: 'Section' },
  advertise: { section: 'Section' },
} as const satisfies Readonly<Record<Permission, SuppliedRecord>>;

/** The directory fills these vocabularies. */
export const OF_DIRECTORY: readonly string[] = ['OrgId', 'Group'];

/**
 * Returns where a schema does not fit what the system supplies: the attributes of a notice, the facts of an
 * organisation, and the context of each question. A schema may leave attributes out. Pure.
 */
export function supplyFaults(schema: Schema): readonly SupplyFault[] {
  return [
    ...entityFaults(schema, 'Notice', { supplied: NOTICE, by: 'no notice has it' }),
    ...entityFaults(schema, 'Organisation', { supplied: ORGANISATION, by: 'the directory does not give it' }),
    ...Object.entries(CONTEXTS).flatMap(([action, supplied]) => actionFaults(schema, action, supplied)),
  ];
}

/** True for an attribute that notices have, or may have; `path` is as in `noticeShape`: `evaluation.source`. */
export function isSupplied(path: string): boolean {
  let at: Supplied | undefined = NOTICE;
  for (const name of path.split('.'))
    at = typeof at === 'object' && Object.hasOwn(at, name) ? at[name] : undefined;
  return at !== undefined;
}

interface SupplyContext {
  readonly supplied: SuppliedRecord;
  /** Says that an attribute is never there. */
  readonly by: string;
}

function entityFaults(schema: Schema, type: string, supply: SupplyContext): readonly SupplyFault[] {
  const entity = schema['']?.entityTypes[type];
  const at = ['entity', type];
  if (entity === undefined) return [errorAt([], `no entity type \`${type}\``)];
  if ('enum' in entity) return [errorAt(at, `\`${type}\` must have attributes, not a vocabulary`)];
  return recordFaults(schema, { at, attributes: recordType(schema, type), ...supply });
}

function actionFaults(schema: Schema, action: string, supplied: SuppliedRecord): readonly SupplyFault[] {
  const appliesTo = schema['']?.actions[action]?.appliesTo;
  const at = ['action', action];
  if (appliesTo === undefined || appliesTo === null)
    return [errorAt([], `no action \`${action}\`, which is asked about every notice`)];
  const isAsked =
    appliesTo.principalTypes.includes('Organisation') && appliesTo.resourceTypes.includes('Notice');
  if (!isAsked) return [errorAt(at, `\`${action}\` must apply to an \`Organisation\` and a \`Notice\``)];
  const context = appliesTo.context as AttributeType | undefined;
  if (context !== undefined && context.type !== 'Record')
    return [errorAt(at, `the context of \`${action}\` must be written here, not under the name of a type`)];
  const by = 'no question has it';
  return recordFaults(schema, {
    at: [...at, 'context'],
    attributes: context?.attributes ?? {},
    supplied,
    by,
  });
}

interface RecordContext extends SupplyContext {
  readonly at: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeType>>;
}

function recordFaults(
  schema: Schema,
  { at, attributes, supplied, by }: RecordContext,
): readonly SupplyFault[] {
  return Object.entries(attributes).flatMap(([name, type]) => {
    const place = [...at, name];
    const expected = Object.hasOwn(supplied, name) ? supplied[name] : undefined;
    if (expected === undefined) return [unsupplied(place, type, { supplied, by })];
    return typeFaults(schema, { at: place, type, expected });
  });
}

function unsupplied(
  at: readonly string[],
  { required }: AttributeType,
  { supplied, by }: SupplyContext,
): SupplyFault {
  const name = at.at(-1) ?? '';
  if (required === false) return { severity: 'warning', at, message: `\`${name}\` is always absent: ${by}` };
  const meant = didYouMean(name, Object.keys(supplied));
  const how = meant === '' ? `; write \`${name}?\`` : meant;
  return errorAt(at, `\`${name}\` is required and ${by}: everything would be denied${how}`);
}

interface TypeContext {
  readonly at: readonly string[];
  readonly type: AttributeType;
  readonly expected: Supplied;
}

function typeFaults(schema: Schema, { at, type, expected }: TypeContext): readonly SupplyFault[] {
  const name = at.at(-1) ?? '';
  if (typeof expected !== 'string' && type.type === 'Record') {
    const by = `\`${name}\` never has it`;
    return recordFaults(schema, { at, attributes: type.attributes ?? {}, supplied: expected, by });
  }
  const [written, wanted] = [typeText(type), suppliedText(expected).replace('?', '')];
  if (written !== wanted)
    return [errorAt(at, `\`${name}\` is \`${wanted}\`, not \`${written}\`: everything would be denied`)];
  if (typeof expected === 'string' && expected.endsWith('?') && type.required !== false)
    return [errorAt(at, `a notice may lack \`${name}\`: write \`${name}?\``)];
  const word = /\w+(?=>?$)/.exec(wanted)?.[0] ?? '';
  const isKnown = word === 'Bool' || OF_DIRECTORY.includes(word) || vocabularyOf(schema, word) !== undefined;
  return isKnown
    ? []
    : [errorAt(['entity', word], `\`${word}\` must be a vocabulary: \`entity ${word} enum […]\``)];
}

function typeText({ type, name, element, attributes = {} }: AttributeType): string {
  if (type === 'Set' && element !== undefined) return `Set<${typeText(element)}>`;
  if (type !== 'Record') return name ?? type;
  const inner = Object.entries(attributes).map(([key, of]) => `${key}: ${typeText(of)}`);
  return `{ ${inner.join(', ')} }`;
}

function suppliedText(supplied: Supplied): string {
  if (typeof supplied === 'string') return supplied;
  return `{ ${Object.entries(supplied)
    .map(([key, of]) => `${key}: ${suppliedText(of)}`)
    .join(', ')} }`;
}

function errorAt(at: readonly string[], message: string): SupplyFault {
  return { severity: 'error', at, message };
}
