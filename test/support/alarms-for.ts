import { systemClock } from '../../services/shared/kernel/clock.js';
import { type Alarms, createAlarms } from '../../services/shared/runtime/alarms.js';
import { createLogger, type Logger } from '../../services/shared/runtime/logger.js';
import { createMeter, type Meter } from '../../services/shared/runtime/meter.js';

/** The alarms of a process of a test; logged and counted nowhere unless told where. */
export function alarmsFor({
  log = createLogger('test', 'silent'),
  meter = createMeter(),
}: {
  readonly log?: Logger;
  readonly meter?: Meter;
} = {}): Alarms {
  return createAlarms({ log, meter, clock: systemClock });
}
