import { join } from 'node:path';
import { frameId } from '../../../services/shared/trust/digest.js';
import { signDelivery } from '../../../services/shared/ledger/delivery/delivery.js';
import { deliveryRoot } from '../../../services/shared/ledger/delivery/delivery-root.js';
import { attributesOf } from '../../../services/shared/notice/attributes.js';
import type { Decision } from '../../../services/shared/policy/decision.js';
import { createEngines } from '../../../services/shared/policy/compiled-engine.js';
import { createPolicy, type Policy } from '../../../services/shared/policy/plan.js';
import { loadPolicies } from '../../../services/shared/policy/policies.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import {
  openSubmission,
  type SubmittedNotice,
  type Verified,
} from '../../../services/shared/trust/open-notice.js';
import { type RedactedCopy, redact } from '../../../services/shared/trust/redact.js';
import { frames } from '../../../services/shared/wire/frames.js';
import type { Prepared } from '../prepare.js';
import { cpu } from '../rounds.js';

/** CPU microseconds of one core per notice, by routing step. */
export type StepCosts = Readonly<Record<'open' | 'decide' | 'redact' | 'sign' | 'encode', number>>;

const FRAME = 64;
const ROUNDS = 12;

/**
 * Measures the router's own libraries step by step on the same notices in this process, after a warm-up
 * round.
 */
export async function measureSteps(
  { home, directory }: { readonly home: Home; readonly directory: Directory },
  prepared: Prepared,
): Promise<StepCosts> {
  const sets = loadPolicies(join(projectRoot, 'policies'), directory, digest);
  const policy = createPolicy({ engine: await createEngines()(sets), sets, directory });
  const signer = await readSigner(home.hub('router', 'hub.jwk'));
  const costs = { open: 0, decide: 0, redact: 0, sign: 0, encode: 0 };
  const notices = prepared.notices.slice(0, FRAME);
  for (let round = 0; round <= ROUNDS; round += 1) {
    const spent = await oneFrame({ policy, signer, directory, org: prepared.org, notices });
    if (round > 0) for (const step of STEPS) costs[step] += spent[step] / ROUNDS / notices.length;
  }
  return costs;
}

const STEPS = ['open', 'decide', 'redact', 'sign', 'encode'] as const;

interface Frame {
  readonly policy: Policy;
  readonly signer: Signer;
  readonly directory: Directory;
  readonly org: Prepared['org'];
  readonly notices: readonly string[];
}

async function oneFrame({ policy, signer, directory, org, notices }: Frame): Promise<StepCosts> {
  const now = new Date();
  const [opened, open] = await costOf(() =>
    Promise.all(notices.map((notice) => openSubmission(notice, { directory, originator: org, now }))),
  );
  const [decided, decide] = await costOf(() => opened.map((notice) => decideOne(policy, notice)));
  const recipients = [...new Set(decided.flat().map(({ recipient }) => recipient))];
  const [copies, redacting] = await costOf(() =>
    recipients.map((recipient) => opened.flatMap((notice, at) => copyFor(notice, decided[at], recipient))),
  );
  const frame = frameId('submission', org, Buffer.from('bench'));
  const seed = Buffer.alloc(16, 1);
  const [statements, sign] = await costOf(() =>
    Promise.all(
      copies.map((all, at) => {
        const about = { recipient: recipients[at] ?? org, originator: org, frame, actions: [], requests: [] };
        const records = [opened[0]?.digest ?? ''];
        const root = deliveryRoot(
          seed,
          all.map(({ leaf }) => leaf),
        );
        return signDelivery({ ...about, records, ...root }, { signer, now });
      }),
    ),
  );
  const [, encode] = await costOf(() =>
    statements.map((statement, at) => {
      const items = (copies[at] ?? []).map(({ copy }) => ({ notice: copy.text }));
      return frames.delivery.encode({ statement, records: [], seed, items });
    }),
  );
  return { open, decide, redact: redacting, sign, encode };
}

function decideOne(
  policy: Policy,
  { header, routing, sections }: Verified<SubmittedNotice>,
): readonly Decision[] {
  return policy
    .decide({
      attributes: attributesOf(header, routing),
      excluded: routing.excluded,
      sections,
    })
    .filter(({ outcome }) => outcome !== 'denied');
}

function copyFor(
  notice: Verified<SubmittedNotice>,
  decisions: readonly Decision[] = [],
  recipient: Decision['recipient'],
) {
  const decision = decisions.find((one) => one.recipient === recipient);
  if (decision === undefined) return [];
  const copy: RedactedCopy = redact(notice, decision.sections);
  const { jti, digest } = notice;
  return [{ copy, leaf: { jti, digest, disclosed: copy.disclosed } }];
}

/** Measures CPU time over all threads of this process, as signatures are verified outside the main thread. */
async function costOf<T>(work: () => T | Promise<T>): Promise<readonly [T, number]> {
  const before = cpu.now();
  const result = await work();
  return [result, cpu.now() - before];
}
