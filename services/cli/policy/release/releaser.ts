import { encodeBase64url } from '../../../shared/kernel/base64url.js';
import { fail } from '../../../shared/kernel/errors.js';
import { type OrgId, parseEntryId, parseOrgId } from '../../../shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import { signRelease } from '../../../shared/ledger/release/release.js';
import type { ReleaseFiles } from '../../../shared/ledger/release/release-files.js';
import { digest, hexDigest } from '../../../shared/trust/digest.js';
import { readSigner } from '../../../shared/trust/keys.js';
import { readPersonSigner } from '../../../shared/trust/signers/person-signer.js';
import { parseShownReleases } from '../../../shared/wire/shown-releases.js';
import { requireGateways, requireRunning } from '../../home/run-file.js';
import { onlyGatewayClient, probe } from '../../http-client.js';
import { sendCommand } from '../../quarantine/send-command.js';
import type { Home } from '../../../shared/runtime/home.js';
import type { Call } from '../../verb.js';
import { readFederationFolder, readOwnFiles, type ReleaseDraft } from './release-file.js';
import { type AskReleases, askReleases, postRelease } from './releases-client.js';

/** Whose releases a verb is about. */
export interface WhoseReleases {
  readonly org?: string;
  readonly federation?: boolean;
}

/** Lists and sends the releases of an organisation, or of the federation. */
export interface Releaser {
  readonly org: OrgId;
  readonly ask: AskReleases;
  /** Reads the files to release from a folder. Throws `usage`. */
  readonly read: (folder: string) => ReleaseFiles;
  /** Signs and sends a release; resolves with the digest of its statement. Throws `release-refused` for one that is not judged. */
  readonly send: (draft: ReleaseDraft) => Promise<string>;
}

/**
 * Returns the releaser of this site's organisation, which uses its gateway, or with `--federation` that of the federation, which
 * uses the routers of the hub. Throws `usage`, and as `requireRunning` does.
 */
export function releaserOf(call: Call<WhoseReleases & { readonly key?: string }>): Releaser {
  const { options, home, output, stopping } = call;
  if (options.federation !== true) {
    if (options.key === undefined) return memberReleaser(home, options.org);
    throw fail('usage', '`--key` is given with `--federation` alone');
  }
  if (options.org === undefined)
    return federationReleaser(home, { key: options.key, say: output.note, stopping });
  throw fail('usage', '`--federation` and `--org` exclude each other');
}

/** Returns the releaser of an organisation, by default of the only one whose gateway runs here. Throws as `releaserOf` does. */
export function memberReleaser(home: Home, name?: string): Releaser {
  const gateway = onlyGatewayClient(home, requireGateways(home), name);
  const org = parseOrgId(gateway.org);
  return {
    org,
    ask: (statement) => askReleases(gateway, statement),
    read: (folder) => readOwnFiles(folder, org),
    send: async (draft) => {
      const signer = await readSigner(home.org(org, 'policy.jwk'));
      const wire = await signRelease(draft, { signer, federation: draft.federation, now: new Date() });
      await postRelease(gateway, wire);
      return digest(wire.statement);
    },
  };
}

interface FederationReleaserParams {
  /** The file of an operator key; by default that of the home. */
  readonly key?: string | undefined;
  /** Receives progress in words. */
  readonly say: (words: string) => void;
  readonly stopping: AbortSignal;
}

/** Returns the releaser of the federation. Throws as `releaserOf` does. */
export function federationReleaser(
  home: Home,
  { key = home.operatorKey, say, stopping }: FederationReleaserParams,
): Releaser {
  const { router, moreRouters = {} } = requireRunning(home);
  return {
    org: LEDGER_OWNER,
    ask: (statement) => askRouters([router, ...Object.values(moreRouters)], statement),
    read: readFederationFolder,
    send: async (draft) => {
      const signer = await readPersonSigner(key, 'operator');
      const signing = { signer, federation: draft.federation, now: new Date() };
      const { statement, files } = await signRelease(draft, signing);
      const entry = { org: LEDGER_OWNER, entry: parseEntryId(hexDigest(statement)) };
      const release = { statement, files: encodeBase64url(files) };
      const command = { home, key, entry, verb: 'release', release, stopping, say } as const;
      const { outcome, code } = await sendCommand(command);
      if (outcome !== 'submitted')
        throw fail('release-refused', `no router judges the release: ${code ?? outcome}`);
      return digest(statement);
    },
  };
}

/** Asks the routers for the releases of the federation, and returns the first answer. Throws `unreachable` and `not-ready`. */
async function askRouters(urls: readonly string[], statement?: string): ReturnType<AskReleases> {
  const query = statement === undefined ? '' : `?statement=${encodeURIComponent(statement)}`;
  const answers = await Promise.all(urls.map((url) => probe(`${url}/releases${query}`)));
  const answered = answers.filter((answer) => answer !== undefined);
  if (answered.length === 0) throw fail('unreachable', 'no router answers');
  const [shown] = answered.flatMap(({ ok, body }) => (ok ? (parseShownReleases(body) ?? []) : []));
  if (shown !== undefined) return { ...shown, unrecorded: [] };
  throw fail(
    'not-ready',
    'no router lists releases: the folder of policies has the rules of all, or none is ready',
  );
}
