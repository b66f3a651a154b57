import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { attributesOf } from '../../shared/notice/attributes.js';
import { SECTIONS, type Section } from '../../shared/notice/kinds.js';
import type { Header, Routing } from '../../shared/notice/notice.js';
import { validate } from '../../shared/notice/schema.js';
import type { PreviewRow } from '../../shared/policy/preview.js';
import type { Claims } from '../../shared/trust/jws.js';
import type { PolicyNotice } from '../../shared/policy/plan.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { barredOnLedger } from '../actions/registers-of.js';
import type { Snapshot } from '../hub.js';
import { closedFor } from '../frames/decide-now.js';

interface PreviewContext {
  readonly org: OrgId;
  readonly snapshot: Snapshot;
  readonly store: Pick<RouterStore, 'actions' | 'read'>;
}

/**
 * Answers which recipients would get which sections of a notice with this header, this routing and these section names. The
 * restrictions on the notice with the id of the header apply.
 * Decides as for a notice, without recording. Throws `schema-invalid`, `issuer-mismatch`.
 */
export function answerPreview(
  query: Claims,
  { org, snapshot, store }: PreviewContext,
): { readonly type: 'preview'; readonly recipients: readonly PreviewRow[] } {
  const { header, routing, sections } = query;
  validate('header', header);
  validate('routing', routing);
  const { originator, ...rest } = header as Header;
  if (originator !== org) throw fail('issuer-mismatch', 'a preview for another organisation');
  const barred = store.read(() => barredOnLedger(store, { originator, id: rest.id }));
  const facts = routing as Routing;
  const asked: PolicyNotice = {
    attributes: attributesOf({ originator, ...rest }, facts),
    sections: parseSections(sections),
    excluded: facts.excluded,
    closed: closedFor(snapshot),
    ...(barred === undefined ? {} : { barred }),
    ...(facts.addressees === undefined ? {} : { addressees: facts.addressees }),
  };
  return { type: 'preview', recipients: snapshot.policy.preview(asked) };
}

function parseSections(value: unknown): readonly Section[] {
  const known: readonly unknown[] = SECTIONS;
  if (
    Array.isArray(value) &&
    value.length <= SECTIONS.length &&
    value.every((name) => known.includes(name))
  ) {
    return value as readonly Section[];
  }
  throw fail('schema-invalid', 'a preview names unknown sections');
}
