import { decodeBase64 } from '../../shared/kernel/base64.js';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import { isJsonObject } from '../../shared/kernel/json-object.js';
import { verifyRelease } from '../../shared/ledger/release/release.js';
import type { ItemRow, NewItem } from '../../shared/store/gateway/gateway-items.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Release } from '../../shared/wire/frames.js';
import type { ShownReleases } from '../../shared/wire/shown-releases.js';
import type { Identity } from '../identity.js';
import type { HubQuestions } from '../outbound/hub-questions.js';
import { packItem } from '../outbound/packed-item.js';
import type { Signing } from '../signing.js';
import { createInForce, type PoliciesInForce } from './policies-in-force.js';

/** A release that this gateway took, and that the hub has not recorded. */
export interface UnrecordedRelease {
  readonly statement: string;
  readonly version: number;
  /** `refused`: the hub's report refused it unjudged, with this code. */
  readonly state: 'queued' | 'refused';
  readonly code: string | null;
}

/** The releases of this organisation: those that the hub has, and those that it has not. */
export interface OwnReleases extends ShownReleases {
  readonly unrecorded: readonly UnrecordedRelease[];
}

/** Takes releases that a person signed with the organisation's key of use `policy`, and says what became of them. */
export interface ReleaseIntake {
  /**
   * Stores a release to be sent; a repeated one is not stored again. Throws `schema-invalid`, `oversize`, `release-refused` for
   * one that cannot be verified, and as `Signing.require` does.
   */
  submit(body: unknown): Promise<UnrecordedRelease>;
  /** Asks the hub; `statement` is the digest of a release whose findings are wanted. Throws as `QueryClient.ask` does. */
  list(statement?: string): Promise<OwnReleases>;
  /** Asks the hub for the files in force, and verifies the answer. Throws as `createInForce` says. */
  inForce(): Promise<PoliciesInForce>;
}

interface ReleaseIntakeDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly signing: Signing;
  readonly questions: Pick<HubQuestions, 'releases' | 'policies'>;
  /** An item waits to be sent. */
  readonly onQueued: () => void;
}

/** The `verb` and `id` of a release among the own items. */
const [VERB, ID] = ['release', 'policies'];

/** Creates the releases of one gateway. */
export function createReleaseIntake({
  identity,
  store,
  signing,
  questions,
  onQueued,
}: ReleaseIntakeDeps): ReleaseIntake {
  const { org, clock, directory } = identity;
  const unrecorded = (recorded: ReadonlySet<string>): readonly UnrecordedRelease[] =>
    store.items
      .of(org, ID)
      .filter(({ state, digest }) => state !== 'settled' && !recorded.has(digest ?? ''))
      .map(viewUnrecorded);
  return {
    submit: async (body) => {
      const release = parseRelease(body);
      signing.require('release');
      const now = clock();
      const reading = { directory: directory.current(), org, now };
      const verified = await verifyRelease(release, reading).catch(refuse);
      const { statement: digest, version } = verified;
      const signed = { number: now.getTime(), digest, bytes: packItem({ release }) };
      const about = { originator: org, id: ID, kind: '', verb: VERB, fields: { version } };
      const flags = { derived: false, counted: false, first: false, pairs: 0 };
      const item: NewItem = { ...about, ...flags, at: now.getTime(), signed };
      const row = await store.commit(
        () => store.items.byDigest(digest) ?? store.items.insert(item, 'queued'),
      );
      onQueued();
      return viewUnrecorded(row);
    },
    list: async (statement) => {
      const shown = await questions.releases(statement);
      return { ...shown, unrecorded: unrecorded(new Set(shown.releases.map((each) => each.statement))) };
    },
    inForce: createInForce({ identity, questions }),
  };
}

function refuse(thrown: unknown): never {
  const { code, message, family } = errorFrom(thrown);
  throw family === 'evidence' ? fail('release-refused', `${message} (\`${code}\`)`) : thrown;
}

function viewUnrecorded({ digest, fields, state, code }: ItemRow): UnrecordedRelease {
  const { version = 0 } = fields;
  return { statement: digest ?? '', version, state: state === 'refused' ? 'refused' : 'queued', code };
}

function parseRelease(body: unknown): Release {
  const { statement, files, ...more } = isJsonObject(body) ? body : {};
  const bytes = typeof files === 'string' ? decodeBase64(files) : undefined;
  if (typeof statement === 'string' && bytes !== undefined && Object.keys(more).length === 0)
    return { statement, files: bytes };
  throw fail('schema-invalid', 'expected `statement`, a compact JWS, and `files` in base64', [
    { path: '', message: 'expected `statement` and `files`' },
  ]);
}
