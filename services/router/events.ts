import type { StatusPublisher } from '../shared/bus/status.js';
import type { Code } from '../shared/kernel/errors.js';
import type { Alarm } from '../shared/runtime/alarm-table.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { Logger } from '../shared/runtime/logger.js';
import { subjects } from '../shared/wire/subjects.js';

/** Facts of an event: names and ids only, never content. A field that does not apply is absent. */
export interface EventSubject {
  readonly originator?: string;
  readonly recipient?: string;
  readonly kind?: string | undefined;
  readonly frame?: string;
  readonly jti?: string | null;
  readonly code?: Code | undefined;
  readonly outcome?: string;
  readonly sections?: readonly string[];
  readonly rules?: readonly string[];
  readonly [fact: string]: unknown;
}

/** Publishes status events and alarms, best effort: never awaited, and a failure to publish fails nothing else. */
export interface Events {
  emit(event: string, about: EventSubject): void;
  /**
   * Raises an alarm and publishes it as an event. `code` is the reason, if there is one; `place` is only for the list of
   * alarms.
   */
  alarm(alarm: Alarm, code: Code | undefined, about?: EventSubject & { readonly place?: string }): void;
  /** Publishes and logs a security event: a possible attack. */
  security(code: Code, about?: EventSubject): void;
}

/** Creates the events of one router; `count` is called with every event before it is published. */
export function createEvents(
  publish: StatusPublisher,
  { log, alarms }: { readonly log: Logger; readonly alarms: Alarms },
  count: (event: string, about: EventSubject) => void,
): Events {
  const emit = (event: string, about: EventSubject): void => {
    const { originator = '_', recipient = '_', kind = '_' } = about;
    count(event, about);
    publish(subjects.status(event, { originator, recipient, kind }), { event, ...about });
  };
  return {
    emit,
    alarm: (alarm, code, about = {}) => {
      alarms.raise(alarm, { code }, about);
      const { place: _place, ...facts } = about;
      emit('alarm', { ...facts, code, what: alarm });
    },
    security: (code, about = {}) => {
      log.warn({ security: code, ...about }, 'security event');
      emit('security', { ...about, code });
    },
  };
}
