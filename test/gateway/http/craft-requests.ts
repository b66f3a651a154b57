import { readFileSync } from 'node:fs';
import { seconds } from '../../../services/shared/kernel/clock.js';
import { type OrgId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { parseStrictJson } from '../../../services/shared/kernel/strict-json.js';
import { LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import { signRelease } from '../../../services/shared/ledger/release/release.js';
import type { RouterStore } from '../../../services/shared/store/router/router-store.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { signKeyRequest } from '../../../services/shared/trust/directory/key-request.js';
import { parsePrivateJwk } from '../../../services/shared/trust/jwk.js';
import { generateKey, publicJwk, readSigner } from '../../../services/shared/trust/keys.js';
import type { TestHub } from '../../support/hub.js';
import { FEDERATION, OWN } from '../policies/craft-in-force.js';
import type { Json } from '../start-gateway.js';

const EUROPOL = parseOrgId('europol');

/** Signs a request for a new receipt key of europol; returns the body of `POST /v1/key-requests`. */
export async function askingForKey({ broker, directory, clock }: TestHub): Promise<Json> {
  const held = parsePrivateJwk(parseStrictJson(readFileSync(broker.home.org(EUROPOL, 'receipt.jwk'))));
  const next = await generateKey('europol:receipt:2');
  const wish = { type: 'next', key: publicJwk(next) } as const;
  const claims = { iss: EUROPOL, aud: directory().federation, iat: seconds(clock()), wish };
  return JSON.parse(await signKeyRequest(claims, [next, held])) as Json;
}

/** Signs a first release of europol; returns the body of `POST /v1/policies/releases`. */
export async function releasing({ broker, directory, clock }: TestHub): Promise<Json> {
  const files = new Map([
    ['export.cedar', ''],
    ['import.cedar', ''],
  ]);
  const by = { federation: directory().federation, now: clock() };
  const signer = await readSigner(broker.home.org(EUROPOL, 'policy.jwk'));
  const { statement, files: packed } = await signRelease(
    { version: 1, previous: null, files, approvals: [] },
    { ...by, signer },
  );
  return { statement, files: Buffer.from(packed).toString('base64') };
}

/** Puts releases of an organisation in every state on a router's ledger; returns the statement of the refused one. */
export async function putReleases({ commit, releases }: RouterStore, org: OrgId): Promise<string> {
  const [replaced, inForce, refused, waiting] = [1, 2, 3, 4].map((version) => {
    const statement = digest(`statement ${version}`);
    return { org, statement, digest: digest(`release ${version}`), version };
  });
  const at = Date.now();
  const [bundle, finding] = [digest('bundle'), { place: org, message: 'loosens', loosening: 'a'.repeat(64) }];
  const judged = { at, by: 'router-1', findings: '[]' };
  await commit(() => {
    for (const release of [replaced!, inForce!, refused!, waiting!])
      releases.submit({ ...release, token: '', files: new Uint8Array([1]), at });
    for (const release of [replaced!, inForce!]) releases.judge({ ...judged, release, bundle });
    releases.judge({ ...judged, release: refused!, bundle: null, findings: JSON.stringify([finding]) });
  });
  return refused!.statement;
}

/** Puts a release of the federation and one of europol with every file into force at a router. */
export async function putInForce(
  { commit, releases }: RouterStore,
  { broker, directory, clock }: TestHub,
): Promise<void> {
  const { federation } = directory();
  const [at, bundle] = [Date.now(), digest('bundle')];
  for (const [org, key, files] of [
    [LEDGER_OWNER, broker.home.operatorKey, FEDERATION],
    [EUROPOL, broker.home.org(EUROPOL, 'policy.jwk'), new Map([...OWN, ['cases.yaml', 'cases: []\n']])],
  ] as const) {
    const signing = { federation, now: clock(), signer: await readSigner(key) };
    const content = { version: 9, previous: null, files, approvals: [] };
    const { statement: token, files: packed } = await signRelease(content, signing);
    const release = { org, statement: digest(token), digest: digest(`release of ${org}`), version: 9 };
    await commit(() => {
      releases.submit({ ...release, token, files: packed, at });
      releases.judge({ release, bundle, findings: '[]', at, by: 'router-1' });
    });
  }
}
