import type { Bus } from '../../shared/bus/connect.js';
import { nextOn } from '../../shared/bus/direct-get.js';
import { sources } from '../../shared/bus/streams.js';
import type { Clock } from '../../shared/kernel/clock.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import { findRuleOut, type UnverifiedRecord } from '../../shared/ledger/rule-out.js';
import type { Directory } from '../../shared/trust/directory.js';
import { subjects } from '../../shared/wire/subjects.js';

interface RuledOutDeps {
  readonly core: Bus;
  readonly directory: () => Directory;
  readonly clock: Clock;
}

const { stream } = sources.ledgerAuditor;

/** Creates a check whether an operator's command on the ledger rules out a record that cannot be verified. */
export function createIsRuledOut({ core, directory, clock }: RuledOutDeps) {
  const next = (from: number) => nextOn(core, { stream, subject: subjects.ledger(LEDGER_OWNER), from });
  return async (record: UnverifiedRecord): Promise<boolean> =>
    (await findRuleOut(record, { directory: directory(), now: clock(), next })) !== undefined;
}
