import { statusSubject } from '../../shared/wire/status-pattern.js';
import { watchEvents } from './status-events.js';
import { createGapCounter } from './gaps.js';
import type { Listening, Told } from './listening.js';
import { isWhole, passes, patternsOf, type TailRequest } from './question.js';

interface Hearing {
  readonly servers: string;
  /** A folder of certificates, where the broker asks for one. */
  readonly tls?: string | undefined;
  /** The file of a tail's nkey. */
  readonly seedFile: string;
  readonly question: TailRequest;
}

/** Hears the broker from now on, with a key that can do nothing else. Resolves once it listens. */
export async function hearBroker(
  { question, ...hearing }: Hearing,
  { onEvent, onGap, onTrouble }: Told,
): Promise<Listening> {
  const gaps = createGapCounter();
  // Only where everything that a publisher sends passes here: else gaps in its numbers are natural.
  const whole = isWhole(question);
  const watch = await watchEvents({
    ...hearing,
    subjects: patternsOf(question).map(statusSubject),
    onTrouble,
    onEvent: (event) => {
      const missed = whole ? gaps.missed(event) : 0;
      if (missed > 0) onGap({ missed, ...(event.source === undefined ? {} : { source: event.source }) });
      if (passes(question, event)) onEvent(event);
    },
  });
  return { ended: new Promise(() => {}), stop: watch.stop };
}
