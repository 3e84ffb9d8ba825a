// Opens the report of failing runs in Chromium and uses it as a person does: drive.js UPHOLD WORK
// CHROMIUM NODE_MODULES [SHOTS].
// Every line that it prints is something that held; the first that does not ends it with exit code 1.
//
// UPHOLD_PARTS, words of: large use hostile looks corpus; without it all of them are done.
"use strict";
const assert = require("assert/strict");
const fs = require("fs");
const path = require("path");
const { spawn } = require("child_process");
const suites = require("./suites.js");

const [uphold, work, chromium, modules, shots] = process.argv.slice(2);
const { chromium: browsers } = require(path.join(modules, "playwright-core"));
const Axe = require(path.join(modules, "@axe-core/playwright")).default;

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

/** Runs uphold in a folder; gives the address of the page. */
const report = (folder, args) =>
  new Promise((resolve, reject) => {
    const child = spawn(uphold, ["run", ...args, "--quiet"], { cwd: folder, stdio: "ignore" });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 1) resolve(`file://${folder}/reports/index.html`);
      else reject(new Error(`uphold run ${args.join(" ")} ended with ${code}, not with 1: no case failed`));
    });
  });

const reportOf = async (made) => {
  const { server, url } = await suites.serve(made.routes);
  const folder = path.join(work, made.name);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, `${made.name}.json`), JSON.stringify(made.collection));
  const page = await report(folder, [`${made.name}.json`, "--base-url", url, "--allow-writes"]);
  server.closeAllConnections();
  server.close();
  return page;
};

/** A page on which anything that runs or loads, and is not ours, is an error. */
const watched = async (browser, options) => {
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  const page = await context.newPage();
  const odd = [];
  page.on("console", (message) => odd.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => odd.push(`error: ${error.stack}`));
  page.on("dialog", (dialog) => odd.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
  page.on("request", (request) => /^(file|data):/.test(request.url()) || odd.push(`request: ${request.url()}`));
  await page.addInitScript(() => {
    window.refused = [];
    addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
  });
  const calm = async () => {
    assert.deepEqual(odd, []);
    assert.deepEqual(await page.evaluate(() => window.refused), []);
  };
  return { context, page, calm };
};

const open = async (page, address) => {
  await page.goto("about:blank");
  await page.goto(address);
};

const rows = (page) => page.locator("#rows .item").count();
const settled = (page) => page.waitForFunction(() => !document.querySelector("#top").hidden || document.querySelector("#case-title"));
const held = (text) => console.log(`page: ${text}`);

const shot = async (page, name) => {
  if (shots) await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: !name.includes("list") });
};

const accessible = async (page, what) => {
  const { violations } = await new Axe.AxeBuilder({ page }).analyze();
  const told = violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map((node) => node.html).join("\n")}`);
  assert.deepEqual(told, []);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${what}: the page is ${wider} px wider than the window`);
};

