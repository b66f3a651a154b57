import type { Attributes } from '../../notice/attributes.js';
import { valueAt } from '../../policy/key.js';
import type { Diagram } from './diagram.js';
import type { Variable, Variables } from './variables.js';

/** Returns the values that a diagram may take for one notice: several only where a condition was not analysed. */
export type ReadAt = <T>(diagram: Diagram<T>) => readonly T[];

/**
 * Returns a function that makes a `ReadAt` for a notice. Reading throws a `RangeError` for a word in no
 * vocabulary.
 */
export function createReadAt({ list }: Variables): (notice: Attributes) => ReadAt {
  const paths = new Map(list.map(({ path }) => [path, path.split('.')]));
  return (notice) => {
    const values = new Map([...paths].map(([path, names]) => [path, valueAt(notice, names)]));
    const indexes = list.map((variable) => indexOf(variable, values.get(variable.path)));
    const read: ReadAt = (diagram) => {
      let node = diagram;
      while (node.type === 'branch') {
        const index = indexes[node.level];
        if (index === undefined) return node.children.flatMap(read);
        const child: typeof diagram | undefined = node.children[index];
        if (child === undefined) throw new RangeError(`no such value of \`${list[node.level]?.path}\``);
        node = child;
      }
      return [node.value];
    };
    return read;
  };
}

/** Returns the index of a variable's value; undefined for a condition that was not analysed. */
function indexOf({ path, form, member, values }: Variable, value: unknown): number | undefined {
  if (path === '') return undefined;
  if (form === 'set') return (value as readonly unknown[]).includes(member) ? 1 : 0;
  return values.indexOf(value as string | boolean | undefined);
}
