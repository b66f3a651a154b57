import type { OrgId } from '../../shared/kernel/ids.js';
import type { ReportPart } from '../../shared/ledger/record-parts.js';
import { setName } from '../../shared/policy/engine.js';

type Digests = Readonly<Record<string, string>>;

/** Digests of the sets that decide what these recipients get of this originator. */
export function policiesFor(
  digests: Digests,
  { originator, recipients }: { readonly originator: OrgId; readonly recipients: Iterable<OrgId> },
): Digests {
  const imports = [...recipients].map((recipient) => setName('import', recipient));
  const names = ['schema', 'federation', setName('export', originator), ...imports];
  // Looked up one by one: a large federation has many more sets than these.
  return Object.fromEntries(
    names.flatMap((name) => {
      const digest = digests[name];
      return digest === undefined ? [] : [[name, digest]];
    }),
  );
}

/** About whom rules were asked. */
export function decidedByRules(parts: readonly ReportPart[]): ReadonlySet<OrgId> {
  const recipients = new Set<OrgId>();
  for (const part of parts) {
    if (part.type === 'decision' && part.because === undefined) recipients.add(part.to);
    if (part.type === 'denial' && part.because === undefined) part.to.forEach((org) => recipients.add(org));
  }
  return recipients;
}
