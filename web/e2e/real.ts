// Real processes for tests that want no demo: a server, an agent, and the peers of `tests/peers`. Not for: what they are asked.
// Invariant: whoever starts one ends it; each has a folder of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';

const bin = process.env.CERTCTL_BIN ?? join(import.meta.dirname, '../../target/debug/certctl');
export const agentBin = join(dirname(bin), 'certctl-agent');

/** A server with its data in a folder; it says its address and the link of its setup. */
export const server = (data: string, settings: Readonly<Record<string, string>> = {}): ChildProcess =>
  spawn(bin, ['server', '--data-dir', data, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...settings },
  });

/** Starts a peer in a folder: what it says of itself, by name, and how to stop it. */
export function peer(name: string, at: string, settings: Readonly<Record<string, string>> = {}) {
  const script = join(import.meta.dirname, `../../tests/peers/${name}.sh`);
  const said = execFileSync(script, ['start', at], { encoding: 'utf8', env: { ...process.env, ...settings } });
  return {
    of: (key: string) => new RegExp(`^${key}='([^']*)'`, 'm').exec(said)?.[1] ?? '',
    stop: () => void execFileSync(script, ['stop', at]),
  };
}

/** What a process says that matches. */
export function heard(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const found = wanted.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`it ended with ${code}:\n${said}`)));
  });
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
