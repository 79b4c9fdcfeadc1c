// Uses the page of mails as an administrator would: `node mail.mjs URL ZONE LOGIN PASSWORD PICTURE`.
// Says when a mail is wanted, writes words for another, and prints `ok` once both count, with a picture of it.
// Anything the page complains about, and any request to another host, is a failure.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [url, zone, login, password, picture] = process.argv.slice(2);
if (!picture) {
  console.error('usage: node mail.mjs URL ZONE LOGIN PASSWORD PICTURE');
  process.exit(2);
}

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const browser = await chromium.launch({
  executablePath,
  // No sandbox: build servers run as root in a container. The page is our own.
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
});
try {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1360, height: 1000 } });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(url).origin) complaints.push(`asked ${request.url()}`);
  });

  await page.goto(new URL('/mail', url).href);
  await page.fill('.session-bar input[name=zone]', zone);
  await page.fill('.session-bar input[name=login]', login);
  await page.fill('.session-bar input[name=password]', password);
  await page.press('.session-bar input[name=password]', 'Enter');

  // Decisions must be told; what one may do without has a third choice.
  const choices = (kind) => page.locator(`.wishes select[name=${kind}] option`).count();
  await page.waitForSelector('.wishes select[name=case-watched]');
  assert.deepEqual([await choices('request-to-check'), await choices('case-watched')], [2, 3]);
  assert.equal(await choices('request-overdue'), 0, 'warnings are nobody\'s to have otherwise');
  const saved = () => page.waitForSelector('.wishes output:has-text("已保存")');
  await page.selectOption('.wishes select[name=request-to-check]', 'DAILY');
  await saved();
  await page.selectOption('.wishes select[name=case-watched]', 'OFF');
  await saved();
  // It is ticked once the desk has kept it, not by the click.
  await page.click('.wishes input[name=quietHours]');
  await page.waitForSelector('.wishes input[name=quietHours]:checked');
  await saved();

  await page.selectOption('.wordings select[name=mail]', 'request-accepted');
  await page.fill('.wordings input[name=subject]', '【园区】{{ case.numbr }}');
  await page.fill('.wordings textarea[name=happened]', '您反映的“{{ case.title }}”我们收到了。');
  await page.fill('.wordings textarea[name=next]', '请留意后续通知。');
  await page.click('.wordings button[name=publish]');
  await page.waitForSelector('.wordings label strong:has-text("case.numbr")');
  await page.fill('.wordings input[name=subject]', '【园区】{{ case.number }}');
  await page.click('.wordings button[name=preview]');
  const read = page.frameLocator('.wordings iframe').locator('body');
  await read.filter({ hasText: '我们收到了' }).waitFor();
  await page.click('.wordings button[name=publish]');
  await page.waitForSelector('.wordings output:has-text("已发布")');
  await page.screenshot({ path: picture, fullPage: true });

  await page.reload();
  await page.waitForSelector('.wishes input[name=quietHours]:checked');
  const value = (kind) => page.locator(`.wishes select[name=${kind}]`).inputValue();
  assert.deepEqual([await value('request-to-check'), await value('case-watched')], ['DAILY', 'OFF']);
  await page.selectOption('.wordings select[name=mail]', 'request-accepted');
  await page.waitForFunction(() => document.querySelector('.wordings input[name=subject]')?.value.includes('【园区】'));
  await page.click('.wordings button[name=remove]');
  await page.waitForSelector('.wordings button[name=remove]:disabled');

  await page.click('.session-bar > button');
  await page.waitForSelector('h1:has-text("Which mail I get")');
  await page.screenshot({ path: picture.replace('.png', '-en.png') });
  assert.deepEqual(complaints, []);
  console.log('ok');
} finally {
  await browser.close();
}
