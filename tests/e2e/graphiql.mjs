// Uses the console as a member of staff would: `node graphiql.mjs URL ZONE LOGIN PASSWORD PICTURE`.
// Signs in, asks for some cases, and prints `ok` once the answer is on the screen, with a picture of it.
// Anything the page complains about, and any request to another host, is a failure.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [url, zone, login, password, picture] = process.argv.slice(2);
if (!picture) {
  console.error('usage: node graphiql.mjs URL ZONE LOGIN PASSWORD PICTURE');
  process.exit(2);
}
const query = `{
  me { person { name } roles zone }
  cases(first: 3) {
    nodes { number title phase }
  }
}`;

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const browser = await chromium.launch({
  executablePath,
  // No sandbox: build servers run as root in a container. The page is our own.
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
});
try {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const complaints = [];
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

  await page.click('.graphiql-query-editor .monaco-editor .view-lines');
  await page.keyboard.press('ControlOrMeta+A');
  // Pasted, since the editor closes brackets that are typed.
  await page.evaluate((text) => navigator.clipboard.writeText(text), query);
  await page.keyboard.press('ControlOrMeta+V');
  await page.waitForFunction(isShown, { pane: '.graphiql-query-editor', words: 'nodes { number' });
  const answering = page.waitForResponse((response) => asks(response.request(), 'nodes { number'));
  await page.click('.graphiql-execute-button');
  const { data, errors } = await (await answering).json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  assert.equal(data.cases.nodes.length, 3);
  for (const words of [data.me.person.name, data.me.zone, ...data.cases.nodes.flatMap((node) => [node.number, node.title])]) {
    await page.waitForFunction(isShown, { pane: '.result-window', words: JSON.stringify(words) });
  }
  await page.screenshot({ path: picture });
  assert.deepEqual(complaints, []);
  console.log('ok');
} finally {
  await browser.close();
}

/** Waits for what the bar says of the sign-in. */
async function signedIn(page) {
  const said = page.locator('.session-bar output:not([data-kind=hint])');
  assert.equal(await said.getAttribute('data-kind'), 'signedIn', await said.textContent());
}

/** Whether a request to the endpoint carries these words. */
function asks(request, words) {
  return request.url().endsWith('/graphql') && (request.postData() ?? '').includes(words);
}

/** Whether a pane shows a text. Runs in the page; the editor writes blanks as no-break spaces. */
function isShown({ pane, words }) {
  const shown = document.querySelector(pane)?.textContent ?? '';
  return shown.replaceAll('\u00a0', ' ').includes(words);
}
