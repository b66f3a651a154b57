import type { HeldAction } from '../../shared/ledger/held/held-action.js';
import { after } from '../../shared/notice/duration.js';
import { RETENTION } from '../../shared/notice/notice.js';
import { applyItem, EMPTY_REGISTERS, type NoticeRegisters } from '../../shared/notice/registers.js';
import { nextWarning } from '../../shared/notice/warnings.js';
import type { NewHolding, StoredCopy, StoredHolding } from '../../shared/store/gateway/gateway-holdings.js';
import { REMEMBER_MS } from '../../shared/store/gateway/gateway-deliveries.js';
import { digest } from '../../shared/trust/digest.js';
import { splitSdJwt } from '../../shared/trust/sd-jwt.js';
import { type GivenAnswer, type HeldCopy, type Holding, KEEP_GROUNDS, type KeepGround } from './holding.js';

/** Reads a holding as it was stored. A notice without any action has the registers of its newest revision. */
export function readHolding(stored: StoredHolding): Holding {
  const { early, actions, answers, keep, copy } = stored;
  return {
    registers: registersOf(stored),
    copy: copy === undefined ? null : readCopy(copy),
    keep: isKeepGround(keep) ? keep : null,
    early: JSON.parse(early) as readonly string[],
    actions: JSON.parse(actions) as readonly HeldAction[],
    answers: JSON.parse(answers) as readonly GivenAnswer[],
  };
}

/** True for one of `KEEP_GROUNDS`. */
export function isKeepGround(value: unknown): value is KeepGround {
  return KEEP_GROUNDS.some((ground) => ground === value);
}

function registersOf({ registers, known, copy }: StoredHolding): NoticeRegisters {
  const stored = registers === undefined ? undefined : (JSON.parse(registers) as NoticeRegisters);
  if (known === undefined) return stored ?? EMPTY_REGISTERS;
  const { number, digest: named, ended } = known;
  const content = { type: 'content', number, digest: named, expiresAt: (copy?.exp ?? 0) * 1000 } as const;
  const state = stored ?? applyItem(EMPTY_REGISTERS, content).state;
  // The sweep ends a notice without writing its registers.
  return ended === 'expired' && state.end === null ? applyItem(state, { type: 'expired' }).state : state;
}

function readCopy({ sdJwt, disclosed, exp, hiddenUntil, kept }: StoredCopy): HeldCopy {
  const named = digest(splitSdJwt(sdJwt).jwt);
  return { digest: named, sdJwt, disclosed, hiddenUntil, endsAt: exp * 1000, isKept: kept === 1 };
}

interface StoringAt {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly reviewAt: number | null;
}

/** Returns what is stored of a holding, apart from its place, its version and its changes. */
export function storedForm(
  { registers, copy, keep, early, actions, answers }: Holding,
  { at, reviewAt }: StoringAt,
): Omit<NewHolding, 'originator' | 'id' | 'version' | 'changes'> {
  return {
    registers: JSON.stringify(registers),
    early: JSON.stringify(early),
    actions: JSON.stringify(actions),
    answers: JSON.stringify(answers),
    keep,
    copy: copy === null ? undefined : storedCopy(copy, { at, reviewAt }),
    ended: registers.end?.by,
    // An action is later than the issue of its notice, which lives no longer than its kind's maximum.
    forget: after(new Date(at), RETENTION).getTime() + REMEMBER_MS,
    at,
  };
}

function storedCopy(
  { sdJwt, disclosed, hiddenUntil, endsAt, isKept }: HeldCopy,
  { at, reviewAt }: StoringAt,
): StoredCopy {
  return {
    sdJwt,
    disclosed,
    exp: Math.floor(endsAt / 1000),
    hiddenUntil,
    kept: isKept ? 1 : 0,
    reviewAt,
    warnAt: isKept ? null : (nextWarning({ reviewAt, endsAt }, at)?.at ?? null),
  };
}
