import type { JSX } from 'preact';

/** A rule file: its live text and its edited text. */
export interface OpenFile {
  readonly path: string;
  readonly live: string;
  readonly text: string;
}

/** Says whether the file was edited, and offers to revert or to download it. */
export function DownloadBar({ file, onRevert }: { file: OpenFile; onRevert: () => void }): JSX.Element {
  const isChanged = file.text !== file.live;
  return (
    <div class="download">
      <span class={isChanged ? 'part' : 'quiet'}>{isChanged ? 'changed' : 'same as live'}</span>
      <button type="button" disabled={!isChanged} onClick={onRevert}>
        Revert
      </button>
      <button type="button" class="strong" disabled={!isChanged} onClick={() => download(file)}>
        Download
      </button>
    </div>
  );
}

/** The steps that bring a downloaded file into force. */
export function NextSteps({ path, isReleased }: { path: string; isReleased: boolean }): JSX.Element {
  const [owner = ''] = path.split('/');
  return (
    <section class="card next" aria-labelledby="next-title">
      <h2 id="next-title">Next steps</h2>
      {isReleased ? <ReleaseSteps owner={owner} /> : <FolderSteps path={path} owner={owner} />}
    </section>
  );
}

/** The steps of a hub whose members release their rules. */
function ReleaseSteps({ owner }: { owner: string }): JSX.Element {
  const isFederation = owner === 'federation';
  return (
    <>
      <p>
        The console saves nothing. Download the file, put it into the folder of the rules{' '}
        {isFederation ? 'of the federation at the hub' : `of ${owner} at its site`}, and run there
      </p>
      <pre>
        <code>scripts/liaison policy release {isFederation ? 'policies/ --federation' : 'rules/'}</code>
      </pre>
      <p>
        A router names each loosening, also those that rules of others still close.{' '}
        {isFederation ? 'Approvers of enough members' : `Two approvers of ${owner}`} sign them.
      </p>
    </>
  );
}

/** The steps of a hub whose folder has the rules of every member. */
function FolderSteps({ path, owner }: { path: string; owner: string }): JSX.Element {
  const who = owner === 'federation' ? 'the federation' : owner;
  return (
    <>
      <p>
        The console saves nothing. Download the file, replace <code>policies/{path}</code> in your clone with
        it, and run
      </p>
      <pre>
        <code>
          scripts/liaison policy check --strict{'\n'}scripts/liaison policy test{'\n'}scripts/liaison policy
          diff
        </code>
      </pre>
      <p>
        Two people of {who} must approve each loosening in <code>policies/{owner}/approvals.yaml</code>. The
        file is live once the policy folder of the router holds it.
      </p>
    </>
  );
}

/** Saves the text as a file from the browser, without a request to a server. */
function download({ path, text }: OpenFile): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = Object.assign(document.createElement('a'), {
    href: address,
    download: path.split('/').at(-1),
  });
  link.click();
  URL.revokeObjectURL(address);
}
