import { schemaToJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Chance } from '../../../../services/shared/kernel/chance.js';
import { type OrgId, parseOrgId } from '../../../../services/shared/kernel/ids.js';
import type { Attributes } from '../../../../services/shared/notice/attributes.js';
import { headerLimits } from '../../../../services/shared/notice/header-limits.js';
import { KINDS, type Kind } from '../../../../services/shared/notice/kinds.js';
import type { DirectoryFacts } from '../../../../services/shared/policy/facts.js';
import { noticeShape, type Schema } from '../../../../services/shared/policy/schema.js';

/** Three organisations, few words and few attributes: every notice can be decided one by one. */
export const ORGANISATIONS: readonly OrgId[] = ['alfa', 'bravo', 'charlie'].map(parseOrgId);
export const SMALL_SECTIONS = ['identity', 'judicial', 'handlingNote'] as const;

/** The attributes that a schema may have besides `originator`, `kind` and `codes`, as written in a schema. */
const ATTRIBUTES = [
  'personStatus?: PersonStatus',
  'personStatus: PersonStatus',
  'minor: Bool',
  'evaluation: { source: Source, information: Information }',
  'crimeAreas: Set<CrimeArea>',
  'consents: Set<OrgId>',
] as const;
/** Attributes that no notice has. */
const UNKNOWN = ['urgent?: Bool', 'urgent: Bool'];

/** The attributes and words of one version. */
export interface SmallSchema {
  readonly attributes: readonly string[];
  readonly statuses: readonly string[];
  readonly sections: readonly string[];
}

/** Returns a schema with one to three attributes. */
export function anySchema(chance: Chance): SmallSchema {
  const usual = ATTRIBUTES.filter((attribute) => !attribute.startsWith('personStatus:'));
  return {
    attributes: chance.some(usual, [1, 2]),
    statuses: ['wanted', 'suspect'],
    sections: SMALL_SECTIONS,
  };
}

/** Returns the schema with one edit. */
export function editedSchema(chance: Chance, schema: SmallSchema): SmallSchema {
  const { attributes } = schema;
  switch (chance.whole(0, 4)) {
    case 0:
      return { ...schema, sections: SMALL_SECTIONS.filter((each) => each !== chance.one(SMALL_SECTIONS)) };
    case 1:
      return { ...schema, statuses: ['suspect'] };
    case 2:
      return { ...schema, attributes: [...attributes, chance.one(UNKNOWN)] };
    case 3:
      return { ...schema, attributes: attributes.slice(1) };
    default: {
      const more = chance.one(ATTRIBUTES);
      const rest = attributes.filter((each) => nameOf(each) !== nameOf(more));
      return { ...schema, attributes: [...rest, more] };
    }
  }
}

const nameOf = (attribute: string): string => attribute.replace(/\W.*/, '');

const schemas = new Map<string, Schema>();

/** Returns the schema as Cedar parses it, with these organisations and the groups of a directory. */
export function schemaOf(
  small: SmallSchema,
  directory: DirectoryFacts,
  members: Iterable<OrgId> = directory.organisations.keys(),
): Schema {
  const groups = [...new Set([...directory.organisations.values()].flatMap((each) => each.groups))];
  const text = schemaText(small, [...members], groups);
  const known = schemas.get(text);
  if (known !== undefined) return known;
  const answer = schemaToJson(text);
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
  schemas.set(text, answer.json);
  return answer.json;
}

function schemaText(
  { attributes, statuses, sections }: SmallSchema,
  members: readonly string[],
  groups: readonly string[],
): string {
  const vocabulary = (type: string, words: readonly string[]): string =>
    `entity ${type} enum [${(words.length === 0 ? ['no one'] : words).map((word) => JSON.stringify(word)).join(', ')}];`;
  const notice = ['originator: OrgId', 'kind: Kind', 'codes: Set<HandlingCode>', ...attributes];
  return [
    vocabulary('OrgId', members),
    vocabulary('Group', groups),
    vocabulary('Kind', ['red', 'orange']),
    vocabulary('PersonStatus', statuses),
    vocabulary('Section', sections),
    vocabulary('HandlingCode', ['H3']),
    vocabulary('Source', ['A', 'X']),
    vocabulary('Information', ['1']),
    vocabulary('CrimeArea', ['terrorism', 'other']),
    'entity Organisation = { id: OrgId, groups: Set<Group>, agreements: Set<OrgId> };',
    `entity Notice = { ${notice.join(', ')} };`,
    'action exchange;',
    'action receive in [exchange] appliesTo { principal: Organisation, resource: Notice, context: {} };',
    ...['disclose', 'advertise'].map(
      (action) =>
        `action ${action} appliesTo { principal: Organisation, resource: Notice, context: { section: Section } };`,
    ),
  ].join('\n');
}

/** Returns members with any groups and agreements, sometimes one fewer. */
export function anyDirectory(chance: Chance): DirectoryFacts {
  const members = chance.next() < 0.1 ? chance.some(ORGANISATIONS, [2, 2]) : ORGANISATIONS;
  return {
    organisations: new Map(
      members.map((id) => {
        const groups = chance.some(['north', 'sea'], [0, 2]);
        return [id, { id, groups, accreditedFor: [], agreements: chance.some(ORGANISATIONS, [0, 2]) }];
      }),
    ),
  };
}

/**
 * Returns every notice of an originator that the schemas and the schemas of the kinds allow, kind by kind.
 */
export function noticesOf(versions: readonly Schema[], originator: OrgId): readonly Attributes[] {
  const shapes = new Map<string, { form: string; words: Set<string> }>();
  for (const { path, form, words } of versions.flatMap(noticeShape)) {
    const known = shapes.get(path) ?? { form, words: new Set() };
    for (const word of words) known.words.add(word);
    if (path !== 'urgent' && path !== 'originator') shapes.set(path, known);
  }
  const paths = [...shapes].filter(([path]) => path !== 'kind');
  return KINDS.filter((kind) => shapes.get('kind')?.words.has(kind)).flatMap((kind) =>
    paths.reduce<readonly object[]>(
      (notices, [path, { form, words }]) =>
        valuesOf(kind, path, { form, words: [...words] }).flatMap((value) =>
          notices.map((notice) => withValue(notice, path, value)),
        ),
      [{ originator, kind }],
    ),
  ) as readonly Attributes[];
}

function valuesOf(kind: Kind, path: string, { form, words }: { form: string; words: readonly string[] }) {
  if (form === 'flag') return [false, true];
  if (form === 'set') {
    return words.reduce<readonly (readonly string[])[]>(
      (sets, word) => [...sets, ...sets.map((set) => [...set, word])],
      [[]],
    );
  }
  const limits = headerLimits(kind);
  const allowed = words.filter((word) => limits.words[path]?.includes(word) ?? true);
  return path === 'personStatus' && !limits.required.includes(path) ? [...allowed, undefined] : allowed;
}

function withValue(notice: object, path: string, value: unknown): object {
  const [name = '', inner] = path.split('.');
  if (value === undefined) return notice;
  if (inner === undefined) return { ...notice, [name]: value };
  const record = (notice as Readonly<Record<string, object | undefined>>)[name];
  return { ...notice, [name]: { ...record, [inner]: value } };
}
