import type { Bindings } from '../../policy/compile/term.js';
import type { Question } from '../../policy/engine.js';
import type { Schema } from '../../policy/schema.js';
import { createToRecord, entity, type ValueRecord } from '../../policy/value.js';

/** Returns the variables of rules for a question; undefined when it does not fit the schema, where every set denies. */
export type Bind = (question: Question) => Bindings | undefined;

/** Returns a `Bind` to evaluate single conditions with; whole questions are answered by the engine. */
export function createBind(schema: Schema): Bind {
  const [toNotice, toOrganisation] = [
    createToRecord(schema, 'Notice'),
    createToRecord(schema, 'Organisation'),
  ];
  return ({ notice, recipient, section }) => {
    const [principal, resource] = [toOrganisation(recipient), toNotice(notice)];
    if (typeof principal === 'string' || typeof resource === 'string') return undefined;
    const context: ValueRecord = section === undefined ? {} : { section: entity('Section', section) };
    return { principal, resource, context };
  };
}
