import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ShownSession } from '../../shown.js';
import type { ShownPolicies, ShownPolicyFile } from '../../policies/shown-policies.js';
import { usePolled } from '../poll.js';
import { requestJson } from '../api.js';
import { navigate } from '../route.js';
import { AdoptionNote } from './adoption-note.js';
import { ReleasesInForce } from './releases-in-force.js';
import { ChoiceField } from './choice-field.js';
import { DownloadBar, type OpenFile } from './download-bar.js';
import { Editing } from './editing.js';

/** The props of the policy workbench. */
export interface PoliciesProps {
  readonly session: ShownSession;
  readonly query: URLSearchParams;
  readonly onSessionEnd: () => void;
}

/** The view `/policies`: edits a rule file and shows the effects before the edit is live. */
export function PoliciesView({ session, query, onSessionEnd }: PoliciesProps): JSX.Element {
  const { value, errorText } = usePolled<ShownPolicies>('/v1/policies', onSessionEnd);
  const { files = [], releases = null } = value ?? {};
  const path = query.get('file') ?? files[0] ?? '';
  const { file, change, fault } = useFile(path, onSessionEnd);
  const shownFault = errorText === '' ? fault : errorText;
  return (
    <div class="policies">
      <h1 class="hidden">Policy workbench</h1>
      <AdoptionNote adoption={value?.adoption ?? null} />
      <ReleasesInForce releases={releases} />
      <div class="tools">
        <FileChoice files={files} path={path} show={query.get('show') ?? ''} />
        {file !== undefined && <DownloadBar file={file} onRevert={() => change(file.live)} />}
      </div>
      {file === undefined ? (
        <p class="nothing">{shownFault === '' ? 'Loading …' : shownFault}</p>
      ) : (
        <Editing
          key={file.path}
          file={file}
          session={session}
          isReleased={releases !== null}
          query={query}
          onChange={change}
          onSessionEnd={onSessionEnd}
        />
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly files: readonly string[];
  readonly path: string;
  readonly show: string;
}

/** Chooses a file by its owner and its name. */
function FileChoice({ files, path, show }: ChoiceProps): JSX.Element {
  const [owner = '', name = ''] = path.split('/');
  const owners = [...new Set(files.map((each) => each.split('/')[0] ?? ''))];
  const names = files.filter((each) => each.startsWith(`${owner}/`)).map((each) => each.split('/')[1] ?? '');
  const choose = (file: string): void => navigate('/policies', new URLSearchParams({ file, show }));
  const first = (org: string): string => files.find((each) => each === `${org}/${name}`) ?? firstOf(org);
  const firstOf = (org: string): string => files.find((each) => each.startsWith(`${org}/`)) ?? '';
  return (
    <>
      <ChoiceField label="rules of" value={owner} of={owners} onChoose={(org) => choose(first(org))} />
      <ChoiceField label="file" value={name} of={names} onChoose={(each) => choose(`${owner}/${each}`)} />
    </>
  );
}

interface FileState {
  readonly file: OpenFile | undefined;
  readonly change: (text: string) => void;
  readonly fault: string;
}

/** Loads a file on first use. Edits of other files are kept until the page is closed; the browser warns before that. */
function useFile(path: string, onSessionEnd: () => void): FileState {
  const [files, setFiles] = useState<Readonly<Record<string, OpenFile>>>({});
  const [fault, setFault] = useState('');
  const file = files[path];
  const keep = (next: OpenFile): void => setFiles((all) => ({ ...all, [next.path]: next }));
  useEffect(() => {
    if (path === '' || file !== undefined) return;
    setFault('');
    void requestJson<ShownPolicyFile>(`/v1/policies/file?path=${encodeURIComponent(path)}`).then((answer) => {
      if (answer.ok) keep({ path, live: answer.value.text, text: answer.value.text });
      else if (answer.problem.status === 401) onSessionEnd();
      else setFault(answer.problem.detail);
    });
  }, [path]);
  const isChanged = Object.values(files).some(({ live, text }) => live !== text);
  useEffect(() => {
    if (!isChanged) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [isChanged]);
  return {
    file,
    fault,
    change: (text) => {
      if (file !== undefined) keep({ ...file, text });
    },
  };
}
