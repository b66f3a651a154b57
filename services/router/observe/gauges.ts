import type { Bus } from '../../shared/bus/connect.js';
import type { Policy } from '../../shared/policy/plan.js';
import type { LiaisonError } from '../../shared/kernel/errors.js';
import type { Meter } from '../../shared/runtime/meter.js';
import { measureVitals } from '../../shared/runtime/vitals.js';
import { CONTRACT } from '../../shared/wire/contract.js';
import type { Accounts } from '../accounts.js';
import type { Gate } from './gate.js';
import type { LedgerView } from '../ledger/view.js';
import type { RecallWatch } from './recall-watch.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { Signer } from '../../shared/trust/keys.js';

interface Gauged {
  readonly core: Pick<Bus, 'isConnected'>;
  readonly directory: () => Directory;
  readonly signer: Pick<Signer, 'kid'>;
  readonly gate: Pick<Gate, 'reasons'>;
  readonly ledger: Pick<LedgerView, 'heartbeat' | 'head' | 'isCaughtUp'>;
  readonly accounts: Pick<Accounts, 'streams'>;
  readonly recalls: Pick<RecallWatch, 'overdue'>;
  readonly policy: () => Policy | undefined;
  readonly policyFault: () => LiaisonError | undefined;
}

/** Registers the router's gauges, read at each scrape. Sums over all organisations. */
export function measureRouter(meter: Meter, router: Gauged): void {
  const { ledger, policy, policyFault, core, directory, signer, gate } = router;
  measureVitals(meter, {
    reasons: () => gate.reasons().map(({ code }) => code),
    isConnected: core.isConnected,
    directory,
    contract: CONTRACT,
    keys: { hub: signer },
  });
  const gauge: Gauge = (name, help, read) => meter.gauge({ name: `liaison_router_${name}`, help }, read);
  gauge('caught_up', '1 when the ledger has been read to its end', () => Number(ledger.isCaughtUp()));
  gauge('heartbeat_timestamp_seconds', 'When the auditor was last alive, by its newest heartbeat', () => {
    const time = ledger.heartbeat()?.time.getTime();
    return time === undefined ? undefined : time / 1000;
  });
  gauge('ledger_lag_records', 'Records of the ledger that no heartbeat confirms yet', () => {
    const heartbeat = ledger.heartbeat();
    return heartbeat === undefined ? undefined : Math.max(0, ledger.head() - heartbeat.seq);
  });
  gauge('policies_loaded', '1 when every policy is loaded', () => Number(policy() !== undefined));
  gauge(
    'policies_faulty',
    '1 while the folder of policies cannot be used and earlier ones stay in force',
    () => Number(policyFault() !== undefined),
  );
  measureBacklog(gauge, router);
}

type Gauge = (name: string, help: string, read: () => number | undefined) => void;

/** Registers the gauges of unusable organisations, of unsettled and parked frames, and of overdue answers. */
function measureBacklog(gauge: Gauge, { accounts, recalls }: Pick<Gauged, 'accounts' | 'recalls'>): void {
  gauge(
    'sick_organisations',
    'Organisations whose account cannot be used at present',
    () => accounts.streams().unavailable.size,
  );
  gauge(
    'waiting_frames',
    'Frames of organisations that no router has settled',
    () => accounts.streams().backlog.out,
  );
  gauge('parked_frames', 'Frames parked for recipients whose IN was full or unavailable', () => {
    return accounts.streams().backlog.parked;
  });
  const help =
    'Answers to recalls of notices that are past their deadline; those owed by members that have left are not counted';
  gauge('recalls_overdue', help, recalls.overdue);
}
