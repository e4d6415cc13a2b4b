import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, launch, looks, withPage } from './browser.mjs';
import { startServer } from './server.mjs';

let browser, server, emptyServer;
before(async () => {
  [browser, server, emptyServer] = await Promise.all([launch(), startServer('start'), startServer('start-empty', '--dataset', 'none')]);
});
after(async () => {
  await Promise.all([browser?.close(), server?.stop(), emptyServer?.stop()]);
});

const keptOpen = ['acts-against-a-firm', 'no-evidence-found', 'breaches-and-suspects'];

test('the watch over pages notices what it is for', async () => {
  let noticed;
  const watched = withPage(browser, server.origin, {}, async (page, complaints) => {
    await page.goto(server.origin);
    await page.evaluate(async () => {
      document.head.append(Object.assign(document.createElement('style'), { textContent: 'a {}' }));
      document.body.append(document.createElement('img'));
      setTimeout(() => {
        throw new Error('thrown');
      });
      await fetch('/nowhere');
      await fetch('http://127.0.0.1:9/').catch(() => {});
    });
    await assert.rejects(assertAccessible(page), /image-alt/);
    noticed = complaints.join('\n');
  });
  await assert.rejects(watched, assert.AssertionError);
  for (const complaint of [/^CSP: style-src/m, /^CSP: connect-src/m, /^console: /m, /^exception: .*thrown/m, /^status 404/m]) {
    assert.match(noticed, complaint);
  }
});

