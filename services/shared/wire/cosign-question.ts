import { CHECKPOINT_LIMITS } from './checkpoint-frame.js';

/**
 * The question `cosign`: a witness's signature line, newline included, over the checkpoint of this size. The witness adds that
 * checkpoint in `note`, as the log signed it, if the one that was published lacks it.
 */
export interface CosignQuestion {
  readonly size: number;
  readonly line: string;
  readonly note?: string;
}

/** Reads the question within its limits; nothing in it is verified. Returns undefined for another form. */
export function parseCosign(value: unknown): CosignQuestion | undefined {
  const { size, line, note } = Object(value) as Partial<Record<string, unknown>>;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
  if (typeof line !== 'string' || Buffer.byteLength(line) > CHECKPOINT_LIMITS.cosignature) return undefined;
  if (note === undefined) return { size, line };
  const isNote = typeof note === 'string' && Buffer.byteLength(note) <= CHECKPOINT_LIMITS.note;
  return isNote ? { size, line, note } : undefined;
}
