// What a router says about its policies in `/readyz`; the command line and the console show it.

/** One finding about a folder of policies that is not adopted. */
export interface ShownGateFinding {
  /** `europol/export.cedar:3:1`, or the file to change. */
  readonly place: string;
  readonly message: string;
}

/** Why the folder as it is saved is not adopted. */
export interface ShownRefusedPolicies {
  readonly code: string;
  /** The first findings. */
  readonly findings: readonly ShownGateFinding[];
}

/** The bundle of policies by which a router decides, and why the saved folder was refused. */
export interface ShownAdoption {
  /** The digest of the adopted bundle, 64 hex digits; null while none is adopted. */
  readonly adopted: string | null;
  /** When it was adopted (ISO 8601). */
  readonly since: string | null;
  /** Null while the folder is adopted, or was not judged yet. */
  readonly refused: ShownRefusedPolicies | null;
}

/** The answer of a router that has adopted nothing and refused nothing. */
export const NOTHING_ADOPTED: ShownAdoption = { adopted: null, since: null, refused: null };

/** The most findings that are read from an answer. */
const MAX_FINDINGS = 20;

/**
 * Reads the adoption from a router's answer to `/readyz`; undefined when it has none, as from an older
 * release.
 */
export function parseAdoption(answer: unknown): ShownAdoption | undefined {
  const { adoption } = Object(answer) as { readonly adoption?: unknown };
  const { adopted, since, refused } = Object(adoption) as Readonly<Record<string, unknown>>;
  const isWord = (value: unknown): value is string | null => value === null || typeof value === 'string';
  if (!isWord(adopted) || !isWord(since)) return undefined;
  return { adopted, since, refused: refused === null ? null : parseRefusal(refused) };
}

function parseRefusal(value: unknown): ShownRefusedPolicies {
  const { code, findings } = Object(value) as Readonly<Record<string, unknown>>;
  const listed: readonly unknown[] = Array.isArray(findings) ? findings : [];
  return {
    code: String(code),
    findings: listed.slice(0, MAX_FINDINGS).map((one) => {
      const { place, message } = Object(one) as Readonly<Record<string, unknown>>;
      return { place: String(place), message: String(message) };
    }),
  };
}
