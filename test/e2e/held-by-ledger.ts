import { decodeBase64url } from '../../services/shared/kernel/base64url.js';
import type { OrgId } from '../../services/shared/kernel/ids.js';
import { type RecordedAction, readRecordedAction } from '../../services/shared/ledger/action.js';
import { verifyChange } from '../../services/shared/ledger/receipt/change.js';
import { verifyReceipt } from '../../services/shared/ledger/receipt/receipt.js';
import type { Receipts } from '../../services/shared/ledger/receipt/receipts-record.js';
import { readRecord, type Report } from '../../services/shared/ledger/record.js';
import type { Attributes } from '../../services/shared/notice/attributes.js';
import type { Section } from '../../services/shared/notice/kinds.js';
import { createCedarSlots } from '../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../services/shared/policy/compiled-engine.js';
import { createPolicy } from '../../services/shared/policy/plan.js';
import { loadPolicies } from '../../services/shared/policy/policies.js';
import { digest } from '../../services/shared/trust/digest.js';
import type { Directory } from '../../services/shared/trust/directory.js';
import { readDirectory } from '../../services/shared/trust/read-directory.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import type { TestFederation } from '../support/federation.js';

/** What one recipient holds of one notice. */
interface Held {
  readonly jti: string;
  readonly recipient: OrgId;
  readonly attributes: Attributes;
  readonly sections: Set<Section>;
  /** The sections that only an unseal gave it. */
  readonly unsealed: Set<Section>;
}

type HeldByPair = Map<string, Held>;
const pairOf = (id: string, recipient: string): string => `${id} ${recipient}`;
const idOf = (jti: string): string => jti.split('.')[0] ?? '';

/**
 * Returns what each recipient holds and would not get by these policies, as sorted lines
 * `originator jti recipient sections`, from every verified record of the ledger and without the auditor's index.
 */
export async function overheldByLedger(
  federation: TestFederation,
  policies: string,
): Promise<readonly string[]> {
  const directory = await readDirectory(federation.home);
  const sets = loadPolicies(policies, directory, digest);
  const engine = createCompiledEngine(sets, createCedarSlots());
  const policy = createPolicy({ engine, sets, directory });
  const lines = [...(await heldIn(federation, directory)).values()].flatMap((held) => {
    const { jti, recipient, attributes, sections, unsealed } = held;
    const asked = { attributes, sections: [...sections], recipients: [recipient], addressees: [recipient] };
    const [decision] = policy.decide(asked);
    const allowed: readonly Section[] = decision?.outcome === 'denied' ? [] : (decision?.sections ?? []);
    const isUnsealed = (section: Section): boolean =>
      unsealed.has(section) && policy.unseal({ attributes, recipient, section })?.open === true;
    const whole = decision?.outcome === 'denied' ? ['whole'] : [];
    const excess = [...sections].filter(
      (section) => whole.length > 0 || (!allowed.includes(section) && !isUnsealed(section)),
    );
    const line = [attributes.originator, jti, recipient, ...whole, ...excess.toSorted()].join(' ');
    return excess.length + whole.length === 0 ? [] : [line];
  });
  return lines.toSorted();
}

async function heldIn(federation: TestFederation, directory: Directory): Promise<HeldByPair> {
  const held: HeldByPair = new Map();
  const actions = new Map<string, RecordedAction>();
  for (const bytes of await recordsOf(federation)) {
    const record = await readRecord(bytes, { directory, now: new Date(), recorded: new Date() });
    if (record.type === 'report') applyReport(held, actions, record);
    if (record.type === 'receipts') await applyReceipts(held, actions, { record, directory });
  }
  return held;
}

/** Every record of the auditor's file, in order. */
async function recordsOf({ home, run }: TestFederation): Promise<readonly Uint8Array[]> {
  const headers = { authorization: `Bearer ${readSecret(home.hub('auditor', 'federation.token'))}` };
  const found: Uint8Array[] = [];
  for (let from = 1; ; ) {
    const answer = await fetch(`${run().auditor}/v1/records?from=${from}&limit=500`, { headers });
    const lines = (await answer.text()).split('\n').filter((line) => line !== '');
    if (lines.length === 0) return found;
    found.push(...lines.map((line) => decodeBase64url((JSON.parse(line) as { record: string }).record)));
    from += lines.length;
  }
}

function applyReport(held: HeldByPair, actions: Map<string, RecordedAction>, report: Report): void {
  for (const { jti, attributes } of report.reason === 'routing' ? report.notices : []) {
    for (const { to, outcome, sections } of report.decisions.filter((one) => one.jti === jti)) {
      if (outcome === 'denied') continue;
      const copy = {
        jti,
        recipient: to,
        attributes,
        sections: new Set(sections),
        unsealed: new Set<Section>(),
      };
      held.set(pairOf(idOf(jti), to), copy);
    }
  }
  for (const { jti, to, outcome, sections } of report.reason === 'narrowing' ? report.decisions : []) {
    const copy = held.get(pairOf(idOf(jti), to));
    if (copy?.jti !== jti) continue;
    if (outcome === 'denied') held.delete(pairOf(idOf(jti), to));
    else for (const one of copy.sections) if (!sections.includes(one)) copy.sections.delete(one);
  }
  for (const one of (report.beside.actions ?? []).map(readRecordedAction)) actions.set(one.digest, one);
}

const LOST = ['destroyed', 'not-held', 'rejected', 'superseded'];

async function applyReceipts(
  held: HeldByPair,
  actions: ReadonlyMap<string, RecordedAction>,
  { record, directory }: { readonly record: Receipts; readonly directory: Directory },
): Promise<void> {
  const recipient = record.org;
  const reading = { directory, recipient, now: new Date() };
  const lose = (jti: string): void => {
    if (held.get(pairOf(idOf(jti), recipient))?.jti === jti) held.delete(pairOf(idOf(jti), recipient));
  };
  for (const { token } of record.receipts) {
    const receipt = await verifyReceipt(token, reading);
    for (const { jti, type } of receipt.except) if (LOST.includes(type)) lose(jti);
    for (const { digest: name, id, type, after } of receipt.actions) {
      const leaf = actions.get(name)?.listed.find(({ to }) => to === recipient);
      const copy = held.get(pairOf(id, recipient));
      if (type === 'destroyed' && after === null) held.delete(pairOf(id, recipient));
      else if (type === 'destroyed' && leaf && 'sections' in leaf)
        for (const one of leaf.sections ?? []) copy?.sections.delete(one);
      if (type !== 'held' || leaf === undefined || !('section' in leaf)) continue;
      copy?.sections.add(leaf.section);
      copy?.unsealed.add(leaf.section);
    }
  }
  for (const { token } of record.changes) {
    const { changes } = await verifyChange(token, reading);
    for (const { jti, type } of changes) if (LOST.includes(type)) lose(jti);
  }
}
