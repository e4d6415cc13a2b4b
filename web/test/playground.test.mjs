import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, launch, looks, withPage } from './browser.mjs';
import { startServer } from './server.mjs';

let browser, server;
before(async () => {
  [browser, server] = await Promise.all([launch(), startServer('playground')]);
});
after(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

/** Opens the playground and waits until it knows the schema. */
async function open(page, asked = {}) {
  const introspection = page.waitForResponse((response) => response.request().postData()?.includes('IntrospectionQuery'));
  await page.goto(`${server.origin}/playground?${new URLSearchParams(asked)}`);
  await introspection;
  await page.locator('.graphiql-query-editor .CodeMirror').waitFor();
}

const editors = { query: '.graphiql-query-editor', variables: '.graphiql-editor-tool', answer: '.graphiql-response' };

/** The text in an editor. */
const text = (page, editor) => page.locator(`${editors[editor]} .CodeMirror`).first().evaluate((element) => element.CodeMirror.getValue());

const setText = (page, editor, value) =>
  page.locator(`${editors[editor]} .CodeMirror`).first().evaluate((element, value) => element.CodeMirror.setValue(value), value);

const run = (page) => page.getByRole('button', { name: 'Execute query' }).click();

/** Waits for the answer to a query, and returns it parsed. */
async function answer(page) {
  await page.waitForFunction((selector) => {
    const element = document.querySelector(`${selector} .CodeMirror`);
    return element && element.CodeMirror.getValue() !== '';
  }, editors.answer);
  return JSON.parse(await text(page, 'answer'));
}

/** Whether a value holds anything but nulls and empty lists. */
function holdsSomething(value) {
  if (value === null) return false;
  return typeof value === 'object' ? Object.values(value).some(holdsSomething) : true;
}

describe('the playground', () => {
  for (const { look, options } of looks) {
    test(`opens, and is accessible pane by pane: ${look}`, async () => {
      await withPage(browser, server.origin, options, async (page) => {
        await open(page);
        await assertNoSidewaysScroll(page);
        await assertAccessible(page);
        for (const pane of ['Documentation Explorer', 'History', 'GraphiQL Explorer', 'Examples']) {
          await page.getByRole('button', { name: `Show ${pane}` }).click();
          await assertAccessible(page);
        }
        await page.locator('.examples button').first().click();
        await answer(page);
        await assertNoSidewaysScroll(page);
        await assertAccessible(page);
      });
    });
  }

  test('runs every example by a click, each in its tab', async () => {
    await withPage(browser, server.origin, looks[0].options, async (page) => {
      await open(page);
      const examples = page.locator('.examples button');
      const count = await examples.count();
      assert.ok(count >= 10);
      const seen = new Set();
      for (let i = 0; i < count; i++) {
        const title = await examples.nth(i).locator('strong').innerText();
        await examples.nth(i).click();
        const { data, errors } = await answer(page);
        assert.equal(errors, undefined, title);
        assert.ok(holdsSomething(data), title);
        assert.ok((await text(page, 'query')).startsWith(`# ${title}\n`));
        seen.add(JSON.stringify(data));
      }
      assert.equal(seen.size, count, 'two examples have one answer');
      assert.equal(await page.getByRole('tab').count(), count);
      // One that is open already is found again.
      await examples.nth(2).click();
      await answer(page);
      assert.equal(await page.getByRole('tab').count(), count);
    });
  });

  const asked = {
    query: 'query Firm($id: ID!) { firm(id: $id) { name country } }',
    variables: '{"id": "best-buy"}',
  };

  test('opens permalinks, and keeps its address one', async () => {
    await withPage(browser, server.origin, {}, async (page) => {
      await open(page, asked);
      assert.equal(await text(page, 'query'), asked.query);
      assert.equal(await text(page, 'variables'), asked.variables);
      await run(page);
      assert.deepEqual(await answer(page), { data: { firm: { name: 'Best Buy', country: 'US' } } });
      await setText(page, 'variables', '{"id": "kaspersky-lab"}');
      await page.waitForURL((url) => url.searchParams.get('variables') === '{"id": "kaspersky-lab"}');
      await page.reload();
      await page.locator('.graphiql-query-editor .CodeMirror').waitFor();
      assert.equal(await text(page, 'query'), asked.query);
      await run(page);
      assert.equal((await answer(page)).data.firm.country, 'RU');
      // A link without variables does not take over those of the last visit.
      await open(page, { query: '{ __typename }' });
      assert.equal(await text(page, 'variables'), '');
    });
  });

  test('does not run what a link brings along', async () => {
    await withPage(browser, server.origin, {}, async (page) => {
      const sent = [];
      page.on('request', (request) => {
        if (request.method() === 'POST') sent.push(JSON.parse(request.postData()).operationName);
      });
      await open(page, asked);
      await page.waitForTimeout(500);
      assert.deepEqual(sent, ['IntrospectionQuery']);
    });
  });

  test('is where the links of the start page lead', async () => {
    await withPage(browser, server.origin, {}, async (page) => {
      await page.goto(server.origin);
      await page.locator('#planned').getByRole('link', { name: 'Open in playground' }).click();
      await page.locator('.graphiql-query-editor .CodeMirror').waitFor();
      assert.match(await text(page, 'query'), /^# What is planned\n/);
      await run(page);
      assert.equal((await answer(page)).data.facts.nodes.length, 4);
      await page.getByRole('link', { name: 'companygraph' }).click();
      await page.waitForURL(`${server.origin}/`);
    });
  });

  test('keeps a history', async () => {
    await withPage(browser, server.origin, {}, async (page) => {
      await open(page, asked);
      await run(page);
      await answer(page);
      await setText(page, 'query', '{ __typename }');
      await page.getByRole('button', { name: 'Show History' }).click();
      await page.locator('.graphiql-history-item', { hasText: 'Firm' }).locator('button').first().click();
      await page.waitForFunction((selector) => document.querySelector(selector).CodeMirror.getValue().includes('firm(id'), '.graphiql-query-editor .CodeMirror');
      await page.reload();
      await page.getByRole('button', { name: 'Show History' }).click();
      assert.equal(await page.locator('.graphiql-history-item').count(), 1);
      await assertAccessible(page);
    });
  });

  test('explains the schema', async () => {
    await withPage(browser, server.origin, looks[0].options, async (page) => {
      await open(page);
      await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
      const docs = page.locator('.graphiql-doc-explorer');
      await docs.getByRole('link', { name: 'Query' }).click();
      await docs.getByRole('link', { name: 'BanConnection' }).first().click();
      await docs.getByRole('link', { name: 'Ban', exact: true }).first().click();
      await docs.getByText('A prohibition, proposed or in force').waitFor();
      await assertAccessible(page);
      await docs.getByRole('combobox').fill('influenceKind');
      await page.getByRole('option', { name: /Influence.*influenceKind/ }).first().click();
      await docs.getByText('What sort of influence it is.').waitFor();
    });
  });

  test('builds queries from fields', async () => {
    await withPage(browser, server.origin, looks[0].options, async (page) => {
      await open(page, { query: '{ firms { totalCount } }' });
      await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
      await page.locator('.graphiql-explorer-root').getByText('sources', { exact: true }).click();
      await page.waitForURL((url) => url.searchParams.get('query')?.includes('sources'));
    });
  });

  test('completes, and marks what is wrong', async () => {
    await withPage(browser, server.origin, looks[0].options, async (page) => {
      await open(page, { query: '{ firms { nodes { nonsense } } }' });
      await page.locator('.CodeMirror-lint-mark-error').first().waitFor();
      await page.locator('.graphiql-query-editor .CodeMirror').click();
      await page.keyboard.press('Control+Home');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.type(' offi');
      await page.locator('.CodeMirror-hint', { hasText: 'officeOpenings' }).waitFor();
    });
  });

  test('is light or dark as the system is, or as one chooses', async () => {
    await withPage(browser, server.origin, looks[1].options, async (page) => {
      const background = () => page.locator('.graphiql-container').evaluate((element) => getComputedStyle(element).backgroundColor);
      await open(page);
      const dark = await background();
      await page.emulateMedia({ colorScheme: 'light' });
      const light = await background();
      assert.notEqual(light, dark);
      await page.getByRole('button', { name: 'Open settings dialog' }).click();
      await assertAccessible(page);
      await page.getByRole('button', { name: 'Dark' }).click();
      assert.equal(await background(), dark);
      await assertAccessible(page);
      await page.keyboard.press('Escape');
      await page.reload();
      await page.locator('.graphiql-container').waitFor();
      assert.equal(await background(), dark);
      await page.getByRole('button', { name: 'Open short keys dialog' }).click();
      await page.getByRole('heading', { name: 'Short Keys' }).waitFor();
      await assertAccessible(page);
    });
  });

  test('shows errors of the server', async () => {
    await withPage(browser, server.origin, {}, async (page) => {
      await open(page, { query: '{ firms(first: 1000) { totalCount } }' });
      await run(page);
      assert.equal((await answer(page)).errors[0].extensions.code, 'LIMIT_EXCEEDED');
    });
  });

  test('says so when the server is down', async () => {
    await withPage(browser, server.origin, {}, async (page, complaints) => {
      await open(page, asked);
      await page.context().setOffline(true);
      await run(page);
      assert.match((await answer(page)).errors[0].message, /fetch/i);
      assert.deepEqual([...new Set(complaints.splice(0))], ['console: Failed to load resource: net::ERR_INTERNET_DISCONNECTED']);
    });
  });

  test('says what to do without scripts', async () => {
    await withPage(browser, server.origin, { javaScriptEnabled: false }, async (page) => {
      await page.goto(`${server.origin}/playground`);
      await page.getByText('It needs JavaScript').waitFor();
    });
  });
});
