import { v7 as uuidv7 } from 'uuid';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import { KINDS, SECTIONS } from '../../../services/shared/notice/kinds.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import type { Fixture } from './console-fixture.js';

/** Publishes status events as a router does: one notice after another, to every other organisation. */
export interface StatusSource {
  /** Publishes `count` events at once; returns the id of the last notice. */
  readonly publish: (count: number) => string;
  /** Publishes at a steady rate, independent of timer delays, until the returned function is called, which returns the count. */
  readonly pace: (perSecond: number) => () => number;
}

const TICK_MS = 10;
/** The mix of outcomes, roughly as in a demonstration. */
const OUTCOMES = ['delivered', 'redacted', 'redacted', 'denied'] as const;

export function createStatusSource({ publish, orgs }: Pick<Fixture, 'publish' | 'orgs'>): StatusSource {
  const events = eventsOf(orgs);
  const publishSome = (count: number): string => {
    let last = '';
    for (let sent = 0; sent < count; sent += 1) {
      const { event, about, jti } = events.next().value;
      publish(subjects.status(event, about), { event, ...about, outcome: event, jti, ...WHY });
      last = jti;
    }
    return last;
  };
  return {
    publish: publishSome,
    pace: (perSecond) => {
      const began = performance.now();
      let sent = 0;
      const timer = setInterval(() => {
        const due = Math.floor(((performance.now() - began) * perSecond) / 1000);
        publishSome(due - sent);
        sent = due;
      }, TICK_MS);
      return () => {
        clearInterval(timer);
        return sent;
      };
    },
  };
}

const WHY = { sections: SECTIONS.slice(0, 4), rules: ['eur-export-03', 'afr-import-01'] };

interface Made {
  readonly event: string;
  readonly about: { readonly originator: string; readonly recipient: string; readonly kind: string };
  readonly jti: string;
}

function* eventsOf(orgs: readonly OrgId[]): Generator<Made, never> {
  for (let notice = 0; ; notice += 1) {
    const originator = orgs[notice % orgs.length] ?? '_';
    const kind = KINDS[notice % KINDS.length] ?? '_';
    const jti = `${uuidv7()}.1`;
    yield { event: 'submitted', about: { originator, recipient: '_', kind }, jti };
    for (const [index, recipient] of orgs.filter((org) => org !== originator).entries()) {
      const event = OUTCOMES[(notice + index) % OUTCOMES.length] ?? 'delivered';
      const about = { originator, recipient, kind };
      yield { event, about, jti };
      if (event !== 'denied') yield { event: 'received', about, jti };
    }
  }
}
