import { expect } from 'vitest';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import type { Pack } from '../../../services/shared/verify/pack.js';
import { verifyEvidence, type Verification } from '../../../services/shared/verify/verify-evidence.js';
import { WITHHOLDS_JUDICIAL } from '../../support/judicial-rules.js';
import { OPEN, rule, startHub, type TestHub } from '../../support/hub.js';
import { until } from '../../support/until.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';

/** A hub with gateways of europol, interpol and afripol, and what a test does with notices of europol. */
export interface PackExchange extends AsyncDisposable {
  readonly hub: TestHub;
  readonly europol: Started;
  readonly interpol: Started;
  /** Submits a red notice for interpol and afripol; resolves to its id. */
  submit(header?: Json): Promise<string>;
  /** Amends a notice; resolves once the new revision is settled. */
  amend(id: string, header?: Json): Promise<void>;
  /** Orders an action; resolves once each holder answered it. */
  order(id: string, verb: string, body: Json): Promise<void>;
  settled(id: string): Promise<void>;
  /** Asks for the pack about all recipients, or about one. */
  ownPack(id: string, recipient?: string): Promise<Asked>;
  /** Asks interpol for its own pack. */
  heldPack(id: string): Promise<Asked>;
}

interface Asked {
  readonly status: number;
  readonly body: Json;
}

/** Starts it: europol's rules withhold and advertise the section `judicial`, those of afripol forbid yellow notices. */
export async function startPackExchange(): Promise<PackExchange> {
  const hub = await startHub({ orgs: ['europol', 'interpol', 'afripol'] });
  await hub.policy('europol/export.cedar', WITHHOLDS_JUDICIAL);
  const noYellow = rule(
    'af-no-yellow',
    'forbid (principal, action, resource) when { resource.kind == Kind::"yellow" };',
  );
  await hub.policy('afripol/import.cedar', OPEN('afripol-import') + noYellow);
  const router = await hub.start();
  await hub.open(router);
  const settings = { resendMs: 1_000 };
  const [europol, interpol, afripol] = await Promise.all(
    ['europol', 'interpol', 'afripol'].map((org) =>
      startGateway(hub.broker, org, { clock: hub.clock, settings }),
    ),
  );
  if (!europol || !interpol || !afripol) throw new Error('not started');
  const post = async (path: string, body: unknown): Promise<Json> => {
    const answer = await europol.call('POST', path, { body });
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    return answer.body;
  };
  const draft = (header: Json = {}) => {
    const { header: common, sections } = example(String(header['kind'] ?? 'red'));
    return { header: { ...common, addressees: ['interpol', 'afripol'], ...header }, sections };
  };
  const settled = async (id: string): Promise<void> => {
    await until('it is settled', () => europol.store.own.find(id)?.state === 'settled');
  };
  const ask = (at: Started, path: string): Promise<Asked> => at.call('GET', path);
  return {
    hub,
    europol,
    interpol,
    settled,
    submit: async (header) => String((await post('/v1/notices', draft(header)))['id']),
    amend: async (id, header) => {
      await post(`/v1/notices/${id}/revisions`, draft(header));
      await settled(id);
    },
    order: async (id, verb, body) => {
      const { action } = await post(`/v1/notices/${id}/${verb}`, body);
      const stateOf = () => europol.store.items.of('', id).find(({ seq }) => seq === action)?.state;
      await until(`the answers to ${verb}`, () => stateOf() === 'settled');
    },
    ownPack: (id, recipient) =>
      ask(europol, `/v1/notices/${id}/evidence${recipient === undefined ? '' : `?recipient=${recipient}`}`),
    heldPack: (id) => ask(interpol, `/v1/inbox/europol/${id}/evidence`),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([europol, interpol, afripol].map((one) => one.stop()));
      await hub.close();
    },
  };
}

/** Verifies a pack offline, with the root's key alone. */
export function verifyAsked(
  { hub }: Pick<PackExchange, 'hub'>,
  { status, body }: Asked,
): Promise<Verification> {
  expect(status, JSON.stringify(body)).toBe(200);
  const root = readAnchor(hub.broker.home);
  return verifyEvidence(JSON.stringify(body), { root, now: hub.clock(), directory: hub.directory() });
}

/** The lines of a verification as `✓ …`, `✗ …: code` and `– …`, with ids, numbers and times replaced by `…`. */
export function linesOf({ lines }: Verification): readonly string[] {
  return lines.map(({ ok, says, code }) => {
    const sign = ok === null ? '–' : ok ? '✓' : '✗';
    const plain = says
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.\d+)?/g, 'NOTICE')
      .replaceAll(/`?[\w-]{43}`?|sha256:\S+/g, 'D')
      .replaceAll(/\b\d{13,}\b/g, 'N');
    return `${sign} ${plain}${ok === false ? `: ${code}` : ''}`;
  });
}

/** The names of the sections in the copy of each revision of a pack; null for a revision without its content. */
export function sectionsIn({ body }: Asked): readonly (readonly string[] | null)[] {
  const { notices } = body as unknown as Pack;
  return notices.map(({ sdJwt }) => {
    if (sdJwt === null) return null;
    const disclosed = sdJwt.split('~').slice(1, -1);
    return disclosed
      .map((one) => String((JSON.parse(Buffer.from(one, 'base64url').toString()) as string[])[1]))
      .toSorted();
  });
}
