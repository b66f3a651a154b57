import {
  autocompletion,
  type Completion as Option,
  type CompletionSource,
  startCompletion,
} from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { complete } from '../../../shared/workbench/complete/complete.js';
import type { Completion } from '../../../shared/workbench/complete/completion.js';
import type { Vocabulary } from '../../../shared/workbench/complete/vocabulary.js';

/** After these characters completions open by themselves, as they do while a word is typed. */
const OPENERS = ['.', ':', '"', '@'];
/** The highest value that CodeMirror allows for `boost`, by which it sorts. */
const MAX_BOOST = 99;

/** Offers the completions that `policy lsp` offers, once `vocabulary` returns the words. */
export function ruleCompletion(vocabulary: () => Vocabulary | undefined): Extension {
  const source: CompletionSource = ({ state, pos, explicit }) => {
    const words = vocabulary();
    const found = words && complete(state.sliceDoc(), pos, words);
    if (found === undefined) return null;
    const isOpened = found.from < pos || OPENERS.includes(state.sliceDoc(pos - 1, pos));
    if (!explicit && !isOpened) return null;
    return {
      from: found.from,
      to: found.to,
      options: found.items.map(optionOf),
      validFor: (text) => /^[\w+-]*$/.test(text),
    };
  };
  return autocompletion({ override: [source], icons: false });
}

function optionOf(item: Completion, index: number): Option {
  const { label, detail, about, insert, caret = insert.length } = item;
  return {
    label,
    detail,
    ...(about === undefined ? {} : { info: about }),
    boost: Math.max(MAX_BOOST - index, -MAX_BOOST),
    apply: (view, _, ...[from, to]) => {
      const selection = { anchor: from + caret };
      view.dispatch({ changes: { from, to, insert }, selection, userEvent: 'input.complete' });
      // Inside the brackets or quotes that were inserted, what may stand there is offered next.
      if (caret < insert.length) startCompletion(view);
    },
  };
}
