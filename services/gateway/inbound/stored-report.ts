import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { spelledOut } from '../../shared/ledger/report/spelled-out.js';
import type { Report } from '../../shared/ledger/record.js';
import { byType } from '../../shared/ledger/report/parts-by-type.js';
import { parseHeldPart } from '../../shared/ledger/record-parts.js';
import type { FramedNotice } from '../../shared/store/gateway/gateway-frames.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import { frames } from '../../shared/wire/frames.js';
import { partOf, requireSet } from '../signed-parts.js';
import { createOwnDisclosures } from './own-disclosures.js';
import type { PromisedFrom, PromisingReport } from './promises.js';

type StoredReport = PromisingReport & Pick<Report, 'issuedAt'>;

/** Reads a report from the gateway's own database; it was verified before it was stored. */
export function readStoredReport(bytes: Uint8Array): StoredReport {
  const { statement, leaves } = requireSet(frames.record.decode(bytes).statement);
  const { org, type, iat } = partOf(claimsIn(statement));
  const parts = leaves.map(({ part }) => parseHeldPart(parseStrictJson(part)));
  const reason = type === 'narrowing' ? 'narrowing' : 'routing';
  return {
    digest: digest(statement),
    reason,
    issuedAt: new Date(Number(iat) * 1000),
    ...byType(spelledOut(parts, { originator: parseOrgId(org), reason })),
  };
}

/** The own notices of a frame with the digests of their disclosures, each text read and split once. */
export function promisedFrom(
  { own }: Pick<GatewayStore, 'own'>,
  notices: readonly FramedNotice[],
): PromisedFrom {
  const opened = new Map<number, ReturnType<typeof createOwnDisclosures> | undefined>();
  const open = (seq: number): ReturnType<typeof createOwnDisclosures> | undefined => {
    const text = own.sdJwt(seq);
    return text === undefined ? undefined : createOwnDisclosures(text);
  };
  return {
    notices,
    disclosedOf: (seq, sections) => {
      if (!opened.has(seq)) opened.set(seq, open(seq));
      return opened.get(seq)?.(sections);
    },
  };
}