const looks = async (browser, address) => {
  const views = { list: "", case: "#case=shop::get_user::success", long: "#case=shop::export_users::success", run: "#view=run", slowest: "#view=slowest" };
  for (const colorScheme of ["light", "dark"]) {
    for (const [name, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
      const { context, page, calm } = await watched(browser, { viewport, colorScheme });
      // What only changes the width and the colours of a list of texts is looked at once.
      const all = name === "phone" && colorScheme === "dark";
      for (const [view, hash] of Object.entries(views).filter(([view]) => all || ["list", "case"].includes(view))) {
        await open(page, address + hash);
        await settled(page);
        await shot(page, `${view}-${name}-${colorScheme}`);
        await accessible(page, `${view}, ${name}, ${colorScheme}`);
      }
      await calm();
      await context.close();
    }
  }
  held("axe finds nothing on list and case, light and dark, at 1280 and 360 px, nor on the other views; none is wider than the window");
};

const searches = async (page, address) => {
  await open(page, address);
  assert.match(await page.locator("h1:visible").textContent(), /^7 of 10 cases failed; 1 without a usable answer; 1 skipped$/);
  assert.equal(await rows(page), 11);
  await page.fill("#search", "get_user /address/zip");
  assert.equal(await rows(page), 1);
  assert.equal(await page.locator("#shown").textContent(), "1 of 11 cases");
  const link = page.url();
  await page.fill("#search", "nothing like it");
  assert.ok(await page.locator("#none").isVisible());
  await page.click("#clear");
  assert.equal(await rows(page), 11);
  await page.selectOption("#by-finding", "body.type.changed");
  const byFinding = await rows(page);
  assert.ok(byFinding >= 1 && byFinding < 11);
  await page.selectOption("#by-finding", "");
  await page.click("button.count.skipped");
  assert.equal(await rows(page), 1);
  await page.click("button.count.passed");
  assert.equal(await rows(page), 3);
  await page.selectOption("#by-method", "DELETE");
  assert.equal(await rows(page), 1);
  const filtered = page.url();
  await open(page, filtered);
  assert.equal(await rows(page), 1);
  assert.equal(await page.locator("button.count.passed").getAttribute("aria-pressed"), "true");
  await open(page, link);
  assert.equal(await rows(page), 1);
  assert.equal(await page.inputValue("#search"), "get_user /address/zip");
  await open(page, address);
  await page.click(".causes a >> nth=0");
  assert.equal(await rows(page), 2);
  held("search and filters choose, the address keeps them, a link opens them again");
};

const cases = async (page, address) => {
  await open(page, `${address}#case=shop::get_user::success`);
  const text = await page.locator("#view-case").innerText();
  for (const told of ["body.type.changed", "/address/zip", "integer", "in 1 of 1: Success", "200 OK", "◆ body.type.changed"]) {
    assert.ok(text.includes(told), `${told} in ${text}`);
  }
  assert.equal(await page.locator(".difference .gone").count(), 2);
  assert.equal(await page.locator(".difference .new").count(), 2);
  await page.click(".difference .mark >> nth=0");
  assert.match(await page.evaluate(() => document.activeElement.id), /^finding-\d+$/);
  await open(page, `${address}#case=shop::create_user::created`);
  const created = await page.locator("#view-case").innerText();
  assert.ok(created.includes("«redacted»") && !created.includes("hunter2222"), created);
  await open(page, `${address}#case=shop::export_users::success`);
  const before = await page.locator(".message .body .line").count();
  await page.click(".message .more >> nth=0");
  assert.ok((await page.locator(".message .body .line").count()) > before);
  await page.click("text=200 OK");
  await open(page, `${address}#case=shop::logo::success`);
  assert.ok((await page.locator("#view-case").innerText()).includes("89 50 4e 47"));
  await open(page, `${address}#case=no::such::case`);
  assert.ok((await page.locator("#view-case").innerText()).includes("No such case"));
  held("a case shows findings, the difference with its places, messages, folded bodies, bytes; no secret");
};

const keys = async (page, address) => {
  await open(page, address);
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  await page.keyboard.type("user");
  assert.equal(await rows(page), 5);
  await page.keyboard.press("ArrowDown");
  assert.match(await focused(), /list_users/);
  await page.keyboard.press("j");
  assert.match(await focused(), /get_user/);
  await page.keyboard.press("k");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  // The browser follows a link in its own time.
  await page.locator("h1:visible", { hasText: /^get_user › success$/ }).waitFor();
  await page.waitForFunction(() => document.activeElement.id === "case-title");
  await page.keyboard.press("c");
  await page.waitForFunction(() => document.querySelector("#said").textContent === "copied the curl command");
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^curl -sS .*\/users\/1$/);
  await page.keyboard.press("j");
  await page.locator("h1:visible", { hasText: /^create_user › created$/ }).waitFor();
  await page.keyboard.press("Escape");
  // Back at the row of the case.
  await page.waitForFunction(() => document.activeElement.textContent.includes("create_user"));
  assert.equal(await page.inputValue("#search"), "user");
  await page.keyboard.press("?");
  assert.ok(await page.locator("#help").isVisible());
  await page.keyboard.press("Escape");
  // The browser gives the focus back in its own time.
  await page.locator("#help").waitFor({ state: "hidden" });
  await page.keyboard.press("/");
  await page.waitForFunction(() => document.activeElement.id === "search");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.querySelector("#search").value === "");
  held("/, arrows, j, k, Enter, c, Esc and ? do what the help says");
};

