import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { JudgingAction } from '../../../services/router/actions/judging-action.js';
import { createLives, type Lives } from '../../../services/router/actions/lives.js';
import type { ActionRefusal } from '../../../services/router/actions/refuse.js';
import {
  type NoticeId,
  type OrgId,
  parseNoticeId,
  parseRequestId,
} from '../../../services/shared/kernel/ids.js';
import {
  type ActionContent,
  readRecordedAction,
  signAction,
  type VerifiedAction,
} from '../../../services/shared/ledger/action.js';
import type { DecisionPart } from '../../../services/shared/ledger/record-parts.js';
import type { VerifiedRequest } from '../../../services/shared/ledger/request.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { makeDisclosure } from '../../../services/shared/trust/disclosure.js';
import { generateKey, importSigner } from '../../../services/shared/trust/keys.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { alfa, attributes, bravo, charlie, policyWith } from '../../shared/policy/folder.js';
import type { TestHub, TestRouter } from '../../support/hub.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';

export const NOW = new Date('2026-06-01T12:00:00Z');
export const NOW_S = NOW.getTime() / 1000;
export const DAY_S = 86_400;
/** Numbers are times: the notice was signed ten days ago. */
export const ISSUED = NOW.getTime() - 10 * DAY_S * 1000;
export const secret = makeDisclosure('judicial', { text: 'canary' });
export const ID = parseNoticeId('01900000-0000-7000-8000-000000000001');
export const SD_JWT = digest('the notice');

/** What alfa published, and how a frame of alfa is judged now. */
export interface Alfa {
  readonly store: RouterStore;
  readonly lives: () => Lives;
  /** Publishes a notice: `judicial` is advertised to bravo and withheld from it; charlie gets nothing. */
  publish(change?: {
    readonly id?: NoticeId;
    readonly number?: number;
    readonly exp?: number;
    readonly digest?: string;
  }): Promise<void>;
  sign(content: Partial<ActionContent>): Promise<VerifiedAction>;
  /** Puts an action on the ledger. */
  record(content: Partial<ActionContent>, at?: number): Promise<VerifiedAction>;
  /** Judges an action by itself; undefined when nothing is against it. */
  judge(content: Partial<ActionContent>): Promise<ActionRefusal | undefined>;
  ask(change?: Partial<VerifiedRequest>): VerifiedRequest;
}

export async function createAlfa(
  given: { readonly files?: Readonly<Record<string, string>>; readonly closed?: readonly OrgId[] } = {},
): Promise<Alfa> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-alfa-'));
  const store = openRouterStore(join(folder, 'router.db'));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const signer = await importSigner(await generateKey('alfa:notice:1'));
  const { policy } = policyWith(given.files);
  const judging: JudgingAction = {
    store,
    policy,
    now: NOW,
    isClosed: (org) => given.closed?.includes(org) ?? false,
    personOf: (kid) => kid,
  };
  const signed = (content: Partial<ActionContent>) =>
    signAction(
      { id: ID, number: NOW.getTime(), verb: 'withdraw', ...content },
      { signer, federation: 'demo', now: NOW, members: 3 },
    );
  const read = (action: Awaited<ReturnType<typeof signed>>): VerifiedAction => ({
    ...readRecordedAction(action),
    disclosures: new Map(),
  });
  const lives = (): Lives => createLives(judging, alfa);
  const sign = async (content: Partial<ActionContent>) => read(await signed(content));
  return {
    store,
    lives,
    sign,
    publish: ({ id = ID, number = ISSUED, exp = NOW_S + 400 * DAY_S, digest: sum = SD_JWT } = {}) => {
      const jti = `${id}.${number}`;
      const decision = { type: 'decision', jti, to: bravo, outcome: 'redacted', sections: ['identity'] };
      const rest = {
        withheld: ['judicial', 'contacts'],
        advertised: ['judicial'],
        obligations: [],
        rules: [],
      };
      const part = {
        type: 'notice',
        jti,
        digest: sum,
        number,
        exp,
        attributes,
        sections: ['identity', 'judicial'],
      };
      return store.commit(() =>
        store.notices.put(
          {
            originator: alfa,
            jti,
            digest: sum,
            number,
            exp,
            kind: 'red',
            state: 'active',
            frame: `frame-${number}`,
            at: number,
            part: JSON.stringify(part),
            decisions: JSON.stringify([{ ...decision, ...rest } as unknown as DecisionPart]),
          },
          { epoch: 'e', seq: 1 },
        ),
      );
    },
    record: async (content, at = NOW.getTime()) => {
      const wire = await signed(content);
      const action = read(wire);
      const bytes = frames.action.encode({ ...wire, disclosures: [] });
      const { digest: sum, id, number, verb } = action;
      const more = { extendsTo: action.expiresAt ?? null, exp: NOW_S, bytes };
      const row = { originator: alfa, digest: sum, id, number, verb, frame: 'f', at, ...more };
      await store.commit(() => store.actions.add(row));
      return action;
    },
    judge: async (content) => {
      const action = await sign(content);
      const wire = { statement: '', leaves: [], disclosures: [] };
      return lives().judge({ type: 'action', index: 0, text: '', action, wire, known: undefined });
    },
    ask: (change = {}) => ({
      holder: bravo,
      to: alfa,
      id: ID,
      revision: SD_JWT,
      section: 'judicial',
      purpose: 'arrest',
      issuedAt: NOW,
      kid: 'bravo:notice:1',
      digest: digest('a request'),
      jti: parseRequestId('01900000-0000-7000-8000-000000000009'),
      ...change,
    }),
  };
}

/** A router of a hub whose gate is open, and the three members of that hub. */
export interface OpenedHub {
  readonly router: TestRouter;
  readonly europol: PlayedGateway;
  readonly interpol: PlayedGateway;
  readonly afripol: PlayedGateway;
}

/**
 * Opens a router of the hub and starts its members: interpol and afripol answer each delivery, europol only
 * with `receipts`.
 */
export async function openHub(
  hub: TestHub,
  options: { readonly receipts?: boolean } = {},
): Promise<OpenedHub> {
  const router = await hub.start();
  await hub.open(router);
  const [europol, interpol, afripol] = await Promise.all([
    hub.gateway('europol'),
    hub.gateway('interpol'),
    hub.gateway('afripol'),
  ]);
  await Promise.all([
    europol.listen(options),
    interpol.listen({ receipts: true }),
    afripol.listen({ receipts: true }),
  ]);
  return { router, europol, interpol, afripol };
}

/** Sends these items in one frame and waits for the report on it. */
export async function send(
  gateway: PlayedGateway,
  items: Parameters<PlayedGateway['frame']>[0],
): Promise<Sent> {
  const sent = await gateway.frame(items);
  await gateway.send(sent);
  await gateway.reportOn(sent);
  return sent;
}

/** Suspends interpol since a time, or ends its suspension. */
export function suspendInterpol(hub: TestHub, suspendedAt?: string): Promise<void> {
  return suspendMember(hub, 'interpol', suspendedAt);
}

/** Suspends a member since a time, or ends its suspension. */
export function suspendMember(hub: TestHub, org: string, suspendedAt?: string): Promise<void> {
  return hub.amend((source) => {
    const { organisations } = source;
    const one = organisations[org];
    if (one === undefined) throw new Error(`no ${org}`);
    const { suspendedAt: _before, ...rest } = one;
    const member = suspendedAt === undefined ? rest : { ...rest, suspendedAt };
    return { ...source, organisations: { ...organisations, [org]: member } };
  });
}

export { bravo, charlie };
