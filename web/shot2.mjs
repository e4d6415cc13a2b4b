import { chromium } from 'playwright-core';
const b = await chromium.launch({executablePath:'/usr/bin/chromium', args:['--no-sandbox','--disable-gpu']});
for (const [name, opts] of [['light',{viewport:{width:1280,height:1700}}],['dark',{viewport:{width:1280,height:1700},colorScheme:'dark'}],['narrow',{viewport:{width:390,height:1700}}]]) {
  const c = await b.newContext(opts); const p = await c.newPage();
  await p.goto('http://127.0.0.1:18099/');
  await p.locator(name==='dark' ? '#breaches-and-suspects button':'#acts-against-a-firm button').click(); await p.locator(name==='dark'?'#everything-one-source-says button':'#planned button').click(); await p.waitForTimeout(400);
  await p.screenshot({path:`/tmp/h-web-run/start-${name}.png`});
  await p.evaluate(() => scrollTo(0, 1500));
  await p.screenshot({path:`/tmp/h-web-run/start-${name}-2.png`});
}
await b.close();