describe('the start page', () => {
  for (const { look, options } of looks) {
    test(`shows numbers and examples: ${look}`, async () => {
      await withPage(browser, server.origin, options, async (page) => {
        await page.goto(server.origin);
        assert.deepEqual(await page.locator('.counts dd').allInnerTexts(), ['2', '11', '23', '1']);
        assert.ok((await page.locator('.examples > li').count()) >= 10);
        await assertNoSidewaysScroll(page);
        await assertAccessible(page);
      });
    });

    test(`answers every example by a click: ${look}`, async () => {
      await withPage(browser, server.origin, options, async (page) => {
        await page.goto(server.origin);
        for (const card of await page.locator('.examples > li').all()) {
          await card.getByRole('button', { name: 'Show answer' }).click();
          await card.locator('.answer .readable').waitFor();
          const answer = await card.locator('.answer').innerText();
          assert.ok(answer.length > 60, `${await card.getAttribute('id')} answers ${answer}`);
          assert.equal(await card.getByRole('button').getAttribute('aria-expanded'), 'true');
          await assertNoSidewaysScroll(page);
          // Some stay open, to be looked at all together.
          if (!keptOpen.includes(await card.getAttribute('id'))) await card.getByRole('button').click();
        }
        await assertAccessible(page);
      });
    });
  }

  test('says in the answer what the data says', async () => {
    await withPage(browser, server.origin, {}, async (page) => {
      await page.goto(server.origin);
      const planned = page.locator('#planned');
      await planned.getByRole('button').click();
      await planned.getByText('Opening of a Kaspersky Lab office in Chicago').waitFor();
      assert.match(await planned.locator('.answer').innerText(), /date\s+by 2018-12-31/);
      const evidence = page.locator('#evidence-of-a-fact');
      await evidence.getByRole('button').click();
      await evidence.getByText('characters 281 to 395').waitFor();
      assert.match(await evidence.locator('.answer').innerText(), /sha256\s+81b91eaf0f70bb94/);
      await planned.getByRole('button', { name: 'Hide answer' }).click();
      assert.ok(await planned.locator('.answer').isHidden());
    });
  });

  test('can be used with the keyboard alone', async () => {
    await withPage(browser, server.origin, {}, async (page) => {
      await page.goto(server.origin);
      const focused = () => page.evaluate(() => document.activeElement.textContent);
      for (let i = 0; (await focused()) !== 'Show answer'; i++) {
        assert.ok(i < 10, 'ten tabs do not get to the first example');
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Enter');
      await page.locator('.examples > li:first-child .readable').waitFor();
    });
  });

  test('is dark where the system is', async () => {
    const brightness = async (colorScheme) => {
      let colour;
      await withPage(browser, server.origin, { colorScheme }, async (page) => {
        await page.goto(server.origin);
        colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      });
      return Number(/\d+/.exec(colour)[0]);
    };
    assert.ok((await brightness('light')) > 200);
    assert.ok((await brightness('dark')) < 60);
  });

  test('can be read without scripts', async () => {
    await withPage(browser, server.origin, { javaScriptEnabled: false }, async (page) => {
      await page.goto(server.origin);
      const card = page.locator('.examples > li').first();
      assert.ok(await card.getByRole('button').isHidden());
      await card.getByText('The query').click();
      assert.match(await card.locator('pre').innerText(), /^# Acts against a firm/);
      await card.getByRole('link', { name: 'As JSON' }).click();
      assert.equal(JSON.parse(await page.locator('body').innerText()).data.firm.name, 'Kaspersky Lab');
    });
  });

  test('says so when the database is empty', async () => {
    await withPage(browser, emptyServer.origin, {}, async (page) => {
      await page.goto(emptyServer.origin);
      await page.getByText('This database is empty.').waitFor();
      const card = page.locator('#only-alleged');
      await card.getByRole('button').click();
      await card.getByText('Nothing in this database answers this question.').waitFor();
      await assertAccessible(page);
    });
  });

  test('shows that an answer is on its way', async () => {
    await withPage(browser, server.origin, {}, async (page) => {
      await page.goto(server.origin);
      let release;
      const held = new Promise((resolve) => (release = resolve));
      await page.route('**/graphql', async (route) => {
        await held;
        await route.continue();
      });
      const card = page.locator('#planned');
      await card.getByRole('button').click();
      await card.getByText('Loading').waitFor();
      assert.equal(await card.locator('.answer').getAttribute('aria-busy'), 'true');
      await assertAccessible(page);
      release();
      await card.locator('.readable').waitFor();
      assert.equal(await card.locator('.answer').getAttribute('aria-busy'), null);
    });
  });

  test('says so when the server is down, and asks again', async () => {
    const brief = await startServer('start-brief');
    await withPage(browser, brief.origin, {}, async (page, complaints) => {
      await page.goto(brief.origin);
      await brief.stop();
      const card = page.locator('#planned');
      await card.getByRole('button').click();
      await card.getByRole('alert').getByText('The server does not answer.').waitFor();
      await assertAccessible(page);
      // The browser itself notes that the request failed.
      assert.deepEqual([...new Set(complaints.splice(0))], ['console: Failed to load resource: net::ERR_CONNECTION_REFUSED']);
      const again = await startServer('start-brief', '--listen', new URL(brief.origin).host);
      await card.getByRole('button', { name: 'Try again' }).click();
      await card.locator('.readable').waitFor();
      await again.stop();
    });
  });

  test('says so when it shows a part only', async () => {
    await withPage(browser, server.origin, {}, async (page) => {
      await page.route('**/graphql', (route) => route.continue({ postData: '{"query":"{ firms(first: 1) { totalCount nodes { name } } }"}' }));
      await page.goto(server.origin);
      const card = page.locator('#planned');
      await card.getByRole('button').click();
      await card.getByText('These are the first 1 of 2.').waitFor();
    });
  });

  test('shows the error of a query that cannot be answered', async () => {
    await withPage(browser, server.origin, {}, async (page) => {
      // The server answers another query than the page asks.
      await page.route('**/graphql', (route) => route.continue({ postData: '{"query":"{ nothing }"}' }));
      await page.goto(server.origin);
      const card = page.locator('#planned');
      await card.getByRole('button').click();
      await card.getByRole('alert').getByText('nothing').waitFor();
    });
  });
});
