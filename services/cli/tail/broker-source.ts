import { takeAdmittedNkey } from '../../shared/trust/signers/take-admitted-nkey.js';
import { statusSubject } from '../../shared/wire/status-pattern.js';
import { watchEvents } from './status-events.js';
import { createGapCounter } from './gaps.js';
import type { StatusSource, StatusHandlers } from './status-source.js';
import { isUnfiltered, passesFilters, subjectPatterns, type TailRequest } from './tail-request.js';

interface OpenBrokerSourceParams {
  readonly servers: string;
  /** The folder of the client certificate, where the broker requires one. */
  readonly tls?: string | undefined;
  /** True for the broker of the home. Another broker could accept a next nkey that the hub never admits. */
  readonly isOwn: boolean;
  /** The file of the nkey seed of a tail. */
  readonly seedFile: string;
  readonly request: TailRequest;
}

/**
 * Receives status events from the broker from now on, with a key that can only subscribe. Before it connects to the broker of the home,
 * takes the next key beside that one if this broker accepts it. Resolves once it is subscribed. Ends when the broker refuses the key.
 */
export async function openBrokerSource(
  { request, isOwn, ...connection }: OpenBrokerSourceParams,
  { onEvent, onGap, onTrouble }: StatusHandlers,
): Promise<StatusSource> {
  const { seedFile, servers, tls } = connection;
  if (isOwn) await takeAdmittedNkey(seedFile, { servers, tls, role: 'tail' });
  const gaps = createGapCounter();
  // Counts gaps only without a filter: a filtered tail skips numbers of a publisher.
  const countsGaps = isUnfiltered(request);
  const watch = await watchEvents({
    ...connection,
    subjects: subjectPatterns(request).map(statusSubject),
    onTrouble,
    onEvent: (event) => {
      const missed = countsGaps ? gaps.missed(event) : 0;
      if (missed > 0) onGap({ missed, ...(event.source === undefined ? {} : { source: event.source }) });
      if (passesFilters(request, event)) onEvent(event);
    },
  });
  const ended = watch.closed.then((error) => {
    if (error !== undefined) throw error;
  });
  return { ended, stop: watch.stop };
}
