// A browser whose pages are watched: no test passes while a page complains.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

function findChromium() {
  const found = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'chromium')).find(existsSync);
  if (!found) throw new Error('the browser tests need Chromium: install it, and have chromium in PATH');
  return found;
}

export const launch = () => chromium.launch({ executablePath: findChromium(), args: flags.split(' ') });

/** The ways in which each page is looked at. */
export const looks = [
  { look: 'desktop, light', options: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' } },
  { look: 'desktop, dark', options: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' } },
  { look: '390 px', options: { viewport: { width: 390, height: 844 } } },
];

/**
 * Opens a page for a test and watches it. `complaints` collects what goes
 * wrong: errors and warnings on the console, exceptions, violations of the
 * Content-Security-Policy, requests to another origin, answers above 399.
 */
export async function withPage(browser, origin, options, test) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  const complaints = [];
  await context.exposeFunction('reportViolation', (what) => complaints.push(`CSP: ${what}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (e) => {
      window.reportViolation(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`);
    });
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== origin) complaints.push(`foreign request: ${url}`);
  });
  page.on('response', (response) => {
    if (response.status() > 399) complaints.push(`status ${response.status()}: ${response.url()}`);
  });
  try {
    await test(page, complaints);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

/**
 * Fails if axe finds anything but this: GraphiQL puts the button that closes a
 * tab into the tab. Either works with mouse and keyboard; version 4 has no way
 * to take the button out.
 */
export async function assertAccessible(page) {
  // The legacy mode opens no second page; what it cannot do is look into frames, and there are none.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 150)}`));
  const upstream = /^nested-interactive: <li [^>]*role="tab" class="graphiql-tab/;
  assert.deepEqual(found.filter((violation) => !upstream.test(violation)), []);
}

/** Fails if the page is wider than the window. */
export async function assertNoSidewaysScroll(page) {
  const { wide, there } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, there: innerWidth }));
  assert.ok(wide <= there, `the page is ${wide} px wide in a window of ${there} px`);
}
