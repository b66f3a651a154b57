import type { JSX } from 'preact';

/** What is shown at a path that no view has. */
export function NotFound({ path }: { readonly path: string }): JSX.Element {
  return (
    <div class="nothing">
      <h1>No such page.</h1>
      <p class="quiet">
        <code>{path}</code> is no page of this console. See the <a href="/">live tail</a>.
      </p>
    </div>
  );
}
