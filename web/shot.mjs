import { chromium } from 'playwright-core';
const b = await chromium.launch({executablePath:'/usr/bin/chromium', args:['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync']});
for (const [name, opts] of [['light',{viewport:{width:1280,height:900}}],['dark',{viewport:{width:1280,height:900},colorScheme:'dark'}],['narrow',{viewport:{width:390,height:844}}]]) {
  const c = await b.newContext(opts); const p = await c.newPage();
  p.on('console', m => console.log(name, m.type(), m.text())); p.on('pageerror', e => console.log(name, 'pageerror', e));
  await p.goto('http://127.0.0.1:18099/');
  await p.locator('#acts-against-a-firm button').click(); await p.locator('#everything-one-source-says button').click(); await p.waitForTimeout(400);
  await p.screenshot({path:`/tmp/h-web-run/start-${name}.png`, fullPage: true});
  await p.goto('http://127.0.0.1:18099/playground'); await p.waitForTimeout(1500);
  if (name!=='narrow') { await p.locator(".examples button").nth(1).click({timeout:2000}).catch(e=>console.log("CLICK FAILED")); await p.waitForTimeout(800);
  console.log(await p.locator('.result-window').innerText().then(t=>t.length)); }
  await p.screenshot({path:`/tmp/h-web-run/play-${name}.png`});
  console.log(name, p.url().slice(0,120));
}
await b.close();
