import { type Code, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import type { ListedPart } from '../../shared/ledger/listed-part.js';
import { MAX_NOTICE_ACTIONS } from '../../shared/notice/action-verbs.js';
import { after } from '../../shared/notice/duration.js';
import { SECTIONS, type Section } from '../../shared/notice/kinds.js';
import { RETENTION } from '../../shared/notice/notice.js';
import { latestSuspension, lifeEndOf } from '../../shared/notice/registers.js';
import type { AskedRow } from '../../shared/store/gateway/gateway-asked.js';
import type { ItemFields } from '../../shared/store/gateway/gateway-items.js';
import type { ActionOrder, OrderOf, RestrictedHolder } from './action-order.js';
import { isLost, type OwnLife, requireContent } from './own-life.js';
import type { SealedSection } from './sealed-section.js';

/** What an order is judged by. Times in milliseconds since 1970. */
export interface OrderContext {
  readonly life: OwnLife;
  /** Members of the federation besides this organisation. */
  readonly others: readonly string[];
  readonly holders: readonly string[];
  /** Returns the request with this id, if it is about this notice. */
  readonly asked: (jti: string) => AskedRow | undefined;
  /** Returns the request of a holder for a section that has no answer yet. */
  readonly openRequest: (to: string, section: string) => AskedRow | undefined;
  /** Returns a section that is advertised to this holder and withheld from it; undefined for any other. */
  readonly sealed: (to: string, section: string) => SealedSection | undefined;
  /** `seq` of the item that is signed again: the request that it answers counts as open for it. */
  readonly again?: number | undefined;
  readonly now: number;
  /** Minimum time left before the end of a notice for it to be extended. */
  readonly extendAheadMs: number;
}

/** An order that may be signed: the fields of its item and, for a listed action, its leaves. */
export interface JudgedOrder {
  readonly fields: ItemFields;
  readonly listed?: readonly ListedPart[];
  readonly disclosures?: readonly string[];
  /** The request that it answers. */
  readonly answers?: AskedRow;
}

/**
 * Judges an order. Throws `notice-ended`, `content-lost`, `too-many-actions`, `suspension-too-long`, `extension-too-long`,
 * `extension-too-late`, `not-withheld`, `organisation-unknown`, `request-answered`, `not-found` for an unknown request, and
 * `schema-invalid` for a value that is impossible now, such as a time in the past; each error names the field.
 */
export function judgeOrder(order: ActionOrder, context: OrderContext): JudgedOrder {
  if (context.life.end !== undefined && order.verb !== 'review')
    throw fail('notice-ended', 'the notice has ended');
  requireRoom(order, context);
  if (order.verb === 'extend' || order.verb === 'unseal') requireContent(context.life);
  switch (order.verb) {
    case 'withdraw':
      return { fields: { reason: order.reason } };
    case 'resume':
      return { fields: {} };
    case 'suspend':
      return judgeSuspend(order, context);
    case 'extend':
      return judgeExtend(order, context);
    case 'restrict':
      return judgeRestrict(order, context);
    case 'lift':
      return judgeLift(order, context);
    case 'unseal':
      return judgeUnseal(order, context);
    case 'decline':
      return judgeDecline(order, context);
    case 'review':
      return { fields: { reason: order.reason, jti: order.jti, review: order.review } };
  }
}

/** How many of `MAX_NOTICE_ACTIONS` are kept free for restrictions, which the gateway also signs without an order. */
const KEPT_FOR_RESTRICTIONS = 32;

function requireRoom({ verb }: ActionOrder, { life: { items }, again }: OrderContext): void {
  const room = verb === 'restrict' ? MAX_NOTICE_ACTIONS : MAX_NOTICE_ACTIONS - KEPT_FOR_RESTRICTIONS;
  const taken = items.filter(({ seq, state }) => seq !== again && state !== 'refused').length;
  if (verb === 'withdraw' || taken < room) return;
  throw fail('too-many-actions', `a notice takes at most ${room} actions, and then a withdrawal`);
}

function judgeSuspend({ reason, until }: OrderOf<'suspend'>, { life, now }: OrderContext): JudgedOrder {
  if (until <= now) throw refusal('schema-invalid', '/until', 'expected a time in the future');
  if (until > latestSuspension(life.registers, Math.max(now, life.lastNumber))) {
    throw refusal(
      'suspension-too-long',
      '/until',
      'at most six months after the first suspension since a resume',
    );
  }
  return { fields: { reason, until: seconds(until) } };
}

function judgeExtend({ reason, expiresAt }: OrderOf<'extend'>, context: OrderContext): JudgedOrder {
  const { life, now, extendAheadMs } = context;
  const end = lifeEndOf(life.registers) ?? life.newest.exp * 1000;
  const place = '/expiresAt';
  if (now > end - extendAheadMs) {
    throw refusal(
      'extension-too-late',
      place,
      `expected at least ${extendAheadMs / 1000} s before the notice ends`,
    );
  }
  const { issuedAt } = JSON.parse(life.newest.header ?? '{}') as { readonly issuedAt: string };
  const latest = after(new Date(issuedAt), RETENTION).getTime();
  const expected =
    end >= latest
      ? `the notice already lives as long as it may, until ${instant(end)}`
      : `expected a time after the present end, ${instant(end)}, and at most ${instant(latest)}`;
  if (expiresAt <= end) throw refusal('schema-invalid', place, expected);
  if (expiresAt > latest) throw refusal('extension-too-long', place, expected);
  return { fields: { reason, expiresAt: seconds(expiresAt) } };
}

function judgeRestrict(order: OrderOf<'restrict'>, { life, holders, others }: OrderContext): JudgedOrder {
  const { reason, sections } = order;
  const all = holders.map((to) => ({ to: parseOrgId(to), ...(sections === undefined ? {} : { sections }) }));
  const meant = order.holders ?? all;
  if (meant.length === 0) throw refusal('schema-invalid', '/holders', 'no organisation holds the notice');
  for (const [index, { to }] of meant.entries()) {
    if (others.includes(to) && meant.findIndex((one) => one.to === to) === index) continue;
    throw refusal('organisation-unknown', `/holders/${index}/org`, 'expected another member, once');
  }
  requireHandlingNote(life, meant, order.holders === undefined);
  const everyone = order.holders === undefined ? ({ everyone: true } as const) : {};
  return { fields: { reason, meant, ...everyone }, listed: meant };
}

/** Requires a restriction by the originator for each holder and section that is lifted. */
function judgeLift(order: OrderOf<'lift'>, { life }: OrderContext): JudgedOrder {
  const { sections } = order;
  const isBarred = (section: Section, to: string): boolean =>
    life.bars.get(to)?.sections.includes(section) === true;
  const barred = [...life.bars.keys()].filter((to) => sections?.some((one) => isBarred(one, to)) ?? true);
  const all = barred.map((to) => ({ to: parseOrgId(to), ...(sections === undefined ? {} : { sections }) }));
  const meant = order.holders ?? all;
  const inForce = 'expected a restriction by the originator that is in force';
  if (meant.length === 0) throw refusal('schema-invalid', '/holders', inForce);
  for (const [index, { to, sections: named }] of meant.entries()) {
    const isOnce = meant.findIndex((one) => one.to === to) === index;
    if (isOnce && life.bars.has(to) && (named?.some((one) => isBarred(one, to)) ?? true)) continue;
    throw refusal('schema-invalid', `/holders/${index}`, isOnce ? inForce : 'expected each holder once');
  }
  return { fields: { meant }, listed: meant };
}

/**
 * True when a copy without the handling note would be invalid: handling code H3 refers to the note. Also true for
 * a lost notice, whose codes are not known.
 */
export function needsHandlingNote(life: OwnLife): boolean {
  const { handling } = JSON.parse(life.newest.header ?? '{}') as {
    handling?: { readonly codes?: readonly string[] };
  };
  return isLost(life) || handling?.codes?.includes('H3') === true;
}

/** Throws `schema-invalid` for a restriction of `handlingNote` while the notice needs that section. */
function requireHandlingNote(life: OwnLife, meant: readonly RestrictedHolder[], isForAll: boolean): void {
  if (!needsHandlingNote(life)) return;
  const index = meant.findIndex(({ sections }) => sections?.includes('handlingNote'));
  if (index === -1) return;
  const place = isForAll ? '/sections' : `/holders/${index}/sections`;
  const kept = isLost(life)
    ? 'a lost notice, which may have handling code H3,'
    : 'a notice with handling code H3';
  throw refusal('schema-invalid', place, `${kept} keeps its \`handlingNote\``);
}

function judgeUnseal({ to, section, jti }: OrderOf<'unseal'>, context: OrderContext): JudgedOrder {
  const answers = jti === undefined ? context.openRequest(to, section) : openRequest(jti, context);
  const sealed = context.sealed(to, section);
  if (sealed === undefined) {
    const isHolder = context.holders.includes(to);
    const place = isHolder || !context.others.includes(to) ? '/section' : '/to';
    throw refusal('not-withheld', place, 'expected a section that is advertised to the holder and withheld');
  }
  const { digest, disclosure, text } = sealed;
  return {
    fields: { section, meant: [{ to, section }] },
    listed: [{ to, section, digest, disclosure }],
    disclosures: [text],
    ...(answers && { answers }),
  };
}

function judgeDecline({ reason, jti }: OrderOf<'decline'>, context: OrderContext): JudgedOrder {
  const answers = openRequest(jti, context);
  const [to, request] = [parseOrgId(answers.org), answers.digest];
  const section = SECTIONS.find((one) => one === answers.section);
  return {
    fields: { reason, meant: [{ to, request, ...(section && { section }) }] },
    listed: [{ to, request }],
    answers,
  };
}

function openRequest(jti: string, { asked, again }: OrderContext): AskedRow {
  const request = asked(jti);
  if (request === undefined) throw fail('not-found', 'no such request');
  if (request.item !== null && request.item !== again)
    throw fail('request-answered', 'the request was answered before');
  return request;
}

/** An error that names the field of the order, in its message too. */
function refusal(code: Code, path: string, message: string): LiaisonError {
  return fail(code, `\`${path}\`: ${message}`, [{ path, message }]);
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

const instant = (ms: number): string => new Date(seconds(ms) * 1000).toISOString();
