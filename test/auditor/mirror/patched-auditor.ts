import type { AddressInfo } from 'node:net';
import { type Archive, openArchive } from '../../../services/auditor/archive.js';
import { createReadHttp } from '../../../services/auditor/http/http-server.js';
import type { LogLife } from '../../../services/auditor/log/life-file.js';
import { createLogTree, type LogTree } from '../../../services/auditor/log/log-tree.js';
import type { CosignedRoot } from '../../../services/auditor/log/root-signature.js';
import { createTileStore } from '../../../services/auditor/log/tile-store.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import type { Entry } from '../../../services/shared/store/append/archived-entry.js';
import { originOf, signCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { signRoot } from '../../../services/shared/tlog/cose-receipt.js';
import { rootAt } from '../../../services/shared/tlog/tree-proof.js';
import type { Tile } from '../../../services/shared/tlog/tiles.js';
import type { TreeHead } from '../../../services/shared/tlog/verify-proof.js';
import { noteSignerOf, SIGNATURE_TYPES } from '../../../services/shared/tlog/vkey.js';
import { type ByteSigner, readByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { watchCallers } from '../../../services/shared/trust/callers.js';
import { memberCosignature } from '../../shared/tlog/member-cosignature.js';
import { alarmsFor } from '../../support/alarms-for.js';
import type { Hub } from '../hub.js';
import { newFolder } from '../log/opened-log.js';

/** What a patched auditor serves; tests change it while it runs. */
interface Served {
  /** The records that its routes list. */
  listed: readonly Entry[];
  /** The records that its log and its checkpoint are over. */
  logged: readonly Entry[];
  /** The life of its log, and the order that began it; the first by default. */
  life?: LogLife;
  /** Signs the checkpoint instead of the key of the log. */
  key?: ByteSigner;
  /** Replaces the root that the checkpoint names. */
  root?: Uint8Array;
  /** Members whose witnesses cosigned the checkpoint; none by default. */
  cosigners?: readonly string[];
  /** The checkpoint that it serves with a signature over its root for COSE receipts; none by default. */
  rooted?: {
    readonly size: number;
    readonly cosigners: readonly string[];
    /** Replaces the root that the signature is over. */
    readonly signedRoot?: Uint8Array;
  };
  /** Changes the bytes of a tile. */
  tile?: (tile: Tile, bytes: Uint8Array) => Uint8Array;
}

/** The HTTP of an auditor over records, log and checkpoint that need not belong together; the log's real key signs. */
export interface PatchedAuditor {
  readonly url: string;
  serve(served: Served): Promise<void>;
  /** The checkpoint that it shows. */
  note(): string;
  close(): Promise<void>;
}

interface Built {
  readonly archive: Archive;
  readonly tree: LogTree;
  readonly note: string;
  readonly rooted: CosignedRoot | undefined;
  readonly served: Served;
}

const FIRST: LogLife = { life: 1 };

async function archiveOf(entries: readonly Entry[]): Promise<Archive> {
  const archive = await openArchive(newFolder());
  if (entries.length > 0) await archive.keep(entries);
  return archive;
}

async function build(hub: Hub, served: Served): Promise<Built> {
  const [archive, logged] = [await archiveOf(served.listed), await archiveOf(served.logged)];
  const tree = createLogTree(createTileStore(newFolder()));
  for await (const record of logged.read(1, 1e6)) tree.take(record);
  await tree.flush();
  await logged.close();
  const key = served.key ?? (await readByteSigner(hub.broker.home.hub('auditor', 'log.jwk')));
  const origin = originOf('demo', (served.life ?? FIRST).life);
  const signer = noteSignerOf(origin, SIGNATURE_TYPES.note, key);
  const noteOf = async (head: TreeHead, cosigners: readonly string[] = []): Promise<string> => {
    const signed = signCheckpoint({ origin, ...head }, signer);
    const cosign = (org: string): Promise<string> => memberCosignature(hub.broker, org, signed);
    return signed + (await Promise.all(cosigners.map(cosign))).join('');
  };
  const rootedOf = async ({ size, cosigners, signedRoot }: NonNullable<Served['rooted']>) => {
    const root = await rootAt(size, tree.node);
    return { note: await noteOf({ size, root }, cosigners), ...signRoot(signedRoot ?? root, signer) };
  };
  const root = served.root ?? (await rootAt(tree.size(), tree.node));
  const note = await noteOf({ size: tree.size(), root }, served.cosigners);
  return { archive, tree, note, rooted: served.rooted && (await rootedOf(served.rooted)), served };
}

export async function startPatchedAuditor(hub: Hub, served: Served): Promise<PatchedAuditor> {
  let now = await build(hub, served);
  const opened = [now.archive];
  const archive = new Proxy({} as Archive, { get: (_, name) => Reflect.get(now.archive, name) as unknown });
  const { app } = createReadHttp({
    archive,
    sealer: {
      shown: () => ({ size: now.tree.size() }),
      tile: (tile) => {
        const bytes = now.tree.tile(tile);
        return Promise.resolve(bytes && (now.served.tile?.(tile, Buffer.from(bytes)) ?? bytes));
      },
      indexOf: (number) => number - 1,
      life: () => now.served.life ?? FIRST,
      signedRoot: () => Promise.resolve(now.rooted),
      cosigned: {
        newest: () => now.note,
        quorate: () => undefined,
        state: () => ({ size: null, quorate: null, witnesses: [] }),
      },
    },
    directory: () => hub.directory,
    callers: watchCallers(hub.broker.home.hub('auditor', 'tokens.json')),
    log: createLogger('auditor', 'silent'),
    alarms: alarmsFor(),
    reasons: () => [],
    waiting: () => undefined,
    progress: () => null,
    host: '127.0.0.1',
    hostNames: [],
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    serve: async (other) => {
      now = await build(hub, other);
      opened.push(now.archive);
    },
    note: () => now.note,
    close: async () => {
      await app.close();
      for (const one of opened) await one.close();
    },
  };
}
