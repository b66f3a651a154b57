import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { parseYaml } from '../../../shared/kernel/yaml-document.js';
import { yamlWord } from './member-files.js';

/**
 * Lists a member under `joining` in every invariant that demands exchange, which it cannot meet before it has rules. Leaves
 * every other character of `invariants.yaml` as it is.
 */
export function addJoining(text: string, id: string): string {
  const { document } = parseYaml(text);
  const items = isSeq(document.contents) ? document.contents.items : [];
  const inserts = items.flatMap((item) => (isMap(item) ? insertIn(item, yamlWord(id), text) : []));
  return inserts
    .toSorted((a, b) => b.at - a.at)
    .reduce((before, { at, part }) => before.slice(0, at) + part + before.slice(at), text);
}

interface Insert {
  readonly at: number;
  readonly part: string;
}

function insertIn(invariant: YAMLMap, id: string, text: string): readonly Insert[] {
  const always = invariant.get('always');
  if (always === undefined || (isMap(always) && always.has('obligation'))) return [];
  const joining = invariant.get('joining');
  if (isSeq(joining) && joining.range) {
    const [last] = joining.items.slice(-1);
    const end = isScalar(last) && last.range ? last.range[1] : joining.range[0] + 1;
    return [{ at: end, part: joining.items.length === 0 ? id : `, ${id}` }];
  }
  const key = invariant.items
    .map((pair) => pair.key)
    .find((each) => isScalar(each) && each.value === 'always');
  if (!isScalar(key) || !key.range) return [];
  const [at] = key.range;
  const between = invariant.flow === true ? ', ' : `\n${' '.repeat(at - text.lastIndexOf('\n', at) - 1)}`;
  return [{ at, part: `joining: [${id}]${between}` }];
}
