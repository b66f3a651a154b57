import { type Code, errorFrom, type LiaisonError } from '../kernel/errors.js';

/** What a line of a verification is about. */
export type ClaimName =
  | 'form'
  | 'directory'
  | 'notice'
  | 'submission'
  | 'record'
  | 'log'
  | 'share'
  | 'denial'
  | 'refusal'
  | 'copy'
  | 'delivery'
  | 'receipt'
  | 'change'
  | 'action'
  | 'answer'
  | 'recall'
  | 'checkpoint'
  | 'order'
  | 'conviction'
  | 'claim';

/** One line of a verification. */
export interface Claim {
  readonly claim: ClaimName;
  /** True: proved by signatures. False: does not hold. Null: this file does not prove it. */
  readonly ok: boolean | null;
  /** What it says, in words; never content of a notice. */
  readonly says: string;
  /** The place in the file: `records[2].shown[0]`. */
  readonly where: string;
  readonly code?: Code;
  /** Why it does not hold, or is not proved. */
  readonly detail?: string;
}

/** A claim that is being verified. */
interface Claimed<T> {
  readonly claim: ClaimName;
  readonly where: string;
  /** What the line says; a function gets the verified value, or undefined if the claim does not hold. */
  readonly says: string | ((value: T | undefined) => string);
}

/** Collects the lines of a verification in their order. */
export interface ClaimList {
  readonly lines: readonly Claim[];
  /** Verifies a claim: what `work` throws makes it a claim that does not hold, and the result undefined. */
  check<T>(claimed: Claimed<T>, work: () => Promise<T> | T): Promise<T | undefined>;
  /** Adds a line that this file does not prove. */
  unproved(claim: Omit<Claim, 'ok'>): void;
}

/** Creates an empty list of claims. */
export function createClaimList(): ClaimList {
  const lines: Claim[] = [];
  const words = <T>({ says }: Claimed<T>, value: T | undefined): string =>
    typeof says === 'string' ? says : says(value);
  return {
    lines,
    check: async (claimed, work) => {
      const { claim, where } = claimed;
      try {
        const value = await work();
        lines.push({ claim, ok: true, says: words(claimed, value), where });
        return value;
      } catch (thrown) {
        const error = errorFrom(thrown);
        const { code, message: detail } = error;
        const says = words(claimed, undefined);
        lines.push({ claim, ok: false, says, where: placeIn(where, error), code, detail });
        return undefined;
      }
    },
    unproved: (claim) => void lines.push({ ...claim, ok: null }),
  };
}

/** Appends the place that an error names within the part of the file that was verified. */
function placeIn(where: string, { details: [first] }: LiaisonError): string {
  if (first === undefined || !/^[a-z]+(\[\d+\])?/.test(first.path)) return where;
  return where === '' ? first.path : `${where}.${first.path}`;
}
