import type { OrgId } from '../../../services/shared/kernel/ids.js';
import type { Attributes } from '../../../services/shared/notice/attributes.js';
import { SECTIONS } from '../../../services/shared/notice/kinds.js';
import { policyNoticeOf } from '../../../services/shared/workbench/cases/cases.js';
import { type Engine, setName } from '../../../services/shared/policy/engine.js';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import { decide } from '../../../services/shared/policy/decision.js';
import { createAsk } from '../../../services/shared/policy/layers.js';
import { createRow } from '../../../services/shared/policy/row.js';
import type { Version } from '../../../services/shared/workbench/space/answers.js';
import { exampleNames, readExample } from '../../../services/shared/workbench/workspace.js';

/** One of the two evaluators, which decide the same questions. */
export interface Subject {
  /** Prepares a decision by one set on each of `count` notices, all new objects. */
  decisions(count: number): () => void;
  /** Prepares the decisions on `count` notices for every recipient and section, without cached plans. */
  notices(count: number): () => void;
}

/** Returns the rules compiled as the router compiles them, and Cedar with sets and schema already parsed. */
export function subjectsOf(version: Version): { readonly compiled: Subject; readonly cedar: Subject } {
  return {
    compiled: subjectOf(version, createCompiledEngine(version.sets, createCedarSlots())),
    cedar: subjectOf(version, createCedarSlots().load(version.sets)),
  };
}

function subjectOf({ sets, directory }: Version, engine: Engine): Subject {
  const members = [...directory.organisations.values()];
  const ids = members.map(({ id }) => id);
  const ask = createAsk({ engine, sets });
  return {
    decisions(count) {
      const questions = noticesOf(ids, count).map((notice, index) => {
        const recipient = members[(index * 5 + 1) % members.length];
        if (recipient === undefined) throw new Error('no members');
        return { set: setName('export', notice.originator), recipient, notice };
      });
      return () => {
        for (const { set, recipient, notice } of questions)
          engine.evaluate(set, { permission: 'receive', recipient, notice });
      };
    },
    notices(count) {
      const notices = noticesOf(ids, count);
      return () => {
        for (const attributes of notices)
          for (const recipient of members)
            if (recipient.id !== attributes.originator)
              decide(recipient.id, createRow({ ask, attributes, recipient }), SECTIONS);
      };
    },
  };
}

/**
 * Returns `count` notices: the examples of each kind in turn, from each member in turn, all distinct objects.
 */
export function noticesOf(originators: readonly OrgId[], count: number): readonly Attributes[] {
  const examples = exampleNames().flatMap((name) => readExample(name) ?? []);
  return Array.from({ length: count }, (_, index) => {
    const [example, originator] = [
      examples[index % examples.length],
      originators[index % originators.length],
    ];
    if (example === undefined || originator === undefined) throw new Error('no examples');
    const { attributes } = policyNoticeOf(originator, example.header, []);
    return { ...attributes, consents: attributes.consents.filter((id) => originators.includes(id)) };
  });
}
