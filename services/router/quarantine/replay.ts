import { type Code, errorFrom } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { ResultPart } from '../../shared/ledger/command-record.js';
import { isSuspended } from '../../shared/trust/directory.js';
import type { Decided } from '../frames/decide.js';
import { type Frame, readFrame } from '../frames/frame.js';
import type { Hub } from '../hub.js';
import type { OpenedFrame } from '../frames/open.js';
import type { OpenedReceipts } from '../receipts/open-receipts.js';
import { isPoison, type OpenAlone } from '../../shared/trust/suspect/open-alone.js';
import type { QuarantineEntry } from './quarantined.js';
import { recordAndForward, type ReceiptSteps } from '../receipts/receipts.js';
import { carryOut, type RecipeSteps } from '../frames/recipe.js';
import type { CommandResolution } from './record-command.js';
import { retryOnConflict } from '../retry-on-conflict.js';

/** What a replay needs: the same recipes as for a frame that arrives. */
export interface ReplayContext {
  readonly hub: Hub;
  readonly openAlone: OpenAlone;
  readonly steps: RecipeSteps;
  readonly receiptSteps: ReceiptSteps;
}

/** A quarantined frame, opened like any other, or why it was refused. */
type Reopened =
  | { readonly type: 'notices'; readonly opened: OpenedFrame }
  | { readonly type: 'receipts'; readonly opened: OpenedReceipts }
  | { readonly type: 'refused'; readonly code: Code };

/** High enough that a replay does not wait for an unknown key: an operator can replay again. */
const LAST_ATTEMPT = 1_000;

/**
 * Tells what the recipe would do with the frame now, without doing it. A lost routing report that the frame brings is not
 * recorded again, so it does not bound what a dry run says. Throws temporary failures.
 */
export async function dryRun(
  context: ReplayContext,
  org: OrgId,
  quarantined: QuarantineEntry,
): Promise<CommandResolution> {
  const { steps, ...others } = context;
  const open: RecipeSteps['open'] = (hub, frame) => steps.open(hub, frame, restoreNothing);
  const again = await reopen({ ...others, steps: { ...steps, open } }, org, quarantined);
  if (again.type === 'refused') return { outcome: 'would-refuse', code: again.code };
  if (again.type === 'receipts') {
    return { outcome: 'would-route', code: null, results: again.opened.broken.map(brokenResult) };
  }
  const { code, results } = resultsOf(steps.decide(again.opened));
  return { outcome: code === null ? 'would-route' : 'would-refuse', code, results };
}

const restoreNothing = async (): Promise<void> => undefined;

/** Runs the whole recipe, whose steps recognise their earlier results. Throws temporary failures. */
export function replay(
  context: ReplayContext,
  org: OrgId,
  quarantined: QuarantineEntry,
): Promise<CommandResolution> {
  const { hub, steps, receiptSteps } = context;
  return retryOnConflict(async () => {
    const again = await reopen(context, org, quarantined);
    switch (again.type) {
      case 'refused':
        return { outcome: 'refused', code: again.code };
      case 'receipts': {
        const { opened } = again;
        // Broken receipts are in quarantine already.
        await recordAndForward(hub, { ...opened, broken: [] }, receiptSteps);
        return { outcome: 'routed', code: null, results: opened.broken.map(brokenResult) };
      }
      case 'notices': {
        const { code, results } = resultsOf(await carryOut(hub, again.opened, steps));
        return { outcome: code === null ? 'routed' : 'refused', code, results };
      }
    }
  });
}

/** The checks before the recipe, then its first step. */
async function reopen(context: ReplayContext, org: OrgId, quarantined: QuarantineEntry): Promise<Reopened> {
  const { hub, openAlone, steps, receiptSteps } = context;
  const { directory, now } = hub.snapshot();
  const organisation = directory.organisations.get(org);
  if (organisation === undefined || isSuspended(organisation, now)) return refused('organisation-suspended');
  if (!quarantined.isWhole) return refused('oversize');
  const frame = read(org, quarantined);
  if ('code' in frame) return refused(frame.code);
  // The frame may be in quarantine because it kills the process that opens it.
  if (await isPoison(openAlone, { org, ...quarantined })) return refused('poison-frame');
  switch (frame.of) {
    case 'submission': {
      const opened = await steps.open(hub, frame);
      return opened.type === 'opened' ? { type: 'notices', opened } : refused(opened.code);
    }
    case 'receipt': {
      const opened = await receiptSteps.open(hub, frame);
      return opened.type === 'unusable' ? refused(opened.code) : { type: 'receipts', opened };
    }
    case 'query':
      // The gateway gave up on its query long ago.
      return refused('not-replayable');
  }
}

const refused = (code: Code): Reopened => ({ type: 'refused', code });

function read(org: OrgId, { subject, bytes, storedAt }: QuarantineEntry): Frame | { readonly code: Code } {
  try {
    return readFrame(org, { subject, bytes, storedAt, attempt: LAST_ATTEMPT, settle: async () => true });
  } catch (thrown) {
    const { code, family } = errorFrom(thrown);
    if (family === 'operational') throw thrown;
    return { code };
  }
}

/** The results by item; `code` is set when none was accepted. */
function resultsOf({
  notices,
  actions,
  requests,
  refused: rejected,
}: Pick<Decided, 'notices' | 'actions' | 'requests' | 'refused'>): {
  readonly code: Code | null;
  readonly results: readonly ResultPart[];
} {
  const accepted = notices.map(({ part, decisions, denials }): ResultPart => {
    const to = (outcome: string): readonly OrgId[] =>
      decisions.filter((decision) => decision.outcome === outcome).map((decision) => decision.to);
    const denied = [...to('denied'), ...denials.flatMap((denial) => denial.to)];
    const lists = { delivered: to('delivered'), redacted: to('redacted'), denied };
    return { type: 'result', notice: part.jti, code: null, ...lists };
  });
  const acted = [
    ...actions.map(({ to }): ResultPart => ({ ...notAccepted(null, null), delivered: to })),
    ...requests.map(({ request }): ResultPart => ({ ...notAccepted(null, null), delivered: [request.to] })),
  ];
  const others = rejected.map(({ jti, code }) => notAccepted(jti, code));
  return {
    code: accepted.length + acted.length > 0 ? null : (rejected[0]?.code ?? null),
    results: [...accepted, ...acted, ...others],
  };
}

/** The result for one broken receipt of a frame. */
const brokenResult = (code: Code): ResultPart => notAccepted(null, code);

function notAccepted(notice: ResultPart['notice'], code: Code | null): ResultPart {
  return { type: 'result', notice, code, delivered: [], redacted: [], denied: [] };
}
