import type { OrgId } from '../../shared/kernel/ids.js';
import { NATS_SCRIPT, PORTS } from './layout.js';
import { serviceLines } from './services.js';
import { HOME, volumesOf } from './volumes.js';

/** Returns the text of docker-compose.yml for these organisations. */
export function composeFile(orgs: readonly OrgId[]): string {
  return `${HEAD}
services:
${serviceLines(orgs).join('\n')}
${OPERATIONS}
networks:
  # In production, organisations reach the broker over the Internet, with a certificate and a key.
  federation:
  # Only for the hub: the HTTP and the metrics of auditor and routers, and the broker's monitoring, are reachable only here.
  hub:
    internal: true

volumes:
${volumesOf(orgs)
  .map(({ name }) => `  ${name}:`)
  .join('\n')}
`;
}

const HEAD = `# Written by \`scripts/liaison compose > docker-compose.yml\` from policies/federation/members.yaml: change it there.
# Documentation: docs/containers.md
name: liaison

x-hardened: &hardened
  user: "10001:10001"
  read_only: true
  tmpfs: ["/tmp:mode=1777,size=64m"]
  cap_drop: [ALL]
  security_opt: [no-new-privileges]
  cpus: \${LIAISON_CPUS:-1}
  mem_limit: 384m
  pids_limit: 256
  logging: { driver: json-file, options: { max-size: 10m, max-file: "3" } }

x-environment: &environment
  LIAISON_HOME: ${HOME}
  NODE_OPTIONS: --max-old-space-size=256 --max-semi-space-size=4

x-liaison: &liaison
  <<: *hardened
  image: \${LIAISON_IMAGE:-liaison:local}
  build:
    context: .
    dockerfile: scripts/docker/Dockerfile
    args: { NODE_IMAGE: "\${NODE_IMAGE:-node:24-slim}" }
  environment: *environment

x-once: &once
  restart: on-failure:5

x-patience: &patience
  interval: 15s
  timeout: 15s
  retries: 4
  start_period: 180s
  start_interval: 3s

x-service: &service
  <<: *liaison
  restart: unless-stopped
  stop_grace_period: 15s
  depends_on:
    provision: { condition: service_completed_successfully }
  healthcheck:
    <<: *patience
    test:
      - CMD
      - node
      - -e
      - "fetch('http://127.0.0.1:${PORTS.http}/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"

x-nats: &nats
  <<: *hardened
  image: \${NATS_IMAGE:-nats:2.15-alpine}
  entrypoint: [sh, ${NATS_SCRIPT}]
  mem_limit: 512m
  restart: unless-stopped
  stop_grace_period: 45s
  depends_on:
    init: { condition: service_completed_successfully }
`;

/** Prometheus reads /.liaison/targets.json, to which scripts/ops/prometheus.yml has a relative path. */
const OPERATIONS = `  prometheus:
    <<: *hardened
    profiles: [ops]
    image: \${PROMETHEUS_IMAGE:-prom/prometheus:v3.5.0}
    entrypoint: [prometheus]
    command: [--config.file=/etc/prometheus/prometheus.yml, --storage.tsdb.path=${HOME}/metrics]
    mem_limit: 512m
    restart: unless-stopped
    depends_on:
      init: { condition: service_completed_successfully }
    networks: [federation, hub]
    ports: ["127.0.0.1:\${LIAISON_PROMETHEUS_PORT:-9090}:9090"]
    volumes:
      - ./scripts/ops:/etc/prometheus:ro
      - home:/.liaison:ro
      - metrics:${HOME}/metrics

  grafana:
    <<: *hardened
    profiles: [ops]
    image: \${GRAFANA_IMAGE:-grafana/grafana:12.0.0}
    # Its whole configuration is provisioned: it stores nothing.
    tmpfs: ["/tmp:mode=1777,size=64m", "/var/lib/grafana:uid=10001,gid=10001,mode=0700,size=256m"]
    mem_limit: 512m
    restart: unless-stopped
    networks: [federation, hub]
    ports: ["127.0.0.1:\${LIAISON_GRAFANA_PORT:-3000}:3000"]
    environment:
      GF_AUTH_ANONYMOUS_ENABLED: "true"
      GF_AUTH_BASIC_ENABLED: "false"
      GF_AUTH_DISABLE_LOGIN_FORM: "true"
      GF_ANALYTICS_REPORTING_ENABLED: "false"
      GF_ANALYTICS_CHECK_FOR_UPDATES: "false"
    configs:
      - source: grafana-datasource
        target: /etc/grafana/provisioning/datasources/liaison.yaml
      - source: grafana-dashboards
        target: /etc/grafana/provisioning/dashboards/liaison.yaml
    volumes:
      - ./scripts/ops/grafana.json:/etc/grafana/liaison/grafana.json:ro

configs:
  grafana-datasource:
    content: |
      apiVersion: 1
      datasources:
        - { name: Prometheus, type: prometheus, url: "http://prometheus:9090", isDefault: true }
  grafana-dashboards:
    content: |
      apiVersion: 1
      providers:
        - { name: Liaison, type: file, options: { path: /etc/grafana/liaison } }
`;