const copies = async (browser, address) => {
  const { context, page, calm } = await watched(browser, {});
  // Without the clipboard of the browser the old way is taken.
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "clipboard", { value: undefined });
    document.execCommand = (what) => (window.told = [what, document.activeElement.value]) && true;
  });
  await open(page, `${address}#case=shop::get_user::success`);
  await page.click("text=copy as curl");
  assert.equal(await page.locator("#said").textContent(), "copied the curl command");
  const [what, text] = await page.evaluate(() => window.told);
  assert.ok(what === "copy" && text.startsWith("curl -sS "), text);
  await calm();
  await context.close();
  held("copy as curl works, and is told, with and without the clipboard of the browser");
};

/** The score of a proof and what earlier runs saw, on the page of a run that has both. */
const remembers = async (browser) => {
  const folder = path.join(work, "remembers");
  const made = suites.shop();
  const { server, url } = await suites.serve(made.routes);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "shop.json"), JSON.stringify(made.collection));
  const ran = (args) =>
    new Promise((resolve) => spawn(uphold, args, { cwd: folder, stdio: "ignore" }).on("close", resolve));
  const night = () => ran(["drift", "shop.json", "--base-url", url, "--allow-writes", "--quiet"]);
  assert.equal(await ran(["prove", "shop.json", "--report", "json=reports/prove.json"]), 0);
  for (let n = 0; n < 3; n++) assert.equal(await night(), 1);
  // What was not there before is new.
  made.routes["GET /roles"] = [200, JSON.stringify({ roles: 7 })];
  assert.equal(await night(), 1);
  server.closeAllConnections();
  server.close();
  const { context, page, calm } = await watched(browser, { viewport: PHONE });
  const address = `file://${folder}/reports/index.html`;
  await open(page, address);
  await settled(page);
  const top = await page.locator("#top").innerText();
  assert.match(top, /proof 100\.0\s%/);
  assert.match(top, /(\d+) of \1 breaking changes would be caught/);
  assert.match(top, /drift: new since .*: 1; known/);
  await page.click("#top .facts a");
  const about = await page.locator("#view-run").innerText();
  for (const told of ["What the tests would catch", "Since the runs before", "11 of 11", "100.0\u00a0%", "new breaking body.type.changed"]) {
    assert.ok(about.includes(told), `${told} in ${about}`);
  }
  assert.ok(!about.includes("proves them anew"), about);
  await shot(page, "proven-run-phone-light");
  await accessible(page, "proof and drift");
  await open(page, `${address}#case=shop::get_user::success`);
  assert.match(await page.locator("#view-case").innerText(), /earlier\s+known since \d{4}-\d\d-\d\d/);
  await open(page, `${address}#case=shop::delete_user::gone`);
  assert.match(await page.locator(".times").innerText(), /times of 3 earlier runs/);
  assert.equal(await page.locator(".spark[role=img][aria-label^='times of 3']").count(), 1);
  await shot(page, "remembered-case-phone-light");
  await accessible(page, "a case with earlier runs");
  await calm();
  await context.close();
  // An example that changed is not told as proven.
  const changed = JSON.stringify(made.collection).replace("812", "813");
  fs.writeFileSync(path.join(folder, "shop.json"), changed);
  await ran(["run", "shop.json", "--quiet"]);
  const other = await watched(browser, { colorScheme: "dark" });
  await open(other.page, `${address}#view=run`);
  assert.match(await other.page.locator("#view-run").innerText(), /10 of 11[^]*Cases that have changed since then/);
  await shot(other.page, "proven-changed-desktop-dark");
  await accessible(other.page, "a case that was proven otherwise");
  await other.calm();
  await other.context.close();
  held("the score of a proof stands on the page of the same contract; findings say since when they are known, a line shows earlier times");
};

