// Uses the console as a member of staff would: `node graphiql.mjs URL ZONE LOGIN PASSWORD PICTURE`.
// Signs in, asks for some cases, and prints `ok` once the answer is on the screen, with a picture of it.
// Anything the page complains about, and any request to another host, is a failure.
import assert from 'node:assert/strict';
import { asks, opened } from './page.mjs';

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

const { page, complaints, close } = await opened(url, { zone, login, password });
try {
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
  await close();
}

/** Whether a pane shows a text. Runs in the page; the editor writes blanks as no-break spaces. */
function isShown({ pane, words }) {
  const shown = document.querySelector(pane)?.textContent ?? '';
  return shown.replaceAll('\u00a0', ' ').includes(words);
}
