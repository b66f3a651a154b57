import type { Attributes } from '../../../../services/shared/notice/attributes.js';
import { childOf, type Diagram } from '../../../../services/shared/workbench/space/diagram.js';
import { createVariables } from '../../../../services/shared/workbench/space/variables.js';
import type { Schema } from '../../../../services/shared/policy/schema.js';

/** Returns the value of a diagram for one notice. */
export function createValueAt(schema: Schema): <T>(diagram: Diagram<T>, notice: Attributes) => T {
  const { list } = createVariables([schema]);
  const indexAt = (level: number, notice: Attributes): number => {
    const variable = list[level];
    const value = (variable?.path ?? '')
      .split('.')
      .reduce<unknown>((inner, step) => Object(inner)[step], notice);
    if (variable?.form === 'set') return (value as readonly unknown[]).includes(variable.member) ? 1 : 0;
    return variable?.values.indexOf(value as string) ?? 0;
  };
  return <T>(diagram: Diagram<T>, notice: Attributes): T => {
    let node = diagram;
    while (node.type === 'branch') {
      const { level } = node;
      node = childOf(node, { level, index: indexAt(level, notice) });
    }
    return node.value;
  };
}
