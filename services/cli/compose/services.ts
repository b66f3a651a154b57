import type { OrgId } from '../../shared/kernel/ids.js';
import { gatewayName } from '../home/process-names.js';
import { monitorName, monitorUrl, NATS_SCRIPT, natsUrls, NODES, PORTS, ROUTERS } from './layout.js';
import { HOME, type Volume, volumesOf } from './volumes.js';

/** Returns the lines of `services:` in docker-compose.yml that depend on the members. */
export function serviceLines(orgs: readonly OrgId[]): readonly string[] {
  return [
    ...setupServices(orgs),
    ...NODES.flatMap((name) => natsNode(name, orgs)),
    ...auditor(orgs),
    ...ROUTERS.flatMap((name, index) => router(name, index + 1, orgs)),
    ...consoleService(orgs),
    ...orgs.flatMap((org, index) => gateway(org, FIRST_PORT + 1 + index, orgs)),
    ...toolServices(orgs),
  ];
}

/** The console's port on the loopback interface; the gateways have the ports after it. */
const FIRST_PORT = 8480;

const pick = (orgs: readonly OrgId[], names: readonly string[]): readonly Volume[] =>
  volumesOf(orgs).filter(({ name }) => names.includes(name));

/** Mounts the common volume read-only, and the service's own volumes. */
function mounts(orgs: readonly OrgId[], own: readonly string[]): readonly string[] {
  const lines = pick(orgs, own).map(({ name, folder }) => `      - ${name}:${folder}`);
  return ['    volumes:', `      - home:${HOME}:ro`, ...lines];
}

/** Exits 0 if the monitoring endpoint of any server answers. */
const SEES_THE_BROKER = `Promise.any('${NODES.map(monitorUrl).join(' ')}'.split(' ').map((url) => fetch(url + '/jsz'))).then(() => process.exit(0), () => process.exit(1))`;

/**
 * The services that run once at each start, keep existing files and sign the next directory, and the service that restores
 * deleted streams.
 */
function setupServices(orgs: readonly OrgId[]): readonly string[] {
  return [
    '  init:',
    '    <<: [*liaison, *once]',
    '    command: [dist/services/cli/main.js, init, --demo, --compose]',
    '    networks: [hub]',
    '    volumes:',
    ...volumesOf(orgs).map(({ name, folder }) => `      - ${name}:${folder}`),
    '',
    '  provision:',
    '    <<: [*liaison, *once]',
    '    command: [dist/services/cli/main.js, provision]',
    '    networks: [federation, hub]',
    '    depends_on:',
    ...NODES.map((name) => `      ${name}: { condition: service_healthy }`),
    ...mounts(orgs, ['provision']),
    '',
    // Creates a stream again that the broker lost while it kept others of the same account.
    '  provisioner:',
    '    <<: *liaison',
    '    restart: unless-stopped',
    '    command: [dist/services/cli/main.js, provision, --watch]',
    '    networks: [federation, hub]',
    '    depends_on:',
    '      provision: { condition: service_completed_successfully }',
    '    healthcheck:',
    '      <<: *patience',
    '      test:',
    '        - CMD',
    '        - node',
    '        - -e',
    `        - "${SEES_THE_BROKER}"`,
    ...mounts(orgs, ['provision']),
    '',
  ];
}

function natsNode(name: string, orgs: readonly OrgId[]): readonly string[] {
  const conf = pick(orgs, [name])[0]?.folder;
  const peers = NODES.filter((node) => node !== name).map(monitorUrl);
  return [
    `  ${name}:`,
    '    <<: *nats',
    `    hostname: ${name}`,
    `    command: [--config, ${conf}/nats.conf]`,
    `    working_dir: ${conf}`,
    `    environment: { PEERS: "${peers.join(' ')}" }`,
    '    networks:',
    '      federation:',
    '      hub:',
    `        aliases: [${monitorName(name)}]`,
    '    healthcheck:',
    '      <<: *patience',
    `      test: [CMD, wget, -q, -O, /dev/null, "http://${monitorName(name)}:${PORTS.monitor}/healthz?js-server-only=true"]`,
    '    volumes:',
    `      - ./scripts/docker/nats-server.sh:${NATS_SCRIPT}:ro`,
    ...pick(orgs, [name, `${name}-data`]).map(({ name: volume, folder }) => `      - ${volume}:${folder}`),
    '',
  ];
}

