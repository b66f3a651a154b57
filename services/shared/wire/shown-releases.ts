/** Why a release was refused. */
export interface ShownReleaseFinding {
  readonly place: string;
  readonly message: string;
  /** Digest in hex of a loosening that two persons have not approved. */
  readonly loosening?: string;
}

/** A release of an organisation, as the hub lists it. */
export interface ShownRelease {
  /** Digest of the release, which the next one and approvals name. */
  readonly release: string;
  /** Digest of its statement: a release that is sent again with approvals has another one. */
  readonly statement: string;
  readonly version: number;
  readonly state: ShownReleaseState;
  readonly recordedAt: string;
  /** When it was judged, and by which router; null while it waits. */
  readonly judgedAt: string | null;
  readonly judgedBy: string | null;
  /** Only of the release that was asked about. */
  readonly findings?: readonly ShownReleaseFinding[];
}

/** What became of a release; `replaced`: another one of its organisation came into force after it. */
export const RELEASE_STATES = ['waiting', 'in-force', 'replaced', 'refused'] as const;
export type ShownReleaseState = (typeof RELEASE_STATES)[number];

/** The releases of one organisation, as the hub answers them. */
export interface ShownReleases {
  /** Digest of the policies of the whole federation that are in force; null before the first. */
  readonly bundle: string | null;
  /** Newest first. */
  readonly releases: readonly ShownRelease[];
}

/** Returns the parsed answer of a hub; undefined if it has another form. */
export function parseShownReleases(value: unknown): ShownReleases | undefined {
  const { bundle, releases } = Object(value) as Partial<Record<keyof ShownReleases, unknown>>;
  if ((bundle !== null && typeof bundle !== 'string') || !Array.isArray(releases)) return undefined;
  const parsed = releases.flatMap((each) => parseRelease(each) ?? []);
  return parsed.length === releases.length ? { bundle, releases: parsed } : undefined;
}

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';

function parseRelease(value: unknown): ShownRelease | undefined {
  const each = Object(value) as Partial<Record<keyof ShownRelease, unknown>>;
  const { release, statement, version, state, recordedAt, judgedAt, judgedBy, findings } = each;
  const areTexts = [release, statement, recordedAt].every((text) => typeof text === 'string');
  const known = RELEASE_STATES.find((one) => one === state);
  if (!areTexts || known === undefined || !Number.isSafeInteger(version)) return undefined;
  if (!isTextOrNull(judgedAt) || !isTextOrNull(judgedBy)) return undefined;
  const found = findings === undefined ? undefined : parseFindings(findings);
  if (found === undefined && findings !== undefined) return undefined;
  const shown = { release, statement, version, state: known, recordedAt, judgedAt, judgedBy } as ShownRelease;
  return found === undefined ? shown : { ...shown, findings: found };
}

function parseFindings(value: unknown): readonly ShownReleaseFinding[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.flatMap((each): readonly ShownReleaseFinding[] => {
    const { place, message, loosening } = Object(each) as Partial<Record<keyof ShownReleaseFinding, unknown>>;
    if (typeof place !== 'string' || typeof message !== 'string') return [];
    if (loosening === undefined) return [{ place, message }];
    return typeof loosening === 'string' ? [{ place, message, loosening }] : [];
  });
  return found.length === value.length ? found : undefined;
}
