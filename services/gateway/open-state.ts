import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { systemClock } from '../shared/kernel/clock.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { Logger } from '../shared/runtime/logger.js';
import { type GatewayStore, openGatewayStore } from '../shared/store/gateway/gateway-store.js';
import { type OpeningMarks, openOpeningMarks } from '../shared/store/opening-marks.js';
import { directoryAlarms } from '../shared/trust/directory/directory-alarms.js';
import { watchHomeDirectory } from '../shared/trust/kept-directory.js';
import { readAnchor } from '../shared/trust/read-directory.js';
import { importByteSigner } from '../shared/trust/byte-signer.js';
import { followKey, openSigner } from '../shared/trust/signers/own-signer.js';
import { type Callers, watchCallers } from '../shared/trust/callers.js';
import { createOpenAlone, type OpenAlone } from '../shared/trust/suspect/open-alone.js';
import type { GatewayConfig } from './config.js';
import { forkEvidence } from './directory/directory-fork.js';
import { type HeldDirectory, holdDirectory } from './directory/held-directory.js';
import { openOwnKeys } from './directory/own-keys.js';
import { openProved } from './directory/proved-file.js';
import type { Identity } from './identity.js';
import { MAX_CONCURRENT_FRAMES } from './inbound/consume-frames.js';
import { type CosignedFile, openCosignedFile } from './witness/cosigned-file.js';
import type { WitnessKey } from './witness/witness-key.js';

/** The opened state of a gateway: everything that it keeps on its disk. */
export interface GatewayState {
  readonly identity: Identity;
  /** The folder of the organisation in the home, with its keys. */
  readonly folder: string;
  /** As in `identity`. */
  readonly directory: HeldDirectory;
  /** Undefined in a home without one. */
  readonly witnessKey: WitnessKey | undefined;
  /** What its witness cosigned last. */
  readonly cosigned: CosignedFile;
  readonly store: GatewayStore;
  /** The marks of the frames of IN that are being opened. */
  readonly marks: OpeningMarks;
  /** Opens a frame of IN in a child process. */
  readonly openAlone: OpenAlone;
  readonly callers: Callers;
  /** Path of the nkey seed for the broker. */
  readonly seed: string;
}

interface OpenPlaceDeps {
  readonly log: Logger;
  readonly alarms: Alarms;
}

/**
 * Opens keys, tokens, directory and database of one organisation. Throws `config-invalid`, `key-invalid`, … and leaves nothing
 * open then.
 */
export async function openPlace(
  config: Pick<GatewayConfig, 'home' | 'org'>,
  deps: OpenPlaceDeps,
): Promise<GatewayState> {
  const opened: (() => unknown)[] = [];
  try {
    return await openParts(config, { ...deps, onOpened: (close) => void opened.push(close) });
  } catch (error) {
    for (const close of opened.toReversed()) await close();
    throw error;
  }
}

/** Closes what `openPlace` opened and no gateway uses yet. */
export async function closePlace({ directory, store, marks }: GatewayState): Promise<void> {
  directory.stop();
  marks.close();
  await store.close();
}

interface OpenPartsDeps extends OpenPlaceDeps {
  /** Receives what closes a part once it is open. */
  readonly onOpened: (close: () => unknown) => void;
}

async function openParts(
  { home, org }: Pick<GatewayConfig, 'home' | 'org'>,
  { log, alarms, onOpened }: OpenPartsDeps,
): Promise<GatewayState> {
  const callers = watchCallers(
    home.org(org, 'tokens.json'),
    alarms.follow('tokens-unreadable', 'tokens.json'),
  );
  const cosigned = openCosignedFile(home.org(org, 'cosigned.json'));
  const store = openGatewayStore(home.org(org, 'gateway.db'));
  void store.failed.then((error) => alarms.raise('disk-failed', error, { place: 'gateway.db' }));
  onOpened(store.close);
  const directory = await openHeldDirectory({ home, org }, { alarms, store, onOpened });
  directory.follow(({ version }) => log.info({ version }, 'directory'));
  const keyDeps = (name: string) => ({
    directory,
    clock: systemClock,
    onAlarm: alarms.follow('key-not-read', name),
  });
  const open = (name: string): ReturnType<typeof openSigner> =>
    openSigner(home.org(org, name), keyDeps(name));
  const [noticeSigner, receiptSigner] = [await open('notice.jwk'), await open('receipt.jwk')];
  const identity = { org, clock: systemClock, directory, noticeSigner, receiptSigner };
  const witness = home.org(org, 'witness.jwk');
  const witnessKey = existsSync(witness)
    ? await followKey(witness, importByteSigner, keyDeps('witness.jwk'))
    : undefined;
  const folder = home.org(org);
  return {
    identity,
    folder,
    directory,
    witnessKey,
    cosigned,
    store,
    ...openFrameGuard({ home, org }, { directory, onOpened }),
    callers,
    seed: join(folder, 'gateway.nk'),
  };
}

/** Node runs no TypeScript in a child: a gateway that is run from its sources uses the built program. */
const BUILT = extname(import.meta.url) === '.ts' ? '../../dist/services/gateway/' : './';
const CHILD = new URL(`${BUILT}inbound/open-alone-child.js`, import.meta.url);

/** Opens the marks of frames, and creates the check that opens a suspect one in a child process. */
function openFrameGuard(
  { home, org }: Pick<GatewayConfig, 'home' | 'org'>,
  { directory, onOpened }: Pick<OpenPartsDeps, 'onOpened'> & Pick<GatewayState, 'directory'>,
): Pick<GatewayState, 'marks' | 'openAlone'> {
  const marks = openOpeningMarks(home.org(org, 'frames.opening'), MAX_CONCURRENT_FRAMES);
  onOpened(marks.close);
  const trusted = { anchor: readAnchor(home), directory: directory.current };
  return { marks, openAlone: createOpenAlone({ child: CHILD, ...trusted, now: systemClock }) };
}

/** Opens the newest directory of the home, and what counts of it. */
async function openHeldDirectory(
  { home, org }: Pick<GatewayConfig, 'home' | 'org'>,
  { alarms, store, onOpened }: Omit<OpenPartsDeps, 'log'> & { readonly store: GatewayStore },
): Promise<HeldDirectory> {
  const folder = home.org(org);
  const newest = await watchHomeDirectory(home, folder, {
    ...directoryAlarms(alarms),
    fileMayBeOld: true,
    onForked: (held, other) => {
      alarms.raise('directory-forked', {}, { version: other.version });
      store.commitLater(() => store.evidence.keep(forkEvidence(held, other, systemClock())));
    },
  });
  onOpened(newest.stop);
  const { file, proved } = await openProved(folder, {
    newest,
    anchor: readAnchor(home),
    onDamaged: (fault) => alarms.raise('directory-not-kept', fault, { place: 'directory-proved.frame' }),
  });
  const ownKeys = openOwnKeys(folder, org, proved);
  return holdDirectory({ newest, proved, file, ownKeys, clock: systemClock, alarms });
}
