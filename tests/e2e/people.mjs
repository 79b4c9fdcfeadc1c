// Uses the page of people as they would: `node people.mjs URL ZONE PASSWORD COMPANY CLERK ADMINISTRATOR PICTURES`.
// Somebody of a company takes their data along and asks that it be erased; a clerk says why before an address is shown
// whole; an administrator gives somebody a post and answers the wish. Prints `ok`, and leaves a picture of each.
// Anything the page complains about, and any request to another host, is a failure.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [url, zone, password, company, clerk, administrator, pictures] = process.argv.slice(2);
if (!pictures) {
  console.error('usage: node people.mjs URL ZONE PASSWORD COMPANY CLERK ADMINISTRATOR PICTURES');
  process.exit(2);
}
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const browser = await chromium.launch({
  executablePath,
  // No sandbox: build servers run as root in a container. The page is our own.
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
});
const complaints = [];
try {
  const mine = await signedIn(company);
  const [download] = await Promise.all([mine.waitForEvent('download'), mine.click('text=下载我的资料')]);
  const data = JSON.parse(readFileSync(await download.path(), 'utf8'));
  assert.equal(data.person.login, company);
  await mine.waitForSelector('.records >> text=导出资料');
  assert.equal(await mine.locator('table').count(), 0, 'staff are the concern of staff');
  await mine.click('text=申请注销我的资料');
  await mine.waitForSelector('.asked');
  await picture(mine, 'mine');

  const staff = await signedIn(clerk);
  await listed(staff, 'administrator');
  const email = staff.locator(`tr[data-login="${administrator}"] .email`);
  assert.match(await email.textContent(), /^.\*\*\*@/);
  const row = staff.locator(`tr[data-login="${administrator}"]`);
  await row.locator('text=查看完整信息').click();
  await row.locator('input[name=reason]').fill('通知会议改期');
  await picture(staff, 'reason');
  await row.locator('text=确定').click();
  await row.locator('.email:not(:has-text("***"))').waitFor();
  assert.match(await email.textContent(), /^[^*]+@[^*]+$/);
  await picture(staff, 'staff');

  const office = await signedIn(administrator);
  await office.waitForSelector('.records >> text=通知会议改期');
  await listed(office, 'handler');
  const handler = office.locator('tbody tr[data-login]').first();
  await handler.locator('text=调整').click();
  await office.click('text=添加单位');
  await office.locator('form.posts fieldset select').nth(1).selectOption('unit_leader');
  await picture(office, 'posts');
  await office.click('text=保存');
  await office.waitForFunction(() => document.querySelector('td.posts')?.textContent.includes('unit_leader'));
  const wish = office.locator('.wishes li').first();
  await wish.locator('text=暂不注销').click();
  await wish.locator('input[name=reason]').fill('诉求尚未办结');
  await wish.locator('text=确定').click();
  await office.waitForFunction(() => document.querySelectorAll('.wishes li').length === 0);
  await picture(office, 'administrator');

  await mine.reload();
  await mine.waitForSelector('.records >> text=诉求尚未办结');
  assert.equal(await mine.locator('.asked').count(), 0);
  assert.deepEqual(complaints, []);
  console.log('ok');
} finally {
  await browser.close();
}

/** The page, with somebody signed in, in a browser of their own. */
async function signedIn(login) {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.on('console', (message) => {
    const { url: place } = message.location();
    // A stranger is refused what the page asks first, which the browser notes.
    const refused = message.text().includes('status of 4') && place.endsWith('/graphql');
    if (message.type() === 'error' && !refused) complaints.push(`${message.text()} (${place})`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(url).origin) complaints.push(`asked ${request.url()}`);
  });
  await page.goto(new URL('/people', url).href);
  await page.fill('.session-bar input[name=zone]', zone);
  await page.fill('.session-bar input[name=login]', login);
  await page.fill('.session-bar input[name=password]', password);
  await page.press('.session-bar input[name=password]', 'Enter');
  await page.waitForSelector('dl');
  return page;
}

/** Shows who holds a role. */
async function listed(page, role) {
  await page.selectOption('select[name=role]', role);
  await page.waitForFunction((role) => {
    const roles = [...document.querySelectorAll('tbody tr[data-login] td:nth-child(5)')];
    return roles.length > 0 && roles.every((cell) => cell.textContent.split(', ').includes(role));
  }, role);
}

function picture(page, name) {
  return page.screenshot({ path: `${pictures}-${name}.png`, fullPage: true });
}
