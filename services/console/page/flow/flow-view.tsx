import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ShownFlow, ShownRouter, ShownSession } from '../../shown.js';
import { requestJson } from '../api.js';
import { AlarmList } from './alarm-list.js';
import { FlowChart } from './flow-chart.js';
import { FlowMatrix } from './flow-matrix.js';
import { remaining, formatDuration } from '../format.js';
import { OrganisationTable } from './organisation-table.js';
import { navigate } from '../route.js';

interface FlowProps {
  readonly session: ShownSession;
  readonly query: URLSearchParams;
  readonly onSessionEnd: () => void;
}

const WINDOWS = { '15m': 'last 15 minutes', '1h': 'last hour', '24h': 'last 24 hours' } as const;
const POLL_INTERVAL_MS = 2_000;
/** A console that hangs does not close its connections. */
const RESPONSE_TIMEOUT_MS = 10_000;

/** The view `/flow`: health of the hub, alarms, rates, and the state of each organisation. */
export function FlowView({ session, query, onSessionEnd }: FlowProps): JSX.Element {
  const window = query.get('window') ?? '15m';
  const { flow, errorText } = useFlow(window, onSessionEnd);
  const change = (value: string): void => navigate('/flow', new URLSearchParams({ window: value }));
  return (
    <div class="flow">
      <h1 class="hidden">Flow</h1>
      <div class="tools">
        <label class="field">
          <span>window</span>
          <select value={window} onChange={(event) => change(event.currentTarget.value)}>
            {Object.entries(WINDOWS).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        {flow !== undefined && <Health flow={flow} errorText={errorText} />}
      </div>
      {flow === undefined ? (
        <p class="nothing">{errorText === '' ? 'Loading …' : errorText}</p>
      ) : (
        <>
          <AlarmList alarms={flow.alarms} now={flow.now} />
          <FlowChart flow={flow} />
          <FlowMatrix flow={flow} session={session} window={window} />
          <OrganisationTable flow={flow} />
        </>
      )}
    </div>
  );
}

/** Requests the flow every two seconds while the page is visible; the last flow stays while later requests fail. */
function useFlow(
  window: string,
  onSessionEnd: () => void,
): { flow: ShownFlow | undefined; errorText: string } {
  const [flow, setFlow] = useState<ShownFlow>();
  const [errorText, setErrorText] = useState('');
  useEffect(() => {
    let ended = false;
    const poll = async (): Promise<void> => {
      if (!document.hidden) {
        const answer = await requestJson<ShownFlow>(`/v1/flow?window=${encodeURIComponent(window)}`, {
          signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
        });
        if (ended) return;
        if (answer.ok) setFlow(answer.value);
        else if (answer.problem.status === 401) onSessionEnd();
        setErrorText(answer.ok ? '' : answer.problem.detail);
      }
      if (!ended) setTimeout(() => void poll(), POLL_INTERVAL_MS);
    };
    void poll();
    return () => {
      ended = true;
    };
  }, [window]);
  return { flow, errorText };
}

function Health({ flow, errorText }: { flow: ShownFlow; errorText: string }): JSX.Element {
  const { directory, ledger, connected, now, routers } = flow;
  const left = Date.parse(directory.nextUpdate) - Date.parse(now);
  return (
    <ul class="health" aria-label="Hub">
      {errorText !== '' && <Light good={false} text={`${errorText}; trying again`} />}
      <Light good={connected} text={connected ? 'broker connected' : 'broker not connected'} />
      {routers.map((router, index) => (
        <Light
          key={index}
          good={router.state === 'ready'}
          text={routerWords(router, routers.length === 1 ? 'router' : `router ${index + 1}`)}
        />
      ))}
      <Light
        good={ledger.ready}
        text={ledger.ready ? 'ledger ready' : `ledger: ${ledger.reasons.join(', ')}`}
      />
      <Light
        good={!directory.stale}
        text={`directory version ${directory.version}, ${directory.stale ? 'stale' : `valid for ${remaining(left)}`}`}
      />
    </ul>
  );
}

function routerWords({ state, reasons, silentMs }: ShownRouter, name: string): string {
  if (state === 'silent') return `${name} silent for ${formatDuration(silentMs ?? 0)}`;
  return state === 'ready' ? `${name} ready` : `${name}: ${reasons.join(', ')}`;
}

function Light({ good, text }: { good: boolean; text: string }): JSX.Element {
  return (
    <li class={good ? 'good' : 'bad'}>
      <span class="dot" aria-hidden="true" />
      {text}
    </li>
  );
}
