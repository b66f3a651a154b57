import { join } from 'node:path';
import type { Releaser } from '../../../../services/cli/policy/release/releaser.js';
import { judgeRelease, type ReleaseJudging } from '../../../../services/router/policies/judge-release.js';
import {
  composeBundle,
  federationFilesBy,
  filesIn,
  releasedFiles,
  withFederationFiles,
} from '../../../../services/router/policies/release-set.js';
import { releasesOf } from '../../../../services/router/queries/answer-releases.js';
import type { OrgId } from '../../../../services/shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../../services/shared/ledger/command-content.js';
import {
  signRelease,
  type VerifiedRelease,
  verifyRelease,
} from '../../../../services/shared/ledger/release/release.js';
import type { PolicyBundle } from '../../../../services/shared/policy/adopted/bundle.js';
import type { Home } from '../../../../services/shared/runtime/home.js';
import { openRouterStore } from '../../../../services/shared/store/router/router-store.js';
import { hexDigest } from '../../../../services/shared/trust/digest.js';
import { readSigner } from '../../../../services/shared/trust/keys.js';
import { readDirectory } from '../../../../services/shared/trust/read-directory.js';

/** A hub that judges each release at once, by the signatures and keys of a home; its gate reads no rule. */
export interface PlayedHub {
  readonly releaserOf: (owner: OrgId) => Releaser;
  /** The policies in force. */
  readonly bundle: () => PolicyBundle;
  /** Every release that was sent. */
  readonly sent: () => readonly VerifiedRelease[];
  /** Called before each judgement. */
  onJudge: (release: VerifiedRelease) => Promise<void> | void;
  close(): Promise<void>;
}

/** Returns the name of the loosening that the gate of a played hub finds in a rule with the id `opens-…`. */
export const looseningOf = (rule: string): string => hexDigest(rule);

/** Starts with the policies of a folder, as the hub of a demonstration does. */
export async function playHub(home: Home, folder: string): Promise<PlayedHub> {
  const directory = await readDirectory(home);
  const members = [...directory.organisations.keys()];
  const store = openRouterStore(join(home.root, 'played.db'));
  let bundle = filesIn(folder, members);
  const sent: VerifiedRelease[] = [];
  let last = 0;
  const tick = (): number => (last = Math.max(Date.now(), last + 1));
  const note = (
    release: Parameters<typeof store.releases.judge>[0]['release'],
    more: object,
  ): Promise<void> =>
    store.commit(() =>
      store.releases.judge({ release, bundle: null, findings: '[]', at: tick(), by: 'router-1', ...more }),
    );
  /** Finds a loosening in each rule `opens-…` that is not in force. */
  const gate: ReleaseJudging['gate'] = async (releases, { org, loosenings }) => {
    const inForce = [...bundle.files.values()].join('\n');
    const ids = releases
      .flatMap(({ files }) => [...files.values()])
      .flatMap((text) => text.match(/opens-[a-z]+/g) ?? []);
    const found = ids.filter((id) => !inForce.includes(id)).map((id) => [id, looseningOf(id)] as const);
    const findings = found
      .filter(([, loosening]) => loosenings?.includes(loosening) === false)
      .map(([id, loosening]) => ({
        place: org,
        message: `${id} loosens receive`,
        loosening,
      }));
    return findings.length > 0
      ? { adopt: false, findings }
      : {
          adopt: true,
          passed: { bundle, sets: { schema: {}, rules: new Map(), digests: {} } as never, notes: [] },
        };
  };
  const adopt = (owner: OrgId, release: VerifiedRelease): PolicyBundle => {
    const base =
      owner === LEDGER_OWNER ? withFederationFiles(bundle, federationFilesBy(release.files)) : bundle;
    return composeBundle(base, new Map([...releasedFiles(store), [owner, release.files]]), members);
  };
  const hub: PlayedHub = {
    bundle: () => bundle,
    sent: () => sent,
    onJudge: () => undefined,
    close: () => store.close(),
    releaserOf: (owner) => ({
      org: owner,
      ask: async (statement) => ({ ...releasesOf(owner, store, statement), unrecorded: [] }),
      read: () => new Map(),
      send: async (draft) => {
        const key = owner === LEDGER_OWNER ? home.operatorKey : home.org(owner, 'policy.jwk');
        const now = new Date();
        const signing = { signer: await readSigner(key), federation: directory.federation, now };
        const { statement: token, files } = await signRelease(draft, signing);
        const release = await verifyRelease({ statement: token, files }, { directory, org: owner, now });
        const { statement, digest, version } = release;
        const row = { org: owner, statement, digest, version, token, files, at: tick() };
        await store.commit(() => store.releases.submit(row));
        sent.push(release);
        await hub.onJudge(release);
        const inForceOf = (org: string) => store.releases.listInForce().find((one) => one.org === org);
        const judging = { directory, now: new Date(), inForceOf, inForce: bundle, members, gate };
        const verdict = await judgeRelease(row, judging);
        if (verdict.adopt) bundle = adopt(owner, release);
        await note(
          row,
          verdict.adopt ? { bundle: bundle.digest } : { findings: JSON.stringify(verdict.findings) },
        );
        return statement;
      },
    }),
  };
  await note(null, { bundle: bundle.digest });
  return hub;
}
