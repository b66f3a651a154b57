import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { type Diagnostic, lintGutter, nextDiagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension, type Text } from '@codemirror/state';
import { EditorView, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import type { JSX, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Vocabulary } from '../../../shared/workbench/complete/vocabulary.js';
import type { ShownFinding } from '../../policies/shown-policies.js';
import { cedarColours } from './cedar-language.js';
import { editorTheme } from './editor-theme.js';
import { ruleCompletion } from './rule-completion.js';

/** A place in a text; line and column count from 1. */
export interface CaretPosition {
  readonly line: number;
  readonly column: number;
}

/** Moves the caret of the editor to a place and scrolls to it. */
export type Jump = (place: CaretPosition) => void;

interface EditorProps {
  readonly path: string;
  readonly text: string;
  readonly findings: readonly ShownFinding[];
  /** Undefined until it is loaded: without it nothing is completed. */
  readonly vocabulary: Vocabulary | undefined;
  readonly onChange: (text: string) => void;
  readonly jump: RefObject<Jump | undefined>;
}

/** The editor of a rule file, with the findings in its gutter. Tab leaves it; F8 goes to the next finding. */
export function RuleEditor(props: EditorProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const newest = useRef(props);
  newest.current = props;
  useLayoutEffect(() => {
    if (host.current === null) return undefined;
    // In a shadow root CodeMirror uses constructed style sheets; elsewhere it adds `<style>`, which the content security
    // policy blocks.
    const root = host.current.attachShadow({ mode: 'open' });
    const created = new EditorView({ state: stateOf(newest), parent: root, root });
    view.current = created;
    return () => created.destroy();
  }, []);
  // A layout effect runs before the next key press, so that `text` is never older than the text of the editor.
  useLayoutEffect(() => replaceText(view.current, props.text), [props.text]);
  useEffect(() => showFindings(view.current, props.findings), [props.findings]);
  props.jump.current = (place) => jumpTo(view.current, place);
  return <div class="editor" ref={host} />;
}

function stateOf(props: { readonly current: EditorProps }): EditorState {
  const { path, text } = props.current;
  return EditorState.create({
    doc: text,
    extensions: [
      behaviour,
      cedarColours,
      editorTheme,
      ruleCompletion(() => props.current.vocabulary),
      EditorView.contentAttributes.of({ 'aria-label': `Rules in ${path}`, 'aria-multiline': 'true' }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) props.current.onChange(state.sliceDoc());
      }),
    ],
  });
}

const behaviour: Extension = [
  lintGutter(),
  lineNumbers(),
  highlightActiveLineGutter(),
  history(),
  bracketMatching(),
  closeBrackets(),
  EditorState.tabSize.of(4),
  keymap.of([
    ...closeBracketsKeymap,
    ...completionKeymap,
    ...historyKeymap,
    ...defaultKeymap,
    { key: 'F8', run: nextDiagnostic },
  ]),
];

/** Replaces the text of the editor when it was changed elsewhere, such as by "Revert". */
function replaceText(view: EditorView | undefined, text: string): void {
  if (view === undefined || view.state.toText(text).eq(view.state.doc)) return;
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

const SEVERITIES = { error: 'error', warning: 'warning', note: 'info' } as const;

function showFindings(view: EditorView | undefined, findings: readonly ShownFinding[]): void {
  if (view === undefined) return;
  const { doc } = view.state;
  const diagnostics = findings.map((finding): Diagnostic => {
    const from = offsetOf(doc, finding);
    const word = /^(?:\w+::"[^"\n]*"|"[^"\n]*"|@?\w+)/.exec(doc.sliceString(from, doc.lineAt(from).to));
    const { severity, lint, message } = finding;
    return {
      from,
      to: from + (word?.[0].length ?? 0),
      severity: SEVERITIES[severity],
      source: lint,
      message,
    };
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

function jumpTo(view: EditorView | undefined, place: CaretPosition): void {
  if (view === undefined) return;
  const anchor = offsetOf(view.state.doc, place);
  view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
  view.focus();
}

/** Returns the offset of a place; the nearest one when the text has changed meanwhile. */
function offsetOf(doc: Text, { line, column }: CaretPosition): number {
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(from + column - 1, to);
}
