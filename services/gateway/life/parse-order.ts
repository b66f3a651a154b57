import { type Detail, fail } from '../../shared/kernel/errors.js';
import { isOrgId, type OrgId } from '../../shared/kernel/ids.js';
import { isJsonObject } from '../../shared/kernel/json-object.js';
import { didYouMean } from '../../shared/kernel/nearest.js';
import { ACTION_REASONS, type ActionVerb } from '../../shared/notice/action-verbs.js';
import { SECTIONS, type Section } from '../../shared/notice/kinds.js';
import type { ActionOrder, OrderOf, RestrictedHolder } from './action-order.js';

/** The verbs whose order is the body of a request alone; a decline also names its request, and a review is a signature. */
export type OrderedVerb = Exclude<ActionVerb, 'decline' | 'review'>;

/** A parsed order; `run` is the id of a run of restrictions that a person confirmed as a whole. */
export interface ParsedOrder {
  readonly order: ActionOrder;
  readonly run?: string;
}

type Body = Readonly<Record<string, unknown>>;

const FIELDS: Readonly<Record<ActionVerb, readonly string[]>> = {
  withdraw: ['reason'],
  suspend: ['reason', 'until'],
  resume: [],
  restrict: ['reason', 'holders', 'sections', 'run'],
  lift: ['holders', 'sections'],
  extend: ['reason', 'expiresAt'],
  unseal: ['section', 'to'],
  decline: ['reason'],
  review: ['review'],
};

/** Parses the body of an order. Throws `schema-invalid`, which names the first wrong field. */
export function parseOrder(verb: OrderedVerb, value: unknown): ParsedOrder {
  const body = fieldsOf(verb, value);
  switch (verb) {
    case 'withdraw':
      return { order: { verb, reason: reasonIn(verb, body) } };
    case 'resume':
      return { order: { verb } };
    case 'suspend':
      return { order: { verb, reason: reasonIn(verb, body), until: instantIn(body, 'until') } };
    case 'extend':
      return { order: { verb, reason: reasonIn(verb, body), expiresAt: instantIn(body, 'expiresAt') } };
    case 'unseal':
      return {
        order: { verb, to: orgAt(body['to'], '/to'), section: sectionAt(body['section'], '/section') },
      };
    case 'restrict':
      return { order: { verb, reason: reasonIn(verb, body), ...meantIn(body) }, ...runIn(body) };
    case 'lift':
      return { order: { verb, ...meantIn(body) } };
  }
}

/** Parses the body of a decline. Throws as `parseOrder` does. */
export function parseDecline(jti: string, value: unknown): OrderOf<'decline'> {
  return { verb: 'decline', reason: reasonIn('decline', fieldsOf('decline', value)), jti };
}

/** Parses the body of a review. Throws as `parseOrder` does. */
export function parseReview(value: unknown): string {
  const { review } = fieldsOf('review', value);
  if (typeof review === 'string') return review;
  throw invalid('/review', 'expected the signature of an approver');
}

/** Requires the empty body of a grant. Throws as `parseOrder` does. */
export function requireEmptyOrder(value: unknown): void {
  fieldsOf('resume', value);
}

function fieldsOf(verb: ActionVerb, value: unknown): Body {
  if (!isJsonObject(value)) throw invalid('', 'expected an object');
  const known = FIELDS[verb];
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return value as Body;
  throw invalid(`/${unknown}`, `unknown field${didYouMean(unknown, known)}`);
}

/** Returns whom a restriction or a lift means, and of which sections. */
function meantIn({ holders, sections }: Body): Pick<OrderOf<'lift'>, 'holders' | 'sections'> {
  if (holders !== undefined && sections !== undefined)
    throw invalid('/sections', 'expected inside `holders`');
  return {
    ...(holders === undefined ? {} : { holders: listAt(holders, '/holders').map(holderAt) }),
    ...(sections === undefined ? {} : { sections: sectionsAt(sections, '/sections') }),
  };
}

function holderAt(value: unknown, index: number): RestrictedHolder {
  const place = `/holders/${index}`;
  if (!isJsonObject(value)) throw invalid(place, 'expected an object');
  const { org, sections, ...more } = value as Body;
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) throw invalid(`${place}/${unknown}`, 'unknown field');
  const to = orgAt(org, `${place}/org`);
  return sections === undefined ? { to } : { to, sections: sectionsAt(sections, `${place}/sections`) };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function runIn({ run }: Body): { readonly run?: string } {
  if (run === undefined) return {};
  if (typeof run === 'string' && UUID.test(run)) return { run };
  throw invalid('/run', 'expected the id of a confirmed run');
}

function reasonIn(verb: ActionVerb, { reason }: Body): string {
  const known = ACTION_REASONS[verb];
  if (typeof reason === 'string' && known.includes(reason)) return reason;
  const near = typeof reason === 'string' ? didYouMean(reason, known) : '';
  throw invalid('/reason', `expected one of ${known.join(', ')}${near}`);
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;

function instantIn(body: Body, name: 'until' | 'expiresAt'): number {
  const value = body[name];
  const time = typeof value === 'string' && INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw invalid(`/${name}`, 'expected a time in UTC such as `2031-01-31T00:00:00Z`');
}

function orgAt(value: unknown, place: string): OrgId {
  if (isOrgId(value)) return value;
  throw invalid(place, 'expected the id of an organisation');
}

function listAt(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value as readonly unknown[];
  throw invalid(place, 'expected a list with at least one entry');
}

function sectionsAt(value: unknown, place: string): readonly Section[] {
  const sections = listAt(value, place).map((one, index) => sectionAt(one, `${place}/${index}`));
  if (new Set(sections).size === sections.length) return sections;
  throw invalid(place, 'expected each section once');
}

function sectionAt(value: unknown, place: string): Section {
  const section = SECTIONS.find((one) => one === value);
  if (section !== undefined) return section;
  const near = typeof value === 'string' ? didYouMean(value, SECTIONS) : '';
  throw invalid(place, `expected the name of a section${near}`);
}

function invalid(path: string, message: string): Error {
  const detail: Detail = { path, message };
  return fail('schema-invalid', `${path === '' ? '' : `\`${path}\`: `}${message}`, [detail]);
}
