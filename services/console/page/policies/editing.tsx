import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { ShownSession } from '../../shown.js';
import type { ShownLints } from '../../policies/shown-policies.js';
import type { AskingProps } from './asking.js';
import { CasesPanel } from './cases-panel.js';
import { DiffPanel } from './diff-panel.js';
import { NextSteps, type OpenFile } from './download-bar.js';
import { FindingList } from './finding-list.js';
import { MapPanel } from './map-panel.js';
import { type Jump, RuleEditor } from './rule-editor.js';
import { SeesPanel } from './sees-panel.js';
import { type Tab, tabOf, Tabs } from './tabs.js';
import { useAnswer } from './use-answer.js';

interface EditingProps {
  readonly file: OpenFile;
  readonly session: ShownSession;
  readonly query: URLSearchParams;
  readonly onChange: (text: string) => void;
  readonly onOver: () => void;
}

/** Two columns where there is room: the text, and what it would do. */
export function Editing({ file, session, query, onChange, onOver }: EditingProps): JSX.Element {
  const { path, text } = file;
  const lints = useAnswer<ShownLints>('lint', { path, text }, onOver);
  const jump = useRef<Jump | undefined>(undefined);
  const findings = (lints.value?.findings ?? []).filter((finding) => finding.path === path);
  const tab = tabOf(query);
  return (
    <div class="workbench">
      <section class="card text" aria-label={path}>
        <RuleEditor path={path} text={text} findings={findings} onChange={onChange} jump={jump} />
      </section>
      <div class="results">
        <Tabs file={path} current={tab} />
        {tab === 'lints' ? (
          <>
            <FindingList path={path} lints={lints} onJump={(place) => jump.current?.(place)} />
            <NextSteps path={path} />
          </>
        ) : (
          <Shown tab={tab} edit={{ path, text }} {...session} onOver={onOver} />
        )}
      </div>
    </div>
  );
}

function Shown({ tab, ...asking }: AskingProps & { readonly tab: Exclude<Tab, 'lints'> }): JSX.Element {
  switch (tab) {
    case 'cases':
      return <CasesPanel {...asking} />;
    case 'sees':
      return <SeesPanel {...asking} />;
    case 'diff':
      return <DiffPanel {...asking} />;
    case 'map':
      return <MapPanel {...asking} />;
  }
}
