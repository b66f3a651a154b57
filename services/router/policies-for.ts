import type { OrgId } from '../shared/kernel/ids.js';
import { setName } from '../shared/policy/engine.js';

type Digests = Readonly<Record<string, string>>;

/** Digests of the sets that decide for this originator: every import, or one recipient's. */
export function policiesFor(
  digests: Digests,
  { originator, recipient }: { readonly originator: OrgId; readonly recipient?: OrgId },
): Digests {
  const own = ['schema', 'federation', setName('export', originator)];
  const decides = (name: string): boolean =>
    own.includes(name) ||
    (recipient === undefined ? name.endsWith('/import') : name === setName('import', recipient));
  return Object.fromEntries(Object.entries(digests).filter(([name]) => decides(name)));
}
