/** Chromium without a window: for looking at what GitHub will show. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The first browser on the PATH; null when there is none. */
export function findBrowser(path: string): string | null {
  const places = path.split(delimiter).filter(isAbsolute);
  return names.flatMap((name) => places.map((place) => join(place, name))).find(isExecutable) ?? null;
}

/** Runs it once with a profile of its own and gives what it printed. It has no network to speak to. */
export function runBrowser(browser: string, parameters: readonly string[]): string {
  const profile = mkdtempSync(join(tmpdir(), 'gatekeeper-browser-'));
  try {
    return execFileSync(
      browser,
      [
        '--headless',
        // Its sandbox refuses to run as root; what it shows is our own text, without network.
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--no-first-run',
        '--proxy-server=127.0.0.1:9',
        `--user-data-dir=${profile}`,
        ...parameters,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 60_000, maxBuffer: 64 * 2 ** 20 },
    );
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
