import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReceiveReport } from '../../../services/gateway/inbound/receive-report.js';
import { viewOwnFully } from '../../../services/gateway/http/view-own.js';
import { viewOwnStages } from '../../../services/gateway/life/own-stages.js';
import { type FrameId, parseFrameId, parseJti, parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { DecisionPart, NoticePart, ReportPart } from '../../../services/shared/ledger/record-parts.js';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import { attributesOf } from '../../../services/shared/notice/attributes.js';
import { equalDeadlines } from '../../../services/shared/notice/deadlines.js';
import type { Section } from '../../../services/shared/notice/kinds.js';
import type { OwnRow } from '../../../services/shared/store/gateway/gateway-own.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import {
  openSubmission,
  type SubmittedNotice,
  type Verified,
} from '../../../services/shared/trust/open-notice.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { clockWatchOf, example, startGateway, type Started } from '../start-gateway.js';
import { noDisclosures } from '../../support/no-disclosures.js';

const europol = parseOrgId('europol');
const afripol = parseOrgId('afripol');
let broker: Broker;
let gateway: Started;
let signer: Signer;
let receive: ReturnType<typeof createReceiveReport>;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol', { offline: true });
  signer = await readSigner(broker.home.hub('router', 'hub.jwk'));
  receive = createReceiveReport({
    ...gateway,
    clockWatch: clockWatchOf(gateway.identity),
    onReport: () => {},
    onMisreport: () => {},
    onSettled: () => {},
  });
  await submit();
  await until('the sender waits for the broker', () => gateway.store.frames.unsent() !== undefined);
});

afterAll(async () => {
  await gateway?.stop();
  await broker?.close();
});

const rowOf = ({ id }: { readonly id: string }): OwnRow => gateway.store.own.find(id) as OwnRow;
const submit = async (): Promise<{ readonly id: string }> => {
  const { body } = await gateway.call('POST', '/v1/notices', { body: example('red') });
  return { id: String(body['id']) };
};

interface Framed {
  readonly frame: FrameId;
  readonly notices: readonly Verified<SubmittedNotice>[];
}

/** A frame of this many new notices. */
async function framed(count: number): Promise<Framed> {
  return frameOf(await Promise.all(Array.from({ length: count }, async () => rowOf(await submit()).seq)));
}

/** A frame of these stored notices; the sender stays busy with another frame. */
async function frameOf(owns: readonly number[]): Promise<Framed> {
  const { store, identity } = gateway;
  const number = store.facts.number('frame') + 1;
  const id = createHash('sha256').update(String(number)).digest('hex');
  await store.commit(() =>
    store.frames.make({
      number,
      id,
      statement: 'x',
      statementDigest: 'x',
      owns: owns.toSorted((a, b) => a - b),
    }),
  );
  const opening = { directory: identity.directory.current(), originator: europol, now: new Date() };
  const texts = store.frames.read(number)?.notices ?? [];
  const notices = await Promise.all(texts.map((text) => openSubmission(text, opening)));
  return { frame: parseFrameId(id), notices };
}

const sectionsOf = ({ sections }: Verified<SubmittedNotice>): readonly Section[] => sections;

function noticePart(notice: Verified<SubmittedNotice>): NoticePart {
  const { jti, digest, number, exp, header, routing } = notice;
  const attributes = attributesOf(header, routing);
  return { type: 'notice', jti, digest, number, exp, attributes, sections: sectionsOf(notice) };
}

/** A narrowing after which `afripol` may have only these sections; undefined denies. */
function decided(notice: Verified<SubmittedNotice>, sections?: readonly Section[]): DecisionPart {
  const all = sectionsOf(notice);
  const given = sections ?? [];
  const withheld = sections === undefined ? [] : all.filter((section) => !given.includes(section));
  const outcome = sections === undefined ? 'denied' : withheld.length === 0 ? 'delivered' : 'redacted';
  const rest = { advertised: [], obligations: [], rules: [] };
  return {
    type: 'decision',
    jti: parseJti(notice.jti),
    to: afripol,
    outcome,
    sections: given,
    withheld,
    ...rest,
  };
}

async function report(
  frame: FrameId,
  parts: readonly ReportPart[],
  reason: 'routing' | 'narrowing' = 'routing',
) {
  const { federation, version } = gateway.identity.directory.current();
  const about = { directory: version, members: [europol, afripol], policies: {} };
  const content = {
    reason,
    org: europol,
    frame,
    ...about,
    submission: null,
    parts,
    disclosedOf: noDisclosures,
  };
  const { bytes } = await signReport(content, { signer, federation, now: new Date() });
  const name = reason === 'routing' ? frame : createHash('sha256').update(bytes).digest('hex');
  await receive(parseFrameId(name), bytes);
}

