// @ts-check
// Cosigns one checkpoint after the other, and reports the size of each once its file survives a power cut.
const [module = '', path = ''] = process.argv.slice(2);
/** @type {typeof import('../../../services/gateway/witness/cosigned-file.js')} */
const { openCosignedFile } = await import(module);
const file = openCosignedFile(path);
const root = Buffer.alloc(32, 1).toString('base64');
const signature = Buffer.alloc(68, 1).toString('base64');
for (let size = 1; ; size += 1) {
  const note = `demo/liaison/1\n${size}\n${root}\n\n— demo/liaison/1 ${signature}\n`;
  file.write({ note, heartbeat: 'heartbeat', line: `— demo/witness ${signature}\n` });
  await file.synced();
  process.send?.(size);
}
