// What is in the binary and under which licence: crates by `cargo metadata`, packages of the dashboard by package-lock.json, each
// with the licence texts of its own folder. Run after `vite build`; the page About shows the file. Not for: allowing licences
// (deny.toml does). Invariant: a package without a licence fails the build.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const web = new URL('..', import.meta.url).pathname;
const repository = new URL('../..', import.meta.url).pathname;
const cargo = (...words) =>
  execFileSync('cargo', [...words, '--locked'], { cwd: repository, encoding: 'utf8', maxBuffer: 1 << 28 });

const texts = [];
const places = new Map();

/** Where a text is in the list; the same text is kept once. */
function kept(text) {
  const plain = text
    .replace(/\r/g, '')
    .replace(/[ \t]+$/gm, '')
    .trim();
  if (!places.has(plain)) places.set(plain, texts.push(plain) - 1);
  return places.get(plain);
}

/** The licence files of a package's folder. */
const textsOf = (folder) =>
  readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice|unlicense|copyright)/i.test(name))
    .filter((name) => statSync(join(folder, name)).isFile() && !/\.(json|rs|js|ts)$/.test(name))
    .toSorted()
    .map((name) => kept(readFileSync(join(folder, name), 'utf8')));

function crates() {
  const host = /^host: (.+)$/m.exec(execFileSync('rustc', ['-vV'], { encoding: 'utf8' }))?.[1] ?? '';
  const { packages } = JSON.parse(cargo('metadata', '--format-version', '1', '--filter-platform', host));
  const wanted = ['certctl', 'certctl-agent'].flatMap((name) => ['-p', name]);
  // Without what only takes part in compiling.
  const tree = cargo('tree', ...wanted, '-e', 'normal,no-proc-macro', '--prefix', 'none', '-f', '{p}');
  const linked = new Set(tree.split('\n').map((line) => line.split(' ').slice(0, 2).join(' ')));
  return packages
    .filter((it) => it.source !== null && linked.has(`${it.name} v${it.version}`))
    .map((it) => ({
      name: it.name,
      version: it.version,
      part: 'server and agent',
      licence: it.license ?? '',
      texts: textsOf(dirname(it.manifest_path)),
    }));
}

/** Beside what is imported: its reset is in our style sheet. */
const BUILT_IN = ['node_modules/tailwindcss'];

function dashboard() {
  const { packages } = JSON.parse(readFileSync(join(web, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(
      ([path, it]) => path !== '' && (!it.dev || BUILT_IN.includes(path)) && !it.optional && !/\/@types\//.test(path),
    )
    .filter(([path]) => existsSync(join(web, path)))
    .map(([path]) => {
      const it = JSON.parse(readFileSync(join(web, path, 'package.json'), 'utf8'));
      return {
        name: it.name,
        version: it.version,
        part: it.name.startsWith('@fontsource') ? 'fonts' : 'dashboard',
        licence: it.license ?? '',
        texts: textsOf(join(web, path)),
      };
    });
}

const all = [...crates(), ...dashboard()];
const packages = all.toSorted((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version));
const without = packages.filter((it) => it.licence === '');
if (without.length > 0) throw new Error(`no licence is named by ${without.map((it) => it.name).join(', ')}`);
writeFileSync(join(web, 'dist/app/licences.json'), JSON.stringify({ packages, texts }));
console.log(`licences.json: ${packages.length} packages, ${texts.length} texts`);
