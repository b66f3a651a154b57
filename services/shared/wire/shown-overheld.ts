/** A recipient that holds of one notice what it would not get any more. */
export interface ShownOverheldPair {
  readonly originator: string;
  readonly id: string;
  /** The revision that it holds. */
  readonly jti: string;
  readonly kind: string;
  readonly recipient: string;
  /** True when it would not get the notice at all. */
  readonly whole: boolean;
  /** The sections that it may not hold any more, sorted; with `whole` all that it holds. */
  readonly sections: readonly string[];
}

/** A page of who holds what it may not any more, as the auditor and the router answer it. */
export interface ShownOverheld {
  /** Digest of the adopted policies that judged. */
  readonly bundle: string;
  /** By originator, notice and recipient. */
  readonly pairs: readonly ShownOverheldPair[];
  /** `after` of the next page; null on the last one. */
  readonly next: string | null;
}

/** Returns a parsed page; undefined if it has another form. */
export function parseShownOverheld(value: unknown): ShownOverheld | undefined {
  const { bundle, pairs, next } = Object(value) as Partial<Record<keyof ShownOverheld, unknown>>;
  const isPage = typeof bundle === 'string' && (next === null || typeof next === 'string');
  if (!isPage || !Array.isArray(pairs)) return undefined;
  const parsed = pairs.flatMap((pair) => parsePair(pair) ?? []);
  return parsed.length === pairs.length ? { bundle, pairs: parsed, next } : undefined;
}

function parsePair(value: unknown): ShownOverheldPair | undefined {
  const pair = Object(value) as Partial<Record<keyof ShownOverheldPair, unknown>>;
  const { originator, id, jti, kind, recipient, whole, sections } = pair;
  const texts = [originator, id, jti, kind, recipient];
  const isPair = typeof whole === 'boolean' && Array.isArray(sections);
  if (!isPair || ![...texts, ...sections].every((text) => typeof text === 'string')) return undefined;
  return { originator, id, jti, kind, recipient, whole, sections } as ShownOverheldPair;
}
