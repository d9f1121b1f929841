import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { shot } from './browser';

export const LANGUAGES = ['en', 'ko'] as const;
const THEMES = ['light', 'dark'] as const;
const WIDE = { width: 1280, height: 860 };
const NARROW = { width: 360, height: 740 };
const RULES: axe.RunOptions = { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };

/** All that is wrong with a page as it stands, wide and narrow: what axe finds in each theme, and what does not fit. With `SHOTS`, pictures. */
export async function faultsOf(page: Page, name: string): Promise<string[]> {
  await page.evaluate(axe.source); // by the debugger: the page's own policy lets no script in
  const found: string[] = [];
  for (const size of [WIDE, NARROW]) {
    for (const theme of THEMES) {
      await page.setViewportSize(size);
      await wear(page, theme);
      await shot(page, `${name}-${theme}-${size.width}`);
      await page.setViewportSize({ ...size, height: Math.max(size.height, await lengthOf(page)) });
      found.push(...(await violations(page)).map((one) => `${name}, ${size.width} px, ${theme}: ${one}`));
    }
    found.push(...(await tooWide(page)).map((one) => `${name}, ${size.width} px: ${one}`));
  }
  await page.setViewportSize(WIDE);
  return found;
}

/** The whole page is looked at: what lies under the bar at the foot of a narrow window comes out when it is scrolled. */
const lengthOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollHeight);

/** In a theme, and drawn so: a colour that is on its way to another has neither contrast. */
const wear = (page: Page, theme: string) =>
  page.evaluate(async (wanted) => {
    document.documentElement.dataset['theme'] = wanted;
    for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
    await Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished.catch(() => undefined)));
  }, theme);

const violations = (page: Page): Promise<string[]> =>
  page.evaluate(async (rules) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, rules);
    return violations.flatMap((one) => one.nodes.map((node) => `${one.id} at ${node.target.join(' ')}: ${node.failureSummary ?? one.help}`));
  }, RULES);

/** What makes the whole page scroll sideways, or stands where nobody can scroll to. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > width + 1);
    return [`the page is ${document.documentElement.scrollWidth} px wide, by ${wide.slice(0, 5).map((one) => `${one.tagName.toLowerCase()}.${one.className}`).join(', ')}`];
  });
