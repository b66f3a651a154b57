import { parseDuration, parseList, parseNumber } from '../parse-options.js';
import { runTail, type TailOptions } from '../tail/run-tail.js';
import type { Verb } from '../verb.js';

export const verb: Verb<TailOptions> = {
  configure: (command) =>
    command
      .option(
        '--org <organisation>',
        "with this organisation's tail key, which hears only of its own notices",
      )
      .option('--subject <pattern>', 'NATS subject with wildcards', 'status.>')
      .option('--from <organisations>', 'of these originators', parseList)
      .option('--to <organisations>', 'for these recipients', parseList)
      .option('--kind <kinds>', 'red, yellow, …', parseList)
      .option('--event <events>', 'submitted, delivered, redacted, denied, received, …', parseList)
      .option('--outcome <outcomes>', 'delivered, redacted, denied', parseList)
      .option('--for <time>', 'end after so long', parseDuration)
      .option('--count <n>', 'end after so many events', parseNumber(1, 1_000_000_000)),
  examples: [
    ['tail', 'everything as it happens; space pauses, q ends'],
    ['tail --event denied,refused --from europol', 'what did not go through'],
    ["tail --subject 'status.delivered.*.afripol.red'", 'by subject, as any NATS client would'],
    ['tail --json --count 100 | jq -r .recipient | sort | uniq -c', 'NDJSON for pipes'],
  ],
  run: runTail,
};
