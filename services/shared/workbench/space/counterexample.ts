import { fail, isCode, type LiaisonError } from '../../kernel/errors.js';
import { type OrgId, parseOrgId } from '../../kernel/ids.js';
import { isJsonObject, type JsonObject } from '../../kernel/json-object.js';
import { didYouMean } from '../../kernel/nearest.js';
import type { Attributes } from '../../notice/attributes.js';
import { SECTIONS, type Section, sectionsOf } from '../../notice/kinds.js';
import { kindOf } from '../../notice/notice.js';
import { validate } from '../../notice/schema.js';
import type { PolicyNotice } from '../../policy/plan.js';

/** A question that two versions of the rules answer differently: `policy diff` prints it, `policy explain` reads it. */
export interface Counterexample {
  /** The attributes that policy reads (`attributesOf`), in the flat form of a record: `codes`, not `handling.codes`. */
  readonly header: Attributes;
  /** The originator. */
  readonly from: OrgId;
  readonly to: OrgId;
  /** Null for the notice as a whole. */
  readonly section: Section | null;
}

/** True for an object with `from` and `to`, which a draft lacks. */
export function isCounterexample(value: unknown): boolean {
  return isJsonObject(value) && 'from' in value && 'to' in value;
}

/** Returns the notice to decide on; one with a listed audience is addressed to the recipient. */
export function policyNoticeOfCounterexample({ header, to, section }: Counterexample): PolicyNotice {
  const { required, optional } = sectionsOf(header.kind);
  return {
    attributes: header,
    sections: section === null ? [...required, ...optional] : [section],
    ...(header.audience === 'listed' ? { addressees: [to] } : {}),
  };
}

/**
 * Parses a counterexample. Throws `schema-invalid`, `kind-unknown` or `id-invalid` with the place and the nearest word.
 */
export function parseCounterexample(value: unknown): Counterexample {
  if (!isJsonObject(value)) throw located('', 'expected an object');
  refuseUnknown('', value, ['header', 'from', 'to', 'section']);
  const from = parseEnd(value, 'from');
  const to = parseEnd(value, 'to');
  return { header: parseHeader(value['header'], from), from, to, section: parseSection(value['section']) };
}

function located(path: string, message: string): LiaisonError {
  return fail('schema-invalid', `\`${path}\`: ${message}`, [{ path, message }]);
}

function refuseUnknown(path: string, value: JsonObject, known: readonly string[]): void {
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw located(
    `${path}/${unknown}`,
    `unknown name${didYouMean(unknown, known)}; known are ${known.join(', ')}`,
  );
}

function parseEnd(value: JsonObject, name: 'from' | 'to'): OrgId {
  try {
    return parseOrgId(value[name]);
  } catch {
    throw located(`/${name}`, value[name] === undefined ? 'missing' : 'expected an organisation');
  }
}

function parseSection(value: unknown): Section | null {
  if (value === undefined || value === null) return null;
  const section = SECTIONS.find((known) => known === value);
  if (section !== undefined) return section;
  throw located('/section', `no section \`${String(value)}\`${didYouMean(String(value), SECTIONS)}`);
}

const READ =
  'originator kind purpose personStatus minor crimeAreas countries codes evaluation tlp classification audience consents reviewed breakGlass';

/** The header fields that no rule reads; any values do. */
const UNREAD = {
  id: '00000000-0000-7000-8000-000000000000',
  number: 1,
  issuedAt: '2000-01-01T00:00:00Z',
  reviewAt: '2001-01-01T00:00:00Z',
  expiresAt: '2001-01-01T00:00:00Z',
};

/** Converts the header to the form of a notice, so that the schema of notices can check it. */
function parseHeader(value: unknown, from: OrgId): Attributes {
  if (!isJsonObject(value)) throw located('/header', value === undefined ? 'missing' : 'expected an object');
  refuseUnknown('/header', value, READ.split(' '));
  kindOf(value);
  const { codes, evaluation, tlp, consents, reviewed = false, originator = from, ...plain } = value;
  if (typeof reviewed !== 'boolean') throw located('/header/reviewed', 'expected true or false');
  if (originator !== from) throw located('/header/originator', `expected \`${from}\`, as in \`from\``);
  flattening(() => {
    validate('notice', { ...UNREAD, ...plain, originator, handling: { codes, evaluation, tlp } }, '/header');
    validate('routing', { excluded: [], consents: consents ?? [] });
  });
  const read = { ...plain, originator, codes, evaluation, tlp, consents: consents ?? [], reviewed };
  return read as unknown as Attributes;
}

/** Converts the places of faults back to the flat form. */
function flattening(check: () => void): void {
  try {
    check();
  } catch (thrown) {
    const [detail] = isCode(thrown, 'schema-invalid') ? thrown.details : [];
    if (detail === undefined) throw thrown;
    const path = detail.path
      .replace('/header/handling/', '/header/')
      .replace(/^\/consents/, '/header/consents');
    throw located(path, detail.message);
  }
}
