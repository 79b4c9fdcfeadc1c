// The console in a browser, with somebody of the staff signed in. What the page complains about, and every request to
// another host, is noted.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

export async function opened(url, { zone, login, password }) {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  const browser = await chromium.launch({
    executablePath,
    // No sandbox: build servers run as root in a container. The page is our own.
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });
  const complaints = [];
  try {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 800 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    page.on('console', (message) => {
      const { url: place } = message.location();
      // The schema is refused to a stranger, which the browser notes; that it is shown later is checked below.
      const refused = message.text().includes('status of 400') && place.endsWith('/graphql');
      if (message.type() === 'error' && !refused) complaints.push(`${message.text()} (${place})`);
    });
    // Monaco rejects what it calls off, such as the hints of a text that was replaced meanwhile, and catches it nowhere.
    page.on('pageerror', (error) => error.name === 'Canceled' || complaints.push(String(error)));
    context.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== new URL(url).origin) complaints.push(`asked ${request.url()}`);
    });

    await page.goto(new URL('/graphiql', url).href);
    await page.fill('.session-bar input[name=zone]', zone);
    await page.fill('.session-bar input[name=login]', login);
    await page.fill('.session-bar input[name=password]', password);
    // Once someone is signed in GraphiQL starts anew with the schema, which strangers are not shown.
    const schema = page.waitForResponse(
      async (response) => asks(response.request(), '__schema') && Boolean((await response.json()).data?.__schema),
    );
    await page.press('.session-bar input[name=password]', 'Enter');
    await Promise.all([signedIn(page), schema]);
    return { page, complaints, close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** Waits for what the bar says of the sign-in. */
async function signedIn(page) {
  const said = page.locator('.session-bar output:not([data-kind=hint])');
  assert.equal(await said.getAttribute('data-kind'), 'signedIn', await said.textContent());
}

/** Whether a request to the endpoint carries these words. */
export function asks(request, words) {
  return request.url().endsWith('/graphql') && (request.postData() ?? '').includes(words);
}
