import { type Code, errorFrom } from '../../shared/kernel/errors.js';
import type { HolderDuty } from '../../shared/notice/holding-terms.js';
import type { NoticeRegisters } from '../../shared/notice/registers.js';
import { withDisclosure, withoutSections } from './change-copy.js';
import { digest } from '../../shared/trust/digest.js';
import type { HeldCopy, Holding, HoldingContext } from './holding.js';

/** A copy after the duties were carried out; `code` says why a disclosure was not added. */
export interface CarriedOut {
  readonly copy: HeldCopy | null;
  readonly code?: Code;
}

/** The parts of a holding and of its context that a duty needs. */
interface CarryingOut extends Pick<Holding, 'keep' | 'early'>, Pick<HoldingContext, 'disclosedOf'> {}

/** Carries out duties on a copy. A copy that a ground protects is hidden instead of erased. */
export function carryOutDuties(
  { copy, keep, early }: Pick<Holding, 'copy' | 'keep' | 'early'>,
  duties: readonly HolderDuty[],
  { disclosedOf }: HoldingContext,
): CarriedOut {
  let done: CarriedOut = { copy };
  for (const duty of duties) {
    if (done.copy === null) return done;
    done = { ...done, ...carryOutOne(done.copy, duty, { keep, early, disclosedOf }) };
  }
  return done;
}

function carryOutOne(held: HeldCopy, duty: HolderDuty, by: CarryingOut): CarriedOut {
  switch (duty.type) {
    case 'erase':
      return { copy: by.keep === null ? null : { ...held, isKept: true } };
    case 'erase-sections':
      if (by.keep !== null) return { copy: { ...held, isKept: true } };
      return { copy: withText(held, withoutSections(held.sdJwt, duty.sections), by) };
    case 'gain':
      return gain(held, duty.disclosure, by);
    case 'hide':
      return { copy: { ...held, hiddenUntil: duty.until } };
    case 'show':
      return { copy: { ...held, hiddenUntil: null } };
    case 'set-end':
      return { copy: { ...held, endsAt: duty.endsAt } };
    case 'hold':
      return { copy: held };
  }
}

function gain(held: HeldCopy, disclosure: string, by: CarryingOut): CarriedOut {
  const text = by.early.find((one) => digest(one) === disclosure);
  if (text === undefined) return { copy: held, code: 'disclosure-invalid' };
  try {
    return { copy: withText(held, withDisclosure(held.sdJwt, text), by) };
  } catch (thrown) {
    return { copy: held, code: errorFrom(thrown).code };
  }
}

function withText(held: HeldCopy, sdJwt: string, { disclosedOf }: CarryingOut): HeldCopy {
  return { ...held, sdJwt, disclosed: disclosedOf(sdJwt) };
}

/** Returns only the disclosures that unseals brought for revisions that have not come yet. */
export function stillEarly(
  early: readonly string[],
  { access, content }: NoticeRegisters,
  org: string,
): readonly string[] {
  const marks = Object.values(access[org]?.sections ?? {}).flatMap(({ unseals }) => unseals);
  const open = new Set(
    marks.filter(({ notice }) => notice !== content?.digest).map((mark) => mark.disclosure),
  );
  return early.filter((text) => open.has(digest(text)));
}
