import type { JSX } from 'preact';

/** The view for an unknown path. */
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