describe('gateway inbound: a refusal', () => {
  test('in a later report refuses notices without a report, and settles none', async () => {
    const { frame, notices } = await framed(1);
    const [notice] = notices as [Verified<SubmittedNotice>];
    await report(frame, [noticePart(notice), decided(notice, sectionsOf(notice))]);
    expect(rowOf(notice)).toMatchObject({ state: 'routed' });
    const { jti, digest } = notice;
    await report(frame, [{ type: 'refusal', index: 0, jti, digest, code: 'key-revoked' }]);
    expect(rowOf(notice)).toMatchObject({ state: 'refused', code: 'key-revoked' });
  });

  test('applies to the notice with its digest, at any position', async () => {
    const { frame, notices } = await framed(2);
    const [first, second] = notices as [Verified<SubmittedNotice>, Verified<SubmittedNotice>];
    const { jti, digest } = second;
    await report(frame, [{ type: 'refusal', index: 0, jti, digest, code: 'superseded' }]);
    expect([rowOf(first).state, rowOf(second).state]).toEqual(['queued', 'refused']);
  });

  test('of unknown bytes refuses no notice', async () => {
    const { frame, notices } = await framed(1);
    const [notice] = notices as [Verified<SubmittedNotice>];
    await report(frame, [
      { type: 'refusal', index: 0, jti: notice.jti, digest: 'other', code: 'superseded' },
    ]);
    expect(rowOf(notice)).toMatchObject({ state: 'queued', code: null });
  });
});

describe('gateway inbound: two narrowings of one pair', () => {
  const shown = (notice: Verified<SubmittedNotice>) =>
    viewOwnFully(gateway.store, rowOf(notice), gateway.identity).recipients;
  /** Repeats until two records were seen in both orders of their hashes. */
  const times = Array.from({ length: 6 }, (_, index) => index);

  test('leave what both leave, in either order of their hashes', async () => {
    for (const time of times) {
      const { frame, notices } = await framed(1);
      const [notice] = notices as [Verified<SubmittedNotice>];
      const [a, b, c] = sectionsOf(notice) as [Section, Section, Section];
      await report(frame, [noticePart(notice), decided(notice, sectionsOf(notice))]);
      await report(frame, [noticePart(notice), decided(notice, [a, b])], 'narrowing');
      await report(frame, [noticePart(notice), decided(notice, [b, c])], 'narrowing');
      expect(shown(notice), String(time)).toMatchObject([{ outcome: 'redacted', sections: [b] }]);
      expect(shown(notice)[0]?.withheld).toEqual(
        sectionsOf(notice)
          .filter((name) => name !== b)
          .toSorted(),
      );
    }
  });

  test('are a denial when one of them denies, in either order of their hashes', async () => {
    for (const time of times) {
      const { frame, notices } = await framed(1);
      const [notice] = notices as [Verified<SubmittedNotice>];
      await report(frame, [noticePart(notice), decided(notice, sectionsOf(notice))]);
      await report(frame, [noticePart(notice), decided(notice)], 'narrowing');
      await report(frame, [noticePart(notice), decided(notice, sectionsOf(notice).slice(0, 2))], 'narrowing');
      expect(shown(notice), String(time)).toMatchObject([{ outcome: 'denied', sections: [] }]);
    }
  });

  test('make the stage routed negative once one of them denies, and leave no delivery that is awaited', async () => {
    const { frame, notices } = await framed(1);
    const [notice] = notices as [Verified<SubmittedNotice>];
    const stages = () => {
      const deps = { ...gateway, deadlines: equalDeadlines(60) };
      const [at] = viewOwnStages(deps, rowOf(notice)).recipients;
      return at?.stages.map(({ stage, outcome, word }) => `${stage} ${outcome} ${word}`);
    };
    await report(frame, [noticePart(notice), decided(notice, sectionsOf(notice))]);
    expect(stages()).toEqual(['routed positive delivered', 'delivered open awaited']);
    await report(frame, [noticePart(notice), decided(notice, sectionsOf(notice).slice(0, 2))], 'narrowing');
    expect(stages()).toEqual(['routed positive redacted', 'delivered open awaited']);
    await report(frame, [noticePart(notice), decided(notice)], 'narrowing');
    expect(stages()).toEqual(['routed negative denied']);
  });
});

describe('gateway inbound: the reports on two frames of one notice', () => {
  const post = (path: string, body: unknown) => gateway.call('POST', `/v1/notices/${path}`, { body });
  /** The holders of restrictions that are owed, or signed already. */
  const restrictedOn = ({ id }: { readonly id: string }): readonly unknown[] => [
    ...gateway.store.holders.owed(9).flatMap((one) => (one.id === id ? one.holders : [])),
    ...gateway.store.items.of('', id).flatMap(({ fields }) => fields.meant ?? []),
  ];

  test.each(['FSN', 'FNS', 'SFN', 'SNF', 'NFS', 'NSF'])(
    'owe a restriction to a recipient that only the first allows, if a newer revision does not go to it, in the order %s of first, second and newer',
    async (order) => {
      const { frame, notices } = await framed(2);
      const [notice, beside] = notices as [Verified<SubmittedNotice>, Verified<SubmittedNotice>];
      // A withdrawal erases its notice at once, and the other notice of the frame moves to another one.
      await post(`${beside.id}/withdraw`, { reason: 'issued-in-error' });
      const moved = await frameOf([rowOf(notice).seq]);
      await post(`${notice.id}/revisions`, example('red'));
      const newer = await frameOf([rowOf(notice).seq]);
      const reports: Readonly<Record<string, () => Promise<void>>> = {
        F: () => report(frame, [noticePart(notice), decided(notice, sectionsOf(notice))]),
        S: () => report(moved.frame, [noticePart(notice), decided(notice)]),
        N: () => report(newer.frame, newer.notices.map(noticePart)),
      };
      for (const name of order) await reports[name]?.();
      expect(restrictedOn(notice)).toEqual([{ to: 'afripol' }]);
    },
  );
});
