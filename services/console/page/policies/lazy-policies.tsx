import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PoliciesProps } from './policies-view.js';

type View = (props: PoliciesProps) => JSX.Element;

/** Loads the policy workbench on first use, so that viewers without the role `author` never load it. */
export function LazyPolicies(props: PoliciesProps): JSX.Element {
  const [view, setView] = useState<{ readonly View: View }>();
  const [errorText, setErrorText] = useState('');
  useEffect(() => {
    import('./policies-view.js').then(
      ({ PoliciesView }) => setView({ View: PoliciesView }),
      () => setErrorText('the workbench cannot be loaded: load the page again'),
    );
  }, []);
  return view === undefined ? (
    <p class="nothing">{errorText === '' ? 'Loading …' : errorText}</p>
  ) : (
    <view.View {...props} />
  );
}
