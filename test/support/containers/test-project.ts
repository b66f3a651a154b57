/** Name of the Compose project of all containers of this process: `scripts/docker/remove-leftovers.sh` knows it. */
export const TEST_PROJECT = `liaison-test-${process.pid}`;

/** Label that counts a container in that project although `docker compose` did not create it. */
export const TEST_LABELS = { 'com.docker.compose.project': TEST_PROJECT };
