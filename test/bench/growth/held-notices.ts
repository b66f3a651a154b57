import { v7 as uuidv7 } from 'uuid';
import { decodeBase64url, encodeBase64url } from '../../../services/shared/kernel/base64url.js';
import { parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { composeNotice } from '../../../services/shared/notice/draft.js';
import { type Kind, KINDS } from '../../../services/shared/notice/kinds.js';
import type { NewDelivery, NewHeld } from '../../../services/shared/store/gateway/gateway-deliveries.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { generateKey, importSigner } from '../../../services/shared/trust/keys.js';
import { issueNotice } from '../../../services/shared/trust/sd-jwt.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { exampleDraft } from '../examples.js';

/**
 * Generates any number of notices as a gateway holds them; the nth is the nth inserted into an empty
 * database.
 */
export interface HeldNotices {
  /** Returns one delivery with `count` notices; `first` counts from 1. */
  readonly delivery: (first: number, count: number) => NewDelivery;
  /** Returns the searchable text of the nth notice. */
  readonly words: (nth: number) => string;
  /** Returns the family name in the nth notice; about one notice in 200,000 shares it. */
  readonly name: (nth: number) => string;
}

/** A word that every notice contains, as each example states that it is invented. */
export const COMMON_WORD = 'invented';
export const ORIGINATORS = [
  'interpol',
  'europol',
  'afripol',
  'ameripol',
  'aseanapol',
  'gccpol',
  'ecopol',
].map(parseOrgId);
/** A kind that no generated notice has. */
export const ABSENT_KIND: Kind = 'un-special';

const YEAR_MS = 365 * 86_400_000;
const PART = {
  sections: ['identity', 'description'],
  advertised: ['judicial'],
  obligations: ['ask-before-use'],
};

/**
 * Creates a generator that copies the signed examples with new ids and names. The copies have invalid
 * signatures, which the gateway's store does not verify.
 */
export async function createHeldNotices(): Promise<HeldNotices> {
  const templates = await Promise.all(KINDS.filter((kind) => kind !== ABSENT_KIND).map(makeTemplate));
  const templateOf = (nth: number): Template => {
    const template = templates[nth % templates.length];
    if (template === undefined) throw new Error('no templates');
    return template;
  };
  return {
    delivery: (first, count) => {
      const nths = Array.from({ length: count }, (_, index) => first + index);
      return deliveryOf(nths.map((nth, leaf) => heldOf(templateOf(nth), nth, leaf)));
    },
    words: (nth) => `${templateOf(nth).words} ${COMMON_WORD} ${nameOf(nth)}`,
    name: nameOf,
  };
}

interface Template {
  readonly kind: string;
  /**
   * The claims as JSON, which contain the id of the example; `head` and `tail` are the rest of the signed
   * notice.
   */
  readonly claims: string;
  readonly id: string;
  readonly head: string;
  readonly tail: string;
  readonly words: string;
}

async function makeTemplate(kind: Kind): Promise<Template> {
  const [originator] = ORIGINATORS;
  if (originator === undefined) throw new Error('no originators');
  const draft = exampleDraft(kind);
  const id = parseNoticeId(uuidv7());
  const signer = await importSigner(await generateKey(`${originator}:notice:1`));
  const notice = composeNotice(draft, { id, number: 1, originator, now: new Date() });
  const sdJwt = await issueNotice(notice, { federation: 'demo', signer });
  const [head = '', payload = '', ...rest] = sdJwt.split('.');
  const claims = Buffer.from(decodeBase64url(payload)).toString('utf8');
  const words = wordsOf({ header: notice.header, sections: notice.sections });
  return { kind, claims, id, head, tail: rest.join('.'), words };
}

function wordsOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(wordsOf).join(' ');
}

/**
 * Returns the nth notice: a copy of the template with its own id, and one more disclosure with its own name.
 */
function heldOf({ kind, claims, id, head, tail }: Template, nth: number, leaf: number): NewHeld {
  const own = uuidv7();
  const named = encodeBase64url(Buffer.from(JSON.stringify([own, 'identity', { familyName: nameOf(nth) }])));
  const payload = encodeBase64url(Buffer.from(claims.replaceAll(id, own)));
  return {
    id: own,
    number: nth,
    kind,
    exp: Math.floor((Date.now() + YEAR_MS) / 1000),
    digest: digest(own),
    disclosed: digest(named),
    delivered: digest(named),
    leaf,
    reviewAt: null,
    forget: Date.now() + 6 * YEAR_MS,
    warnAt: Math.floor(Date.now() + YEAR_MS / 2),
    sdJwt: `${head}.${payload}.${tail}${named}~`,
  };
}

/** Returns a delivery of the next originator, with a statement and a receipt as long as real ones. */
function deliveryOf(held: readonly NewHeld[]): NewDelivery {
  const number = held[0]?.number ?? 0;
  const originator = ORIGINATORS[number % ORIGINATORS.length] ?? '';
  const own = held.map(({ id, digest: of }) => ({
    salt: SALT,
    part: Buffer.from(JSON.stringify({ type: 'share', to: 'afripol', jti: `${id}.1`, digest: of, ...PART })),
  }));
  const record = { statement: STATEMENT, own, index: 3, path: [HASH, HASH, HASH] };
  const at = Date.now();
  return {
    originator,
    frame: Buffer.from(digest(`${number}`))
      .toString('hex')
      .slice(0, 64),
    records: digest('record'),
    root: digest('root'),
    statement: STATEMENT,
    proofs: frames.delivery.encode({ statement: '', records: [record], seed: SALT, items: [] }),
    leaves: Buffer.concat(held.map(() => HASH)),
    receipt: STATEMENT,
    at,
    forget: at + YEAR_MS,
    held,
    kept: 0,
    expected: [],
  };
}

const SALT = Buffer.alloc(16, 7);
const HASH = Buffer.alloc(32, 7);
/** A placeholder as long as a delivery statement, a receipt or the statement of a record. */
const STATEMENT = 'x'.repeat(700);

const SYLLABLES = 60;

/** Returns a name of three syllables; consecutive notices get names that are far apart in the index. */
function nameOf(nth: number): string {
  const scattered = (nth * 7_919) % SYLLABLES ** 3;
  const digits = [scattered, scattered / SYLLABLES, scattered / SYLLABLES ** 2].map(
    (value) => Math.floor(value) % SYLLABLES,
  );
  return digits
    .map((digit) => `${CONSONANTS[digit % 12] ?? ''}${VOWELS[Math.floor(digit / 12)] ?? ''}`)
    .join('');
}

const CONSONANTS = [...'bdfgklmnprst'];
const VOWELS = [...'aeiou'];
