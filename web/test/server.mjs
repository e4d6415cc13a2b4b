// Builds the program, and starts it on a port of its own.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'companygraph-web-'));
const binary = join(folder, 'companygraph');
// Also when interrupted, nothing is left behind.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

execFileSync('go', ['build', '-o', binary, '.'], { cwd: fileURLToPath(new URL('../..', import.meta.url)), stdio: 'inherit' });

/** Starts the program on a database of this name. `stop` ends it. */
export async function startServer(name, ...flags) {
  const child = spawn(binary, ['--listen', '127.0.0.1:0', '--sqlite', join(folder, `${name}.db`), '--log-level', 'warn', ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.on('exit', () => child.kill('SIGKILL'));
  for await (const line of createInterface(child.stdout)) {
    const origin = /http:\/\/[0-9.:]+/.exec(line)?.[0];
    if (!origin) continue;
    const stop = async () => {
      child.kill('SIGTERM');
      await ended;
    };
    return { origin, stop };
  }
  throw new Error('the server ended before it printed its address');
}
