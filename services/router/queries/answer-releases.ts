import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { ReleaseRow } from '../../shared/store/router/router-releases.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { isDigest } from '../../shared/trust/digest.js';
import type { Claims } from '../../shared/trust/jws.js';
import type { ShownRelease, ShownReleaseFinding, ShownReleases } from '../../shared/wire/shown-releases.js';

/**
 * Answers with the asker's own releases; `statement`, the digest of one, asks why that one was refused. Throws `usage` for
 * anything else.
 */
export function answerReleases(
  { statement }: Claims,
  { org, store }: { readonly org: OrgId; readonly store: Pick<RouterStore, 'releases'> },
): Claims {
  return { type: 'releases', ...releasesOf(org, store, statement) };
}

/** Returns the releases of an organisation, or of the federation; `statement` is as in `answerReleases`. Throws `usage`. */
export function releasesOf(
  org: OrgId,
  store: Pick<RouterStore, 'releases'>,
  statement: unknown,
): ShownReleases {
  if (statement !== undefined && !isDigest(statement)) throw fail('usage', '`statement` is not a digest');
  return {
    bundle: store.releases.bundle() ?? null,
    releases: store.releases.of(org).map((row) => shownRelease(row, row.statement === statement)),
  };
}

function shownRelease({ digest, findings, ...row }: ReleaseRow, isAsked: boolean): ShownRelease {
  const { statement, version, state, at, judgedAt, judgedBy } = row;
  return {
    release: digest,
    statement,
    version,
    state,
    recordedAt: new Date(at).toISOString(),
    judgedAt: judgedAt === null ? null : new Date(judgedAt).toISOString(),
    judgedBy,
    ...(isAsked ? { findings: JSON.parse(findings ?? '[]') as readonly ShownReleaseFinding[] } : {}),
  };
}
