import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ShownFlow, ShownRouter, ShownSession } from '../../shown.js';
import { ask } from '../api.js';
import { AlarmList } from './alarm-list.js';
import { FlowChart } from './flow-chart.js';
import { FlowMatrix } from './flow-matrix.js';
import { remaining, formatDuration } from '../format.js';
import { OrganisationTable } from './organisation-table.js';
import { go } from '../route.js';

interface FlowProps {
  readonly session: ShownSession;
  readonly query: URLSearchParams;
  readonly onOver: () => void;
}

const WINDOWS = { '15m': 'last 15 minutes', '1h': 'last hour', '24h': 'last 24 hours' } as const;
const LOOK_MS = 2_000;
/** A console that hangs keeps its connections. */
const ANSWER_MS = 10_000;

export function FlowView({ session, query, onOver }: FlowProps): JSX.Element {
  const window = query.get('window') ?? '15m';
  const { flow, trouble } = useFlow(window, onOver);
  const change = (value: string): void => go('/flow', new URLSearchParams({ window: value }));
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
        {flow !== undefined && <Health flow={flow} trouble={trouble} />}
      </div>
      {flow === undefined ? (
        <p class="nothing">{trouble === '' ? 'Loading …' : trouble}</p>
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

/** Asks again and again while the page is looked at; what was known stays while nobody answers. */
function useFlow(window: string, onOver: () => void): { flow: ShownFlow | undefined; trouble: string } {
  const [flow, setFlow] = useState<ShownFlow>();
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    let ended = false;
    const look = async (): Promise<void> => {
      if (!document.hidden) {
        const answer = await ask<ShownFlow>(`/v1/flow?window=${encodeURIComponent(window)}`, {
          signal: AbortSignal.timeout(ANSWER_MS),
        });
        if (ended) return;
        if (answer.ok) setFlow(answer.value);
        else if (answer.problem.status === 401) onOver();
        setTrouble(answer.ok ? '' : answer.problem.detail);
      }
      if (!ended) setTimeout(() => void look(), LOOK_MS);
    };
    void look();
    return () => {
      ended = true;
    };
  }, [window]);
  return { flow, trouble };
}

function Health({ flow, trouble }: { flow: ShownFlow; trouble: string }): JSX.Element {
  const { directory, ledger, connected, now, routers } = flow;
  const left = Date.parse(directory.nextUpdate) - Date.parse(now);
  return (
    <ul class="health" aria-label="Hub">
      {trouble !== '' && <Light good={false} text={`${trouble}; trying again`} />}
      <Light good={connected} text={connected ? 'broker heard' : 'broker not heard'} />
      {routers.map((router, index) => (
        <Light
          key={index}
          good={router.state === 'ready'}
          text={routerWords(router, routers.length === 1 ? 'router' : `router ${index + 1}`)}
        />
      ))}
      <Light
        good={ledger.ready}
        text={ledger.ready ? 'ledger kept' : `ledger: ${ledger.reasons.join(', ')}`}
      />
      <Light
        good={!directory.stale}
        text={`directory version ${directory.version}, ${directory.stale ? 'stale' : `good for ${remaining(left)}`}`}
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