/** The environment of a process. Other processes reach it by its service name; its folder holds its keys and certificate. */
function settings(
  name: string,
  orgs: readonly OrgId[],
  more: Readonly<Record<string, string>> = {},
): readonly string[] {
  const folder = folderOf(orgs, name);
  const all = {
    LIAISON_NATS_URL: natsUrls(),
    LIAISON_NATS_TLS: `${folder}/tls`,
    LIAISON_HOST: '0.0.0.0',
    LIAISON_PORT: String(PORTS.http),
    LIAISON_HOST_NAMES: name,
    LIAISON_METRICS_HOST: '0.0.0.0',
    LIAISON_METRICS_PORT: String(PORTS.metrics),
    ...more,
  };
  return [
    '    environment:',
    '      <<: *environment',
    ...Object.entries(all).map(([key, value]) => `      ${key}: ${quoted(value)}`),
  ];
}

const quoted = (value: string): string => (/^[0-9]/.test(value) ? `"${value}"` : value);
const folderOf = (orgs: readonly OrgId[], name: string): string => pick(orgs, [name])[0]?.folder ?? '';

function auditor(orgs: readonly OrgId[]): readonly string[] {
  return [
    '  auditor:',
    '    <<: *service',
    '    command: [dist/services/auditor/main.js]',
    '    networks: [hub]',
    ...settings('auditor', orgs),
    ...mounts(orgs, ['auditor', 'records']),
    '',
  ];
}

function router(name: string, number: number, orgs: readonly OrgId[]): readonly string[] {
  const more = { LIAISON_ROUTER: String(number), LIAISON_AUDITOR_URL: `http://auditor:${PORTS.http}` };
  return [
    `  ${name}:`,
    '    <<: *service',
    '    command: [dist/services/router/main.js]',
    '    mem_limit: 768m',
    '    networks: [hub]',
    ...settings(name, orgs, more),
    ...mounts(orgs, [name]),
    '',
  ];
}

function consoleService(orgs: readonly OrgId[]): readonly string[] {
  const peers = {
    LIAISON_AUDITOR_URL: `http://auditor:${PORTS.http}`,
    LIAISON_ROUTER_URLS: ROUTERS.map((name) => `http://${name}:${PORTS.http}`).join(),
  };
  return [
    '  console:',
    '    <<: *service',
    '    command: [dist/services/console/main.js]',
    '    networks: [federation, hub]',
    `    ports: ["127.0.0.1:\${LIAISON_CONSOLE_PORT:-${FIRST_PORT}}:${PORTS.http}"]`,
    ...settings('console', orgs, peers),
    ...mounts(orgs, ['console']),
    '',
  ];
}

function gateway(org: OrgId, port: number, orgs: readonly OrgId[]): readonly string[] {
  const name = gatewayName(org);
  const variable = `LIAISON_${org.replaceAll('-', '_').toUpperCase()}_PORT`;
  return [
    `  ${name}:`,
    '    <<: *service',
    '    command: [dist/services/gateway/main.js]',
    '    networks: [federation]',
    `    ports: ["127.0.0.1:\${${variable}:-${port}}:${PORTS.http}"]`,
    ...settings(name, orgs, { LIAISON_ORG: org }),
    ...mounts(orgs, [name]),
    '',
  ];
}

/** The services that run on demand, with the keys of every organisation: only for the demonstration. */
function toolServices(orgs: readonly OrgId[]): readonly string[] {
  const volumes = ['hub', 'operator', ...orgs.map(gatewayName)];
  return [
    '  simulator:',
    '    <<: *liaison',
    '    profiles: [demo]',
    '    command: [dist/services/simulator/main.js]',
    '    mem_limit: 512m',
    '    networks: [federation]',
    ...settings('operator', orgs, {
      LIAISON_RATE: '${LIAISON_RATE:-20}',
      LIAISON_FOR_SECONDS: '${LIAISON_FOR_SECONDS:-0}',
    }),
    ...mounts(orgs, volumes),
    '',
    '  cli:',
    '    <<: *liaison',
    '    profiles: [cli]',
    '    entrypoint: [node, --disable-warning=ExperimentalWarning, dist/services/cli/main.js]',
    '    networks: [federation, hub]',
    // Also the console's volume, with the viewer token that `tail --since` needs.
    ...mounts(orgs, [...volumes, 'console']),
    '',
  ];
}
