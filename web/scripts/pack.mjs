// After `vite build`: says which modules each page loads first (pages.json), and writes each file's .br and .gz, so that the
// server compresses nothing, and tells the browser to compile at once. Not for: budgets (budgets.mjs). Invariant: only what gets smaller by a tenth is kept packed.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const app = new URL('../dist/app', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(app, '.vite/manifest.json'), 'utf8'));
const entry = Object.values(manifest).find((chunk) => chunk.isEntry);

/** The files of a chunk and of all that it imports at once. */
function files(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const other of chunk.imports ?? []) files(other, seen);
  return seen;
}

const eager = files(Object.keys(manifest).find((key) => manifest[key] === entry));
const router = readFileSync(new URL('../src/router.tsx', import.meta.url), 'utf8');
/** What a page asks first when its address has no query: asked before its code is there. A test holds that it does ask these. */
const asks = {
  '/': ['/needs?limit=200', '/stats/summary'],
  '/certificates': ['/certificates?sort=attention&limit=200'],
  '/jobs': ['/jobs?limit=200&total=true'],
};
const pages = [];
for (const [, path, module] of router.matchAll(/page\(\s*'([^']+)',\s*\(\) => import\('@\/(routes\/[^']+)'\)/g)) {
  const key = [`src/${module}.tsx`, `src/${module}.ts`].find((name) => name in manifest);
  if (!key) continue;
  const fetch = (asks[path] ?? []).map((ask) => `/api/v1${ask}`);
  pages.push({ path, fetch, preload: [...files(key)].filter((file) => !eager.has(file)).map((file) => `/${file}`) });
}
if (pages.length === 0) throw new Error('no page was found in src/router.tsx');
writeFileSync(join(app, 'pages.json'), `${JSON.stringify(pages, null, 1)}\n`);
rmSync(join(app, '.vite'), { recursive: true });
writeFileSync(new URL('../dist/manifest.json', import.meta.url), JSON.stringify(manifest));

// Compiled whole while it arrives, off the main thread, instead of function by function at the first call: most of it runs before
// the first picture. Here, because it has to be the first line (https://v8.dev/blog/explicit-compile-hints).
const HINT = '//# allFunctionsCalledOnLoad\n';
for (const name of readdirSync(join(app, 'assets')).filter((file) => file.endsWith('.js'))) {
  const path = join(app, 'assets', name);
  writeFileSync(path, HINT + readFileSync(path, 'utf8'));
}

let packed = 0;
for (const name of readdirSync(app, { recursive: true })) {
  const path = join(app, name);
  if (!statSync(path).isFile() || !/\.(js|css|svg|json)$/.test(path)) continue;
  const bytes = readFileSync(path);
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  if (brotli.length > bytes.length * 0.9) continue;
  writeFileSync(`${path}.br`, brotli);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  packed += 1;
}
console.log(`pages.json: ${pages.length} pages; ${packed} files packed`);
