// Starts `certctl demo` in a folder of its own, and ends it after the tests. The binary: CERTCTL_BIN, or the debug build.
// Invariant: tests get the address and the key by the environment, and never touch another server.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = process.env.CERTCTL_BIN ?? join(import.meta.dirname, '../../target/debug/certctl');

export default async function start(): Promise<() => Promise<void>> {
  if (!existsSync(bin)) throw new Error(`${bin} is not there: build certctl after \`make web\`, or set CERTCTL_BIN`);
  const folder = mkdtempSync(join(tmpdir(), 'certctl-e2e-'));
  // Its files go into a folder that the demo makes itself.
  const data = join(folder, 'demo');
  const child = spawn(bin, ['demo', '--data-dir', data, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await opened(child);
  process.env.E2E_URL = url;
  process.env.E2E_KEY = readFileSync(join(data, 'api-key'), 'utf8').trim();
  return async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
}

function opened(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    let at = '';
    const heard = (chunk: Buffer) => {
      said += chunk.toString();
      at ||= /open (https:\/\/[^\s/]+)/.exec(said)?.[1] ?? '';
      // The fleet has what the tests look at once its certificates are asked for.
      if (at !== '' && /asked for/.test(said)) resolve(at);
    };
    child.stdout?.on('data', heard);
    child.stderr?.on('data', heard);
    child.once('exit', (code) => reject(new Error(`certctl demo ended with ${code}:\n${said}`)));
  });
}
