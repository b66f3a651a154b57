import { openCheckpoint } from '../../shared/tlog/checkpoint.js';
import { type SignedRoot, signRoot } from '../../shared/tlog/cose-receipt.js';
import { logKeysOf } from '../../shared/tlog/log-keys.js';
import { noteSignerOf, SIGNATURE_TYPES } from '../../shared/tlog/vkey.js';
import type { ByteSigner } from '../../shared/trust/byte-signer.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { CosignedNotes } from './cosigned-notes.js';

/** A quorate note, and the log's second signature over its root. */
export interface CosignedRoot extends SignedRoot {
  readonly note: string;
}

interface RootSignatureDeps {
  readonly cosigned: Pick<CosignedNotes, 'quorate'>;
  readonly origin: () => string;
  readonly directory: () => Directory;
  readonly logKey: () => ByteSigner;
}

/**
 * Creates the reader of the newest quorate checkpoint with a signature over its root, made once for each; undefined before the
 * first. It signs no root that the log has not signed in a note, whatever is in the file of that note: throws as
 * `openCheckpoint` does.
 */
export function createRootSignature(deps: RootSignatureDeps): () => Promise<CosignedRoot | undefined> {
  let last: { readonly text: string; readonly signed: SignedRoot } | undefined;
  return async () => {
    const note = deps.cosigned.quorate();
    if (note === undefined) return undefined;
    const [origin, directory] = [deps.origin(), deps.directory()];
    const opened = await openCheckpoint(note, { origin, keys: logKeysOf(directory, origin) });
    const { text } = opened.note;
    if (last?.text !== text)
      last = {
        text,
        signed: signRoot(opened.root, noteSignerOf(origin, SIGNATURE_TYPES.note, deps.logKey())),
      };
    return { note, ...last.signed };
  };
}
