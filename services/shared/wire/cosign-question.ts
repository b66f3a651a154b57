import { CHECKPOINT_LIMITS } from './checkpoint-frame.js';

/** The question `cosign`: a witness's signature line, newline included, over the published checkpoint of this size. */
export interface CosignQuestion {
  readonly size: number;
  readonly line: string;
}

/** Reads the question within its limits; nothing in it is verified. Returns undefined for another form. */
export function parseCosign(value: unknown): CosignQuestion | undefined {
  const { size, line } = Object(value) as Partial<Record<string, unknown>>;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
  if (typeof line !== 'string' || Buffer.byteLength(line) > CHECKPOINT_LIMITS.cosignature) return undefined;
  return { size, line };
}
