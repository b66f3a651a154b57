import { existsSync } from 'node:fs';
import type { Clock } from '../kernel/clock.js';
import { errorFrom, type LiaisonError } from '../kernel/errors.js';
import type { DirectoryHolder } from './directory-holder.js';
import { readSigner, type Signer } from './keys.js';

/** Where the next key of a file stands until it signs. */
export function nextKeyOf(path: string): string {
  return `${path}.next`;
}

/**
 * So long everybody has to learn of a key before anybody signs with it: twice what a directory takes. It is listed as good from
 * the beginning of that time on, so that what is dated just before the change-over and signed just after it verifies.
 */
export const LEAD_MS = 10_000;

interface SignerDeps {
  readonly directory: Pick<DirectoryHolder, 'current' | 'follow'>;
  readonly clock: Clock;
  readonly onAlarm: (error: LiaisonError) => void;
}

/**
 * The key of a process that signs, from the file `path`, or the next one beside it from `LEAD_MS` after the moment from which
 * the directory lists that as good. A key that was replaced signs until then, also where the file holds the new one already. The files
 * are read again when the directory changes; what cannot be read then is an alarm. Throws as `readSigner` does.
 */
export async function openSigner(path: string, { directory, clock, onAlarm }: SignerDeps): Promise<Signer> {
  let newestFirst = await readSigners(path);
  const [first] = newestFirst;
  const isPast = (date: Date | undefined, ms = 0): boolean =>
    date !== undefined && date.getTime() + ms <= clock().getTime();
  const isBegun = ({ kid }: Signer): boolean => isPast(directory.current().key(kid)?.notBefore, LEAD_MS);
  const current = (): Signer => {
    const begun = newestFirst.filter(isBegun);
    const good = begun.find(({ kid }) => !isPast(directory.current().key(kid)?.revokedAt));
    return good ?? begun[0] ?? newestFirst.at(-1) ?? first;
  };
  const reload = async (): Promise<void> => {
    const read = await readSigners(path);
    newestFirst = read.some(isBegun) ? read : [...read, current()];
  };
  directory.follow(() => void reload().catch((error: unknown) => onAlarm(errorFrom(error))));
  return {
    owner: first.owner,
    use: first.use,
    get kid() {
      return current().kid;
    },
    sign: (typ, payload) => current().sign(typ, payload),
  };
}

async function readSigners(path: string): Promise<readonly [Signer, ...Signer[]]> {
  const next = nextKeyOf(path);
  // First the next one: put in place in between, it is read twice; the other way round it would not be read at all.
  const waiting = existsSync(next) ? await readSigner(next) : undefined;
  const signer = await readSigner(path);
  return waiting === undefined ? [signer] : [waiting, signer];
}
