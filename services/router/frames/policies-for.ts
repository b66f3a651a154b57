import type { OrgId } from '../../shared/kernel/ids.js';
import type { ReportPart } from '../../shared/ledger/record-parts.js';
import { setName } from '../../shared/policy/engine.js';

type Digests = Readonly<Record<string, string>>;

/** Digests of the policy sets that decide what these recipients get from this originator, by set name. */
export function policiesFor(
  digests: Digests,
  { originator, recipients }: { readonly originator: OrgId; readonly recipients: Iterable<OrgId> },
): Digests {
  const imports = [...recipients].map((recipient) => setName('import', recipient));
  const names = ['schema', 'federation', setName('export', originator), ...imports];
  // Looked up one by one: a large federation has far more sets than these.
  return Object.fromEntries(
    names.flatMap((name) => {
      const digest = digests[name];
      return digest === undefined ? [] : [[name, digest]];
    }),
  );
}

/** Recipients whose decision or denial came from rules. */
export function decidedByRules(parts: readonly ReportPart[]): ReadonlySet<OrgId> {
  const recipients = new Set<OrgId>();
  for (const part of parts) {
    if (part.type === 'decision' && part.because === undefined) recipients.add(part.to);
    if (part.type === 'denial' && part.because === undefined) part.to.forEach((org) => recipients.add(org));
  }
  return recipients;
}
