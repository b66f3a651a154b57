import type { TestFederation } from '../federation.js';
import { until } from '../until.js';

/** Resolves once the auditor has stored every record in the broker. */
export async function untilArchived({ run }: Pick<TestFederation, 'run'>): Promise<void> {
  await until('the auditor to store every record', async () => {
    // A broker that is starting does not answer.
    const read = await fetch(`${run().monitor}/jsz?acc=CORE&consumers=true`).catch(() => undefined);
    if (read === undefined) return false;
    const { account_details: accounts = [] } = (await read.json()) as JetStreamState;
    const consumers = accounts.flatMap(({ stream_detail: streams = [] }) =>
      streams.filter(({ name }) => name === 'LEDGER').flatMap(({ consumer_detail: all = [] }) => all),
    );
    const auditor = consumers.find(({ name }) => name === 'auditor');
    return auditor !== undefined && auditor.num_pending + auditor.num_ack_pending === 0;
  });
}

/** What is read of the broker's monitoring. */
interface JetStreamState {
  readonly account_details?: readonly {
    readonly stream_detail?: readonly {
      readonly name: string;
      readonly consumer_detail?: readonly {
        readonly name: string;
        readonly num_pending: number;
        readonly num_ack_pending: number;
      }[];
    }[];
  }[];
}
