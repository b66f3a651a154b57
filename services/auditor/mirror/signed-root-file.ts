import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import type { CosignedRoot } from '../log/root-signature.js';
import { parseCosignedRoot } from './primary.js';

/** The newest quorate checkpoint of a mirrored log with the log's signature over its root, as one file. */
export interface SignedRootFile {
  read(): CosignedRoot | undefined;
  keep(root: CosignedRoot): void;
}

const NAME = 'cose.json';

/** Opens the file in the folder of a log. A damaged one counts as none, and `onDamaged` is called: the next one replaces it. */
export function openSignedRootFile(folder: string, onDamaged: (error: LiaisonError) => void): SignedRootFile {
  const path = join(folder, NAME);
  let kept = existsSync(path) ? readRoot(path, onDamaged) : undefined;
  return {
    read: () => kept,
    keep: (root) => {
      const [header, signature] = [encodeBase64url(root.protected), encodeBase64url(root.signature)];
      writeWhole(path, JSON.stringify({ note: root.note, protected: header, signature }));
      kept = root;
    },
  };
}

function readRoot(path: string, onDamaged: (error: LiaisonError) => void): CosignedRoot | undefined {
  try {
    return parseCosignedRoot(readFileSync(path));
  } catch (thrown) {
    onDamaged(errorFrom(thrown));
    return undefined;
  }
}
