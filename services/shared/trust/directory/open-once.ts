import { digest } from '../digest.js';
import { type Directory, openDirectory } from '../directory.js';
import type { PublicJwk } from '../jwk.js';

/** Versions that are remembered: the newest, the one proved before it, and those of a federation beside it. */
const REMEMBERED = 4;
const opened = new Map<string, Promise<Directory>>();

/**
 * Verifies a signed directory as `openDirectory` does, the same bytes once: the gateways of a host share one snapshot. A
 * verification that fails is not remembered.
 */
export function openDirectoryOnce(frame: Uint8Array, anchor: PublicJwk): Promise<Directory> {
  const name = `${digest(frame)} ${digest(JSON.stringify(anchor))}`;
  const known = opened.get(name);
  if (known !== undefined) return known;
  const opening = openDirectory(frame, anchor);
  opened.set(name, opening);
  opening.catch(() => opened.delete(name));
  const [oldest = ''] = opened.keys();
  if (opened.size > REMEMBERED) opened.delete(oldest);
  return opening;
}
