import type { JSX } from 'preact';

/** A file as it is live, and as somebody left it in the page. */
export interface OpenFile {
  readonly path: string;
  readonly live: string;
  readonly text: string;
}

/** What becomes of a changed text: it is taken away as a file, and goes the way of every change of rules. */
export function DownloadBar({ file, onRevert }: { file: OpenFile; onRevert: () => void }): JSX.Element {
  const isChanged = file.text !== file.live;
  return (
    <div class="download">
      <span class={isChanged ? 'part' : 'quiet'}>{isChanged ? 'changed' : 'as it is live'}</span>
      <button type="button" disabled={!isChanged} onClick={onRevert}>
        Revert
      </button>
      <button type="button" class="strong" disabled={!isChanged} onClick={() => download(file)}>
        Download
      </button>
    </div>
  );
}

export function NextSteps({ path }: { path: string }): JSX.Element {
  const [owner = ''] = path.split('/');
  const who = owner === 'federation' ? 'the federation' : owner;
  return (
    <section class="card next" aria-labelledby="next-title">
      <h2 id="next-title">What comes next</h2>
      <p>
        Nothing is saved here. Download the file, put it in the place of <code>policies/{path}</code> in your
        clone, and run
      </p>
      <pre>
        <code>
          scripts/liaison policy check --strict{'\n'}scripts/liaison policy test{'\n'}scripts/liaison policy
          diff
        </code>
      </pre>
      <p>
        Two people of {who} approve each loosening in <code>policies/{owner}/approvals.yaml</code>; it is live
        when the folder of the router holds it.
      </p>
    </section>
  );
}

/** The text alone, made here: no server sees it again. */
function download({ path, text }: OpenFile): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = Object.assign(document.createElement('a'), {
    href: address,
    download: path.split('/').at(-1),
  });
  link.click();
  URL.revokeObjectURL(address);
}
