import { request } from 'node:http';

/** The status of `GET path` with this `Host`, which `fetch` would not send. */
export function statusForHost(url: string, path: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, url), { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.once('error', reject);
    asked.end();
  });
}
