// Scrolls the dashboard's long lists in a real browser, and prints as JSON what that took. Asked by scrolling.py:
// node scrolling.mjs ADDRESS NAME < PASSWORD
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../frontend/package.json', import.meta.url))('playwright-core');
const [address, name] = process.argv.slice(2);
const STEPS = 600;
const STEP_PX = 120; // a fast wheel

const flags = '--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags.split(' ') });
const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
page.setDefaultTimeout(120_000);
await page.goto(`${address}/login`);
await page.locator('input').first().fill(name);
await page.locator('input[type=password]').fill(readFileSync(0, 'utf8'));
await page.keyboard.press('Enter');
await page.locator('nav').waitFor();

async function opened(path, rows) {
  await page.goto(address + path);
  await page.locator(rows).first().waitFor();
  await page.waitForLoadState('networkidle').catch(() => undefined);
  return scrolled(rows);
}

/** From the top, a step in each frame: every interval between two frames, and the most rows that were in the page at once. */
function scrolled(rows) {
  return page.evaluate(
    async ({ rows, steps, step }) => {
      const long = (one) => one.scrollHeight - one.clientHeight;
      const box = [...document.querySelectorAll('main *')].filter((one) => /auto|scroll/.test(getComputedStyle(one).overflowY)).sort((one, other) => long(other) - long(one))[0];
      const frame = () => new Promise(requestAnimationFrame);
      const frames = [];
      let most = 0;
      let before = await frame();
      for (let taken = 0; taken < steps; taken += 1) {
        box.scrollTop += step;
        const now = await frame();
        frames.push(now - before);
        before = now;
        most = Math.max(most, document.querySelectorAll(rows).length);
      }
      return { frames, most, scrolled_px: box.scrollTop, height_px: box.scrollHeight };
    },
    { rows, steps: STEPS, step: STEP_PX },
  );
}

const clients = await opened('/', 'main article');
const logs = await opened('/logs', 'main [role=row]');
await page.goto('about:blank'); // what this machine and browser can do at this moment
await page.setContent('<main><div style="height: 600px; overflow: auto"><p style="height: 100000px">nothing</p></div></main>');
const nothing = await scrolled('p');
await browser.close();
console.log(JSON.stringify({ clients, logs, nothing }));
