import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { ShownSession } from '../../shown.js';
import type { ShownLints } from '../../shown-policies.js';
import { NextSteps } from './download-bar.js';
import { FindingList } from './finding-list.js';
import type { OpenFile } from './policies-view.js';
import { RuleEditor, type Jump } from './rule-editor.js';
import { useAnswer } from './use-answer.js';

interface EditingProps {
  readonly file: OpenFile;
  readonly session: ShownSession;
  readonly onChange: (text: string) => void;
  readonly onOver: () => void;
}

/** Two columns where there is room: the text, and what it would do. */
export function Editing({ file, onChange, onOver }: EditingProps): JSX.Element {
  const { path, text } = file;
  const lints = useAnswer<ShownLints>('lint', { path, text }, onOver);
  const jump = useRef<Jump | undefined>(undefined);
  const findings = lints.value?.findings ?? [];
  return (
    <div class="workbench">
      <section class="card text" aria-label={path}>
        <RuleEditor
          path={path}
          text={text}
          findings={findings.filter((finding) => finding.path === path)}
          onChange={onChange}
          jump={jump}
        />
      </section>
      <div class="results">
        <FindingList path={path} lints={lints} onJump={(place) => jump.current?.(place)} />
        <NextSteps path={path} />
      </div>
    </div>
  );
}
