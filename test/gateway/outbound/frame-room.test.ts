import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { createFrameRoom } from '../../../services/gateway/outbound/frame-room.js';
import { MAX_PAYLOAD } from '../../../services/shared/bus/nats-conf.js';
import { type OrgId, parseFrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { ReportPart } from '../../../services/shared/ledger/record-parts.js';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { generateKey, importSigner, type Signer } from '../../../services/shared/trust/keys.js';
import {
  MAX_ACTION_BYTES,
  MAX_FRAME_BYTES,
  MAX_ITEMS,
  MAX_PAIRS,
  MAX_REQUEST_BYTES,
} from '../../../services/shared/wire/frame-limits.js';
import type { Action } from '../../../services/shared/wire/frames.js';
import {
  worstAction,
  worstActionParts,
  worstNoticeParts,
  worstRequestParts,
} from '../../support/worst-parts.js';
import { noDisclosures } from '../../support/no-disclosures.js';

/** An item that waits for a frame. `listed`: a number of organisations, null for all of them. */
type Waiting =
  | {
      readonly type: 'notice';
      readonly size: number;
      readonly listed: number | null;
      readonly isSuspended: 0 | 1;
    }
  | { readonly type: 'action'; readonly size: number; readonly listed: number }
  | { readonly type: 'request'; readonly size: number };

/** An item in a frame: its bytes, the parts of the report about it, and what stands beside the report. */
interface Taken {
  readonly bytes: number;
  readonly parts: readonly ReportPart[];
  readonly actions: readonly Action[];
  readonly requests: readonly string[];
}

const originator = parseOrgId('originator');
let signer: Signer;
beforeAll(async () => void (signer = await importSigner(await generateKey('hub:hub:1'))));

const sizeTo = (most: number) =>
  fc.oneof(fc.integer({ min: 600, max: 4_000 }), fc.integer({ min: 600, max: most }));
const item: fc.Arbitrary<Waiting> = fc.oneof(
  fc.record({
    type: fc.constant('notice' as const),
    size: sizeTo(256 * 1024),
    listed: fc.option(fc.nat(511)),
    isSuspended: fc.constantFrom(0 as const, 1 as const),
  }),
  fc.record({ type: fc.constant('action' as const), size: sizeTo(MAX_ACTION_BYTES), listed: fc.nat(511) }),
  fc.record({ type: fc.constant('request' as const), size: sizeTo(MAX_REQUEST_BYTES) }),
);
/** Single types as well as mixes: each list draws which items it repeats. */
const waiting = fc
  .tuple(fc.array(item, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: MAX_ITEMS }))
  .map(([kinds, count]) => Array.from({ length: count }, (_, at) => kinds[at % kinds.length]!));
const members = fc
  .record({
    count: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 511 })),
    length: fc.integer({ min: 3, max: 64 }),
  })
  .map(({ count, length }) =>
    Array.from({ length: count }, (_, index) => parseOrgId(String(index).padStart(length, 'a'))),
  );

/** Takes what fits in the order of a gateway: first the other items, then the notices. */
function fill(all: readonly Waiting[], others: readonly OrgId[]): readonly Waiting[] {
  const room = createFrameRoom(others);
  const fits = (one: Waiting): boolean =>
    one.type === 'notice'
      ? room.takesNotice({ sdJwt: 'x'.repeat(one.size), ...one })
      : room.takesItem({ bytes: new Uint8Array(one.size), pairs: one.type === 'action' ? others.length : 1 });
  const isNotice = ({ type }: Waiting): boolean => type === 'notice';
  const ordered = [...all.filter((one) => !isNotice(one)), ...all.filter(isNotice)];
  return ordered.filter(fits);
}

