import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PoliciesProps } from './policies-view.js';

type View = (props: PoliciesProps) => JSX.Element;

/** Authors are few: everybody else loads the page without the workbench. */
export function LazyPolicies(props: PoliciesProps): JSX.Element {
  const [view, setView] = useState<{ readonly View: View }>();
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    import('./policies-view.js').then(
      ({ PoliciesView }) => setView({ View: PoliciesView }),
      () => setTrouble('the workbench cannot be loaded: load the page again'),
    );
  }, []);
  return view === undefined ? (
    <p class="nothing">{trouble === '' ? 'Loading …' : trouble}</p>
  ) : (
    <view.View {...props} />
  );
}
