// Starts a `certctl demo` for each worker in a folder of its own, and ends it after the tests. The binary: CERTCTL_BIN, or the
// debug build. Invariants: tests get the address and the key by the environment, and never touch another server; what the tests
// of one worker do to theirs is not seen by those of another.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FullConfig } from '@playwright/test';

const bin = process.env.CERTCTL_BIN ?? join(import.meta.dirname, '../../target/debug/certctl');

export interface Demo {
  url: string;
  key: string;
  /** Ends it: in order, or at once as when the power goes. */
  end: (signal?: 'SIGINT' | 'SIGKILL') => Promise<void>;
}

/** A folder for a demo's data, and how to be rid of it. */
export function folder(): { data: string; remove: () => void } {
  const made = mkdtempSync(join(tmpdir(), 'certctl-e2e-'));
  // Its files go into a folder that the demo makes itself.
  return { data: join(made, 'demo'), remove: () => rmSync(made, { recursive: true, force: true }) };
}

/** Runs a demo until it is ended. Without nginx, everything that serves is in its own process, and ends with it. */
export async function run(data: string, listen: string, nginx = true): Promise<Demo> {
  if (!existsSync(bin)) throw new Error(`${bin} is not there: build certctl after \`make web\`, or set CERTCTL_BIN`);
  const child = spawn(bin, ['demo', '--data-dir', data, '--listen', listen], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: nginx ? process.env : { ...process.env, PATH: '/nowhere' },
  });
  const url = await opened(child);
  return {
    url,
    key: readFileSync(join(data, 'api-key'), 'utf8').trim(),
    end: async (signal = 'SIGINT') => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await ended;
    },
  };
}

export default async function start({ workers }: FullConfig): Promise<() => Promise<void>> {
  const folders = Array.from({ length: workers }, folder);
  const demos = await Promise.all(folders.map(({ data }) => run(data, '127.0.0.1:0')));
  process.env.E2E_SERVERS = JSON.stringify(demos.map(({ url, key }) => ({ url, key })));
  return async () => {
    await Promise.all(demos.map((demo) => demo.end()));
    for (const { remove } of folders) remove();
  };
}

/** The server of a worker. */
export function serverOf({ parallelIndex }: { parallelIndex: number }): { url: string; key: string } {
  const servers = JSON.parse(process.env.E2E_SERVERS ?? '[]') as { url: string; key: string }[];
  const server = servers[parallelIndex];
  if (server === undefined) throw new Error(`no demo was started for worker ${parallelIndex}`);
  return server;
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
