import type { Bindings } from '../../policy/compile-expression.js';
import type { Question } from '../../policy/engine.js';
import type { Schema } from '../../policy/schema.js';
import { createToRecord, entity, type ValueRecord } from '../../policy/value.js';

/** The variables of a question as its rules see them; undefined where it does not fit the schema and every set denies. */
export type Bind = (question: Question) => Bindings | undefined;

/** For the conditions within rules; whole questions are the engine's to answer. */
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
