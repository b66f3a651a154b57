import type { StatusPublisher } from '../shared/bus/status.js';
import type { Code } from '../shared/kernel/errors.js';
import type { Alarm } from '../shared/runtime/alarm-table.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { Logger } from '../shared/runtime/logger.js';
import { subjects } from '../shared/wire/subjects.js';

/** Whom and what an event is about; what is left out is nobody's. Names and ids only, never content. */
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

/** Status events, best effort: after the report, never awaited, never a reason to fail. */
export interface Events {
  emit(event: string, about: EventSubject): void;
  /** Somebody must look. The alarm is what the event is about; there may be no code to say. */
  alarm(alarm: Alarm, code: Code | undefined, about?: EventSubject): void;
  /** Somebody may have tried something. */
  security(code: Code, about?: EventSubject): void;
}

/** `count` hears of every event before it is told. */
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
      emit('alarm', { ...about, code, what: alarm });
    },
    security: (code, about = {}) => {
      log.warn({ security: code, ...about }, 'security event');
      emit('security', { ...about, code });
    },
  };
}