const withoutScripts = async (browser, address) => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: PHONE });
  const page = await context.newPage();
  await page.goto(address);
  assert.equal(await page.locator("noscript tbody tr").count(), 8);
  assert.match(await page.locator("noscript").innerText(), /need JavaScript/);
  await context.close();
  held("without scripts there is a table of the cases that did not pass");
};

const hostile = async (browser, address) => {
  const { context, page, calm } = await watched(browser, {});
  await open(page, address);
  const count = await rows(page);
  assert.equal(count, suites.HOSTILE.length + 2);
  const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f]/u;
  const ids = await page.evaluate(() => [...document.querySelectorAll("#rows a")].map((row) => row.getAttribute("href")));
  let all = "";
  for (const id of ids) {
    await page.evaluate((hash) => (location.hash = hash), id);
    await page.waitForSelector("#case-title");
    while (await page.locator(".more").count()) await page.locator(".more").first().click();
    all += await page.locator("#view-case").innerText();
  }
  assert.ok(!hidden.test(all), `a hidden character at ${all.search(hidden)}`);
  for (const shown of ["</script><script>alert(1)</script>", "<img src=x onerror=alert(2)>", "\\u{202e}nimda", "\\u{1b}[2J", "javascript:alert(3)", "bytes are left out"]) {
    assert.ok(all.includes(shown), `${shown} is shown`);
  }
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("img, iframe, object, embed, [style], [onclick], [onerror]")].length), 0);
  assert.deepEqual(
    await page.evaluate(() => [...document.querySelectorAll("a")].filter((link) => !link.getAttribute("href").startsWith("#")).length),
    0,
  );
  await shot(page, "hostile-case");
  // Everything in the address is text, too.
  await open(page, `${address}#q=%3Cimg%20src%3Dx%20onerror%3Dalert(5)%3E&at=%3Cscript%3E&view=%3Cb%3E&case=%00%E2%80%AE`);
  await settled(page);
  await accessible(page, "hostile");
  await calm();
  await context.close();
  held(`${count} hostile cases (a body of 5 MB among them) show text, run nothing, load nothing`);
};

/** Milliseconds from the beginning of the load to the first paint, which has the list. */
const firstPaint = async (page, address) => {
  await page.goto("about:blank");
  await page.goto(address, { waitUntil: "commit" });
  return page.evaluate(
    () =>
      new Promise((done) => {
        const look = (entries) => entries.filter((one) => one.name === "first-contentful-paint").forEach((one) => done(one.startTime));
        look(performance.getEntriesByType("paint"));
        new PerformanceObserver((seen) => look(seen.getEntries())).observe({ type: "paint", buffered: true });
      }),
  );
};

