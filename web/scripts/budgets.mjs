// The size of what a browser loads, against the budgets; fails above one. Run after `npm run build`.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const app = new URL('../dist/app', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(new URL('../dist/manifest.json', import.meta.url), 'utf8'));
const kb = (bytes) => Math.round(bytes / 100) / 10;
const gz = (file) => gzipSync(readFileSync(join(app, file)), { level: 9 }).length;

function files(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const other of chunk.imports ?? []) files(other, seen);
  return seen;
}
const sum = (set) => kb([...set].reduce((total, file) => total + gz(file), 0));
const keys = Object.keys(manifest);
const entry = keys.find((key) => manifest[key].isEntry);
const shell = files(entry);
const checks = [['shell', sum(shell), 165]];
// What three or more parts use (menus, dialogs) belongs to all of them, not to a page.
const parts = keys
  .filter((key) => manifest[key].isDynamicEntry && /(page|shell\/[^/]+|plan-dialog)\.tsx$/.test(key))
  .map((key) => files(key));
const shared = (file) => parts.filter((part) => part.has(file)).length >= 3;
for (const key of keys.filter((name) => /^src\/routes\/.*page\.tsx$/.test(name) && manifest[name].isDynamicEntry)) {
  const own = new Set([...files(key)].filter((file) => !shell.has(file)));
  checks.push([`${key} own`, sum(new Set([...own].filter((file) => !shared(file)))), 60]);
  checks.push([`${key} first load`, sum(new Set([...shell, ...own])), 230]);
}
// Once a page is painted it loads what floats, whether the palette is opened or not.
const floats = files(keys.find((key) => key.endsWith('ui/over/all.ts') || key.endsWith('ui/over/all.tsx')));
const palette = files(keys.find((key) => key.endsWith('shell/palette.tsx')));
checks.push(['palette', sum(new Set([...palette].filter((file) => !shell.has(file) && !floats.has(file)))), 35]);
const css = readdirSync(join(app, 'assets')).filter((name) => name.endsWith('.css'));
checks.push(['css', sum(new Set(css.map((name) => `assets/${name}`))), 16]);
const all = readdirSync(app, { recursive: true }).filter(
  (name) => !/\.(br|gz)$/.test(name) && statSync(join(app, name)).isFile(),
);
checks.push(['dist, all files', kb(all.reduce((total, name) => total + statSync(join(app, name)).size, 0)), 3000]);

let failed = 0;
for (const [name, value, budget] of checks) {
  const over = value > budget;
  failed += over ? 1 : 0;
  console.log(`${over ? 'OVER' : 'ok  '} ${name}: ${value} kB gz of ${budget}`);
}
process.exit(failed > 0 ? 1 : 0);
