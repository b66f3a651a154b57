import { pause, untilAborted } from '../../shared/kernel/pause.js';
import type { Home } from '../../shared/runtime/home.js';
import { noteDiskGrowth } from '../home/disk-growth.js';
import { gatewayName } from '../home/process-names.js';
import type { GatewayRunFile } from '../home/run-file.js';
import { gatewayClient } from '../http-client.js';
import { type AdmittedSite, readAdmittedSite } from '../org/site-files.js';
import { EXIT } from '../terminal/exit-codes.js';
import { lockHome } from '../up/lock.js';
import { type Ports, startOnPorts } from '../up/ports.js';
import { createProcessGroup } from '../up/process-group.js';
import { unreadyProcesses } from '../up/readiness.js';
import { createScreen, type Screen } from '../up/screen.js';
import { createStartService, localUrl, metricsName } from '../up/start-service.js';
import type { Verb } from '../verb.js';
import { sendFirstRelease } from './send-first-release.js';

export const verb: Verb = {
  configure: (command) => command,
  streams: true,
  starts: 'hub',
  examples: [['site start', 'runs the gateway of this organisation until Ctrl-C']],
  run: async ({ home, output, stopping }) => {
    const site = await readAdmittedSite(home);
    const screen = createScreen(output);
    const lock = lockHome(home);
    const processGroup = createProcessGroup(home, { onEvent: screen.processEvent, say: screen.say });
    try {
      await startGateway(processGroup, { home, site, screen, stopping });
      void noteDiskGrowth(home, { say: screen.say, stopping });
      await untilAborted(stopping);
    } finally {
      await screen.end();
      await processGroup.stop();
      lock.release();
    }
    return EXIT.yes;
  },
};

interface StartGatewayParams {
  readonly home: Home;
  readonly site: AdmittedSite;
  readonly screen: Screen;
  readonly stopping: AbortSignal;
}

async function startGateway(
  processGroup: ReturnType<typeof createProcessGroup>,
  { home, site: { request, welcome }, screen, stopping }: StartGatewayParams,
): Promise<void> {
  const name = gatewayName(request.id);
  const names = [name, metricsName(name)];
  const end = (): Promise<unknown> => processGroup.end(name);
  const run = await startOnPorts({ home, names, end, say: screen.say }, async (ports) => {
    const file = processGroup.announce(runFile({ name, ports, org: request.id, nats: welcome.hub }));
    const start = createStartService(processGroup, { home, broker: file, ports, organisations: 1 });
    await start(name, { service: 'gateway', keys: home.org(request.id) }, { ORG: request.id }).ready;
    return file;
  });
  if (request.release !== undefined) {
    const gateway = gatewayClient(home, run, request.id);
    void sendFirstRelease(request.release.wire, { gateway, say: screen.say, stopping });
  }
  await reportUntilReady(run, { say: screen.say, stopping });
  screen.running(run);
}

/** How long a gateway may take to become ready before the reason is shown. */
const START_MS = 3_000;
const POLL_MS = 200;

/**
 * Waits until the gateway is ready, and says why it is not, whenever the reasons change. A hub that is away does not end the
 * site: its gateway takes notices meanwhile.
 */
async function reportUntilReady(
  run: GatewayRunFile,
  { say, stopping }: { readonly say: (words: string) => void; readonly stopping: AbortSignal },
): Promise<void> {
  const begun = Date.now();
  for (let said = ''; !stopping.aborted; await pause(POLL_MS, stopping)) {
    const [unready] = await unreadyProcesses(run);
    if (unready === undefined) return;
    const reasons = unready.reasons.join(', ');
    if (reasons === said || Date.now() - begun < START_MS) continue;
    said = reasons;
    say(`${unready.process} is not ready: ${reasons}`);
  }
}

interface RunFileParams {
  readonly name: string;
  readonly org: string;
  readonly nats: string;
  readonly ports: Ports;
}

function runFile({ name, org, nats, ports }: RunFileParams): GatewayRunFile {
  return {
    pid: process.pid,
    nats,
    tls: true,
    gateways: { [org]: localUrl(ports[name]) },
    metrics: { [name]: `${localUrl(ports[metricsName(name)])}/metrics` },
    processes: {},
  };
}
