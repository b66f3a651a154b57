import { openGatewayDatabase } from './gateway/gateway-database.js';

/** When a notice was taken or held; milliseconds since the epoch, by its gateway's clock. */
export interface At {
  readonly originator: string;
  readonly id: string;
  readonly at: number;
}

/** What a gateway's database says of the time; own notices bear an empty originator. */
export interface Times {
  /** Own notices that were accepted from `from` until before `to`. */
  readonly accepted: readonly At[];
  /** Held notices that came since `from`. */
  readonly held: readonly At[];
}

/** Reads them beside the gateway. Throws `config-invalid` for a damaged database, and when a newer program wrote it. */
export function inspectTimes(
  path: string,
  { from, to }: { readonly from: number; readonly to: number },
): Times {
  const db = openGatewayDatabase(path);
  try {
    const accepted = db.prepare<[number, number], At>(
      "SELECT '' AS originator, id, at FROM own WHERE at >= ? AND at < ?",
    );
    const held = db.prepare<[number], At>('SELECT originator, id, at FROM inbox WHERE at >= ?');
    return { accepted: accepted.all(from, to), held: held.all(from) };
  } finally {
    db.close();
  }
}