function worst(one: Waiting, index: number, others: readonly OrgId[]): readonly Taken[] {
  const bytes = one.size;
  const alone = { bytes, parts: [], actions: [], requests: [] };
  if (one.type === 'request')
    return [{ ...alone, parts: worstRequestParts(index, others[0]!), requests: ['x'.repeat(bytes)] }];
  const listed = Math.min(one.listed ?? others.length, others.length);
  const about = { index, given: others.slice(0, listed), denied: others.slice(listed) };
  if (one.type === 'action')
    return [{ ...alone, parts: worstActionParts(about), actions: [worstAction(bytes)] }];
  const suspension = { ...alone, bytes: 0, parts: worstActionParts(about), actions: [worstAction(1_000)] };
  return [{ ...alone, parts: worstNoticeParts(about) }, ...(one.isSuspended === 1 ? [suspension] : [])];
}

async function recordOf(taken: readonly Taken[], others: readonly OrgId[]): Promise<Uint8Array> {
  const { bytes } = await signReport(
    {
      reason: 'routing',
      org: originator,
      frame: parseFrameId('a'.repeat(64)),
      directory: 1_000,
      members: [...others, originator],
      policies: Object.fromEntries(others.map((org) => [`${org}/import`, digest(org)])),
      bundle: digest('bundle'),
      submission: { number: 1e9, digest: digest('submission') },
      parts: taken.flatMap(({ parts }) => parts),
      disclosedOf: noDisclosures,
      beside: {
        actions: taken.flatMap(({ actions }) => actions),
        requests: taken.flatMap(({ requests }) => requests),
      },
    },
    { signer, federation: 'demo', now: new Date(), read: { epoch: 'e'.repeat(36), sequence: 1e12 } },
  );
  return bytes;
}

/** Bytes of a submission's statement, its digests and framing, and of the message around it. */
const SUBMISSION_OVERHEAD_BYTES = 6_144;

test('property: of any mix of notices, actions and requests a gateway puts in one frame only what fits into one message with the largest report on it', async () => {
  await fc.assert(
    fc.asyncProperty(waiting, members, async (all, others) => {
      const chosen = fill(all, others);
      const taken = chosen.flatMap((one, index) => worst(one, index, others));
      const submission = taken.reduce((sum, { bytes }) => sum + bytes, 0);
      const record = await recordOf(taken, others);
      // One item alone is always taken: docs/adr/0006 says up to how many recipients it fits.
      if (chosen.length === 1) return;
      expect(chosen.length).toBeLessThanOrEqual(MAX_ITEMS);
      expect(submission).toBeLessThanOrEqual(MAX_FRAME_BYTES);
      expect(record.length + submission + SUBMISSION_OVERHEAD_BYTES).toBeLessThanOrEqual(MAX_PAYLOAD);
      const pairs = chosen.reduce(
        (sum, one) =>
          sum + (one.type === 'notice' ? Math.min(one.listed ?? others.length, others.length) : 0),
        0,
      );
      expect(pairs).toBeLessThanOrEqual(MAX_PAIRS);
    }),
    { numRuns: 60 },
  );
});

test('a frame is filled up to each of its bounds, and not beyond', () => {
  const others = Array.from({ length: 6 }, (_, index) => parseOrgId(`org-${index}`));
  const count = (one: Waiting, members = others): number =>
    fill(
      Array.from({ length: MAX_ITEMS }, () => one),
      members,
    ).length;
  expect(count({ type: 'request', size: 600 })).toBe(MAX_ITEMS);
  expect(count({ type: 'notice', size: 8_192, listed: 3, isSuspended: 0 })).toBe(MAX_FRAME_BYTES / 8_192);
  expect(count({ type: 'notice', size: 8_193, listed: 3, isSuspended: 0 })).toBe(MAX_FRAME_BYTES / 8_192 - 1);
  expect(count({ type: 'action', size: MAX_ACTION_BYTES, listed: 6 })).toBeGreaterThan(5);
  const many = Array.from({ length: 128 }, (_, index) => parseOrgId(`o${index}`));
  expect(count({ type: 'action', size: 600, listed: 6 }, many)).toBeLessThanOrEqual(MAX_PAIRS / 128);
});