const large = async (browser, address) => {
  const { context, page, calm } = await watched(browser, {});
  // The best of three: a machine has other things to do.
  const paints = [];
  for (let n = 0; n < 3; n++) paints.push(await firstPaint(page, address));
  const paint = Math.min(...paints);
  assert.ok((await page.locator("#rows .item").count()) > 0, "the list is there with the first paint");
  await page.waitForFunction(() => document.querySelectorAll("#rows .item").length === 10000);
  const search = await page.evaluate(
    () =>
      new Promise((done) => {
        const field = document.querySelector("#search");
        const start = performance.now();
        field.value = "thing_7777 removed";
        field.dispatchEvent(new Event("input"));
        const found = document.querySelectorAll("#rows .item").length;
        requestAnimationFrame(() => setTimeout(() => done({ found, ms: performance.now() - start })));
      }),
  );
  assert.equal(search.found, 0, "7777 is no multiple of 3");
  await page.fill("#search", "thing_9999");
  assert.equal(await rows(page), 1);
  await page.fill("#search", "");
  await page.waitForFunction(() => document.querySelectorAll("#rows .item").length === 10000);
  const frames = await page.evaluate(
    () =>
      new Promise((done) => {
        const times = [];
        let last = performance.now();
        const step = (now) => {
          times.push(now - last);
          last = now;
          window.scrollBy(0, 900);
          if (times.length < 120) requestAnimationFrame(step);
          else done(times.slice(2).sort((a, b) => a - b));
        };
        requestAnimationFrame(step);
      }),
  );
  const usual = frames[Math.floor(frames.length * 0.95)];
  await page.evaluate(() => (location.hash = document.querySelector("#rows .chunk:nth-child(60) a").getAttribute("href")));
  await page.waitForSelector("#case-title");
  await calm();
  await context.close();
  held(
    `10,000 cases: first paint with the list after ${Math.round(paint)} ms, a search result after ${Math.round(search.ms)} ms, ` +
      `95 of 100 frames of scrolling within ${usual.toFixed(1)} ms; ${(fs.statSync(new URL(address)).size / 1048576).toFixed(1)} MiB`,
  );
  assert.ok(paint < 1000, `the first paint took ${paint} ms`);
};

/** The collections of a folder, against a server that knows none of their paths. */
const corpus = async (browser, folder) => {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith(".json")).sort();
  const sizes = files.map((file) => [fs.statSync(path.join(folder, file)).size, file]).filter(([size]) => size < 2000000);
  const chosen = sizes.sort(([a], [b]) => b - a).slice(0, 2).map(([, file]) => file);
  const { server, url } = await suites.serve({});
  for (const [n, file] of chosen.entries()) {
    const at = path.join(work, `corpus-${n}`);
    fs.mkdirSync(at, { recursive: true });
    fs.copyFileSync(path.join(folder, file), path.join(at, "real.json"));
    const address = await report(at, ["real.json", "--base-url", url, "--allow-writes"]);
    const { context, page, calm } = await watched(browser, {});
    await open(page, address);
    await settled(page);
    await shot(page, `corpus-${n}-list`);
    const all = await page.locator("#to-cases .of").textContent();
    for (const row of await page.evaluate(() => [...document.querySelectorAll("#rows a")].slice(0, 40).map((link) => link.getAttribute("href")))) {
      await page.evaluate((hash) => (location.hash = hash), row);
      await page.waitForSelector("#case-title");
    }
    await shot(page, `corpus-${n}-case`);
    await accessible(page, file);
    await open(page, `${address}#view=codes`);
    await settled(page);
    await shot(page, `corpus-${n}-codes`);
    await accessible(page, `${file}, codes`);
    await calm();
    await context.close();
    held(`a real collection of ${all} cases: the first 40 open, axe finds nothing`);
  }
  server.closeAllConnections();
  server.close();
};

const PARTS = (process.env.UPHOLD_PARTS || "large use hostile looks corpus").split(" ");
const does = (part) => PARTS.includes(part);

const main = async () => {
  const shop = await reportOf(suites.shop());
  const browser = await browsers.launch({ executablePath: chromium, args: ["--no-sandbox"] });
  try {
    if (does("use")) {
      const { context, page, calm } = await watched(browser, { permissions: ["clipboard-read", "clipboard-write"] });
      await searches(page, shop);
      await cases(page, shop);
      await keys(page, shop);
      await calm();
      await context.close();
      await copies(browser, shop);
      await withoutScripts(browser, shop);
      await remembers(browser);
    }
    if (does("hostile")) await hostile(browser, await reportOf(suites.hostile()));
    if (does("looks")) await looks(browser, shop);
    if (does("large")) await large(browser, await reportOf(suites.many(10000, 3)));
    if (does("corpus") && process.env.UPHOLD_CORPUS) await corpus(browser, process.env.UPHOLD_CORPUS);
  } finally {
    await browser.close();
  }
};

main().catch((error) => {
  console.error(`page: ${error.stack || error}`);
  process.exit(1);
});
