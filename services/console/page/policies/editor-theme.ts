import { EditorView } from '@codemirror/view';

const mark = (text: string, colour: string) => ({
  content: 'normal',
  color: `var(--${colour})`,
  '&:before': { content: `"${text}"` },
});
const underline = (colour: string) => ({
  backgroundImage: 'none',
  textDecoration: `underline wavy var(--${colour})`,
  textUnderlineOffset: '3px',
});

/**
 * The look of the editor, from the variables of the page's theme. Marks are text, because CodeMirror's own are images in
 * data addresses, which the content security policy of the page blocks.
 */
export const editorTheme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--card)', fontSize: '13px' },
  // The ring is around the whole card, as the gutter would cover it here.
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '20px' },
  '.cm-content': { caretColor: 'var(--text)', padding: '8px 0' },
  '.cm-line': { padding: '0 12px 0 8px' },
  '.cm-gutters': {
    color: 'var(--quiet)',
    backgroundColor: 'var(--ground)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLineGutter': { color: 'var(--text)', backgroundColor: 'var(--hover)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'transparent',
    outline: '1px solid var(--edge)',
  },
  '.cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket': {
    backgroundColor: 'transparent',
    outline: '1px solid var(--bad)',
  },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0 2px' },
  '.cm-lint-marker': { width: '14px', height: '20px', textAlign: 'center' },
  '.cm-lint-marker-error': mark('●', 'bad'),
  '.cm-lint-marker-warning': mark('▲', 'part'),
  '.cm-lint-marker-info': mark('■', 'quiet'),
  '.cm-lintRange-error': underline('bad'),
  '.cm-lintRange-warning': underline('part'),
  '.cm-lintRange-info': underline('quiet'),
  '.cm-tooltip': {
    color: 'var(--text)',
    backgroundColor: 'var(--card)',
    border: '1px solid var(--edge)',
    borderRadius: '6px',
    maxWidth: 'min(480px, 90vw)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '14em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    color: 'var(--on-accent)',
    background: 'var(--accent)',
  },
  '.cm-completionMatchedText': { fontWeight: '600' },
  '.cm-completionDetail': { color: 'var(--quiet)', fontStyle: 'normal' },
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-diagnostic': { padding: '6px 10px', whiteSpace: 'pre-wrap' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--bad)' },
  '.cm-diagnostic-warning': { borderLeft: '4px solid var(--part)' },
  '.cm-diagnostic-info': { borderLeft: '4px solid var(--quiet)' },
});
