// Searches as a member of staff would, by keys alone: `node search.mjs URL ZONE LOGIN PASSWORD PICTURE`.
// Prints `ok` once what was chosen is on the screen, with a picture of the matches before that.
import assert from 'node:assert/strict';
import { opened } from './page.mjs';

const [url, zone, login, password, picture] = process.argv.slice(2);
if (!picture) {
  console.error('usage: node search.mjs URL ZONE LOGIN PASSWORD PICTURE');
  process.exit(2);
}
const { page, complaints, close } = await opened(url, { zone, login, password });
try {
  const box = page.getByRole('combobox', { name: '搜索' });
  const options = page.getByRole('option');
  const chosen = page.locator('[role=option][aria-selected=true]');

  // The focus is still where the password was typed.
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('/');
  assert.ok(await box.evaluate((input) => input === document.activeElement), '`/` leads to the box');
  await page.keyboard.type('公司');
  await page.getByRole('group', { name: '企业' }).waitFor();
  assert.equal(await box.inputValue(), '公司');
  // A slash in the box is a slash.
  await page.keyboard.type('/');
  assert.equal(await box.inputValue(), '公司/');

  await box.fill('qzbqcw');
  await page.getByText('没有找到').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.found').waitFor({ state: 'hidden' });

  // From within the editor, to which this is the first of two keys.
  await page.click('.graphiql-query-editor .monaco-editor .view-lines');
  await page.keyboard.press('ControlOrMeta+K');
  await box.fill('希望');
  const cases = page.getByRole('group', { name: '事项' });
  await cases.waitFor();
  const marked = await cases.locator('mark').allTextContents();
  assert.ok(marked.length > 0 && marked.every((text) => text === '希望'), JSON.stringify(marked));
  const first = await chosen.textContent();
  if ((await options.count()) > 1) {
    await page.keyboard.press('ArrowDown');
    assert.notEqual(await chosen.textContent(), first);
    await page.keyboard.press('ArrowUp');
  }
  assert.equal(await chosen.textContent(), first);
  await page.screenshot({ path: picture });

  await page.keyboard.press('Enter');
  await page.locator('.found').waitFor({ state: 'hidden' });
  await page.waitForFunction(() => {
    const editor = document.querySelector('.graphiql-query-editor')?.textContent ?? '';
    return editor.replaceAll('\u00a0', ' ').includes('... on Case');
  });
  assert.deepEqual(complaints, []);
  console.log('ok');
} finally {
  await close();
}
