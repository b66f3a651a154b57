import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { ShownSession } from '../../shown.js';
import type { ShownLints } from '../../policies/shown-policies.js';
import type { Vocabulary } from '../../../shared/workbench/complete/vocabulary.js';
import type { WorkbenchPanelProps } from './workbench-panel.js';
import { CasesPanel } from './cases-panel.js';
import { DiffPanel } from './diff-panel.js';
import { NextSteps, type OpenFile } from './download-bar.js';
import { FindingList } from './finding-list.js';
import { MapPanel } from './map-panel.js';
import { type Jump, RuleEditor } from './rule-editor.js';
import { SeesPanel } from './sees-panel.js';
import { useAnswer } from './use-answer.js';
import { navigate } from '../route.js';

const TABS = {
  lints: 'Findings',
  cases: 'Cases',
  sees: 'Who sees',
  diff: 'What changes',
  map: 'Exchange map',
} as const;

/** The name of a panel, as in the parameter `show` of the address. */
type Tab = keyof typeof TABS;

interface EditingProps {
  readonly file: OpenFile;
  readonly session: ShownSession;
  /** True where members release their rules. */
  readonly isReleased: boolean;
  readonly query: URLSearchParams;
  readonly onChange: (text: string) => void;
  readonly onSessionEnd: () => void;
}

/** The editor of one file and the panels with the effects of the edit; two columns on a wide screen. */
export function Editing({
  file,
  session,
  isReleased,
  query,
  onChange,
  onSessionEnd,
}: EditingProps): JSX.Element {
  const { path, text } = file;
  const lints = useAnswer<ShownLints>('lint', { path, text }, onSessionEnd);
  const words = useAnswer<Vocabulary>('vocabulary', { path, text: '' }, onSessionEnd);
  const jump = useRef<Jump | undefined>(undefined);
  const findings = useMemo(
    () => (lints.value?.findings ?? []).filter((finding) => finding.path === path),
    [lints.value],
  );
  const tab = tabOf(query);
  return (
    <div class="workbench">
      <section class="card text" aria-label={path}>
        <RuleEditor {...{ path, text, findings, onChange, jump }} vocabulary={words.value} />
      </section>
      <div class="results">
        <Tabs file={path} current={tab} />
        {tab === 'lints' ? (
          <>
            <FindingList path={path} lints={lints} onJump={(place) => jump.current?.(place)} />
            <NextSteps path={path} isReleased={isReleased} />
          </>
        ) : (
          <TabPanel tab={tab} edit={{ path, text }} {...session} onSessionEnd={onSessionEnd} />
        )}
      </div>
    </div>
  );
}

function TabPanel({
  tab,
  ...props
}: WorkbenchPanelProps & { readonly tab: Exclude<Tab, 'lints'> }): JSX.Element {
  switch (tab) {
    case 'cases':
      return <CasesPanel {...props} />;
    case 'sees':
      return <SeesPanel {...props} />;
    case 'diff':
      return <DiffPanel {...props} />;
    case 'map':
      return <MapPanel {...props} />;
  }
}

/** Returns the panel that the address names; the findings if it names none. */
function tabOf(query: URLSearchParams): Tab {
  const name = query.get('show') ?? '';
  return Object.hasOwn(TABS, name) ? (name as Tab) : 'lints';
}

/** The buttons that choose a panel. The address holds the choice, so that a link shows the same panel. */
function Tabs({ file, current }: { file: string; current: Tab }): JSX.Element {
  return (
    <nav class="tabs" aria-label="Results">
      {Object.entries(TABS).map(([show, text]) => (
        <button
          key={show}
          type="button"
          aria-current={show === current ? 'page' : undefined}
          onClick={() => navigate('/policies', new URLSearchParams({ file, show }))}
        >
          {text}
        </button>
      ))}
    </nav>
  );
}
