import { createBareEd25519 } from '../../../services/shared/trust/ed25519/bare-ed25519.js';
import { publicJwk } from '../../../services/shared/trust/jwk.js';
import { openssl } from '../../../services/shared/trust/ed25519/ed25519.js';
import {
  generateKey,
  importSigner,
  importVerifier,
  type Verifier,
} from '../../../services/shared/trust/keys.js';
import type { ComparedPart } from './parts-figures.js';
import type { Work } from '../rounds.js';

/** The part with which the others are compared. */
export const VERIFY = 'Ed25519 verify, node:crypto';

const BYTES = 2_048;
/** The number of notices in a full frame. */
export const AT_ONCE = 64;

const part = (name: string, operations: number, work: Work): ComparedPart => {
  return { name, operations, prepare: () => work, to: VERIFY };
};

/** Starts `AT_ONCE` calls concurrently, and awaits them all. */
export function atOnce(work: (index: number) => Promise<unknown>): Work {
  return () => Promise.all(Array.from({ length: AT_ONCE }, (_, index) => work(index)));
}

/** Returns the parts that verify bare signatures over 2 KB with each available library. */
export async function signatureParts(): Promise<readonly ComparedPart[]> {
  const bare = await createBareEd25519();
  const bytes = Buffer.alloc(BYTES, 'an invented notice ');
  const signature = bare.sign(bytes);
  const token = await bare.signByJose(bytes);
  const jwk = await generateKey('europol:notice:1');
  const [router, other] = await Promise.all([
    importVerifier(publicJwk(jwk)),
    importVerifier(publicJwk(jwk), openssl),
  ]);
  const [head = '', payload = '', last = ''] = (await (await importSigner(jwk)).sign('bench', bytes)).split(
    '.',
  );
  const by = (verifier: Verifier) => (): Promise<boolean> =>
    verifier.verify(`${head}.${payload}`, Buffer.from(last, 'base64url'));
  const [ours, theirs] = [by(router), by(other)];
  const web = (): Promise<boolean> => bare.verifyByWebCrypto(bytes, signature);
  const jose = (): Promise<unknown> => bare.verifyByJose(token);
  if (!(await ours()) || !(await theirs()) || !(await web())) throw new Error('a signature does not verify');
  const base = part(VERIFY, 1, () => bare.verify(bytes, signature));
  return [
    { name: base.name, operations: 1, prepare: base.prepare, headline: true },
    { ...part('Ed25519 sign, node:crypto', 1, () => bare.sign(bytes)), headline: true },
    part('verify by WebCrypto, one by one', 1, web),
    part(`verify by WebCrypto, ${AT_ONCE} at once`, AT_ONCE, atOnce(web)),
    part('verify a JWS by jose, one by one', 1, jose),
    part(`verify a JWS by jose, ${AT_ONCE} at once`, AT_ONCE, atOnce(jose)),
    part('verify as the router does, one by one', 1, ours),
    part(`verify as the router does, ${AT_ONCE} at once`, AT_ONCE, atOnce(ours)),
    part('verify without libsodium, one by one', 1, theirs),
    part(`verify without libsodium, ${AT_ONCE} at once`, AT_ONCE, atOnce(theirs)),
  ];
}
