import type { Directory, DirectoryKey } from '../../../services/shared/trust/directory.js';
import {
  generateKey,
  importSigner,
  importVerifier,
  publicJwk,
  type Signer,
} from '../../../services/shared/trust/keys.js';

/** A directory that lists the keys made with `make` and nothing else. */
export interface KeyRing {
  readonly directory: Directory;
  /** Makes a key with the id `<owner>:<use>:<n>` and lists it. */
  readonly make: (kid: string) => Promise<Signer>;
}

export function createKeyRing(): KeyRing {
  const keys = new Map<string, DirectoryKey>();
  const make = async (kid: string): Promise<Signer> => {
    const jwk = await generateKey(kid);
    const [owner = '', use = ''] = kid.split(':');
    const verifier = await importVerifier(publicJwk(jwk));
    const entry = {
      kid,
      owner,
      use,
      x: jwk.x,
      verifier,
      notBefore: new Date(0),
      notAfter: new Date(8.64e15),
    };
    keys.set(kid, entry as DirectoryKey);
    return importSigner(jwk);
  };
  const directory = { federation: 'demo', key: (kid: string) => keys.get(kid) } as unknown as Directory;
  return { directory, make };
}

/** The signers of the hub and of interpol, and a directory that lists their keys and europol's. */
export interface Signers {
  readonly directory: Directory;
  readonly hub: Signer;
  readonly interpol: Signer;
}

export async function makeSigners(): Promise<Signers> {
  const { directory, make } = createKeyRing();
  const [hub, interpol] = [await make('hub:hub:1'), await make('interpol:receipt:1')];
  await make('europol:receipt:1');
  return { directory, hub, interpol };
}
