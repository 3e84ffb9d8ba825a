// Collections for the report, and a loopback server that answers them: some as documented, some not.
"use strict";
const http = require("http");

const header = (key, value) => ({ key, value });
const JSON_TYPE = header("Content-Type", "application/json");

/** An item with one saved example. */
const item = (name, method, path, example, body) => {
  const [before, query] = path.split("?");
  const request = {
    method,
    header: body ? [JSON_TYPE] : [],
    url: {
      raw: `{{base}}${path}`,
      host: ["{{base}}"],
      path: before.split("/").filter(Boolean),
      ...(query ? { query: query.split("&").map((pair) => ({ key: pair.split("=")[0], value: pair.split("=")[1] })) } : {}),
    },
    ...(body ? { body: { mode: "raw", raw: body, options: { raw: { language: "json" } } } } : {}),
  };
  const response = {
    name: example.name || "Success",
    originalRequest: request,
    status: "OK",
    code: example.code || 200,
    header: example.header || [JSON_TYPE],
    body: example.body,
  };
  return { name, request, response: [response] };
};

const collection = (name, items) => ({
  info: { name, schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json" },
  variable: [{ key: "base", value: "http://127.0.0.1:1" }],
  item: items,
});

const user = (id) => ({
  id,
  name: "Ann Example",
  email: "ann@example.com",
  roles: ["reader", "writer"],
  address: { city: "Oslo", zip: "0150", country: "NO" },
  created: "2026-01-05T10:00:00Z",
});

const text = (value) => JSON.stringify(value, null, 2);

/** What a shop answers, and what its examples say. */
const shop = () => {
  const page = (users) => ({ users, page: { number: 1, size: users.length, total: 812 } });
  const saved = page([user(1), user(2), user(3)]);
  const came = page([4, 5, 6].map((id) => ({ ...user(id), email: undefined, roles: null })));
  const many = Array.from({ length: 300 }, (_, n) => user(n));
  const routes = {
    "GET /users": [200, JSON.stringify(came)],
    "GET /users/1": [200, JSON.stringify({ ...user(1), id: "1", address: { city: "Oslo", postcode: "0150", country: "NO" } })],
    "POST /users": [400, JSON.stringify({ error: { code: "MANDATORY_NOT_FOUND", message: "required field not found", field: "email" } })],
    "GET /users/export": [200, JSON.stringify(many.map((one) => ({ ...one, roles: "reader" })))],
    "GET /roles": [200, JSON.stringify({ roles: ["reader", "writer"] })],
    "DELETE /users/9": [204, ""],
    "GET /logo": [200, Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), "image/png"],
    "GET /terms": [200, "<html><body>moved</body></html>", "text/html"],
    "GET /slow": [503, "upstream is away", "text/plain"],
    "GET /feed": [200, "<rss><item/></feed>", "application/xml"],
  };
  const items = [
    item("List users", "GET", "/users?page=1", { body: text(saved) }),
    item("Get user", "GET", "/users/1", { body: text(user(1)) }),
    item("Create user", "POST", "/users", { code: 201, body: text(user(10)), name: "Created" }, text({ name: "Ann Example", password: "hunter2222" })),
    item("Export users", "GET", "/users/export", { body: text(many.slice(0, 120)) }),
    item("List roles", "GET", "/roles", { body: text({ roles: ["reader"] }) }),
    item("Delete user", "DELETE", "/users/9", { code: 204, header: [], body: "", name: "Gone" }),
    item("Logo", "GET", "/logo", { header: [header("Content-Type", "image/svg+xml")], body: "<svg/>" }),
    item("Terms", "GET", "/terms", { body: text({ terms: "…" }) }),
    item("Slow", "GET", "/slow", { body: text({ ok: true }) }),
    item("Feed", "GET", "/feed", { header: [header("Content-Type", "application/xml")], body: "<rss><item/></rss>" }),
    item("Needs a value", "GET", "/orders/{{order}}", { body: text({ id: 1 }) }),
  ];
  return { name: "shop", collection: collection("Shop", items), routes };
};

const HOSTILE = [
  "</script><script>alert(1)</script>",
  "<img src=x onerror=alert(2)>",
  "\u001b[2J\u001b]0;title\u0007",
  "user\u202enimda\u2066x",
  "a\u0000b",
  "]]>&lt;\u2028\u2029<!--<script>",
  "javascript:alert(3)",
  "\" onmouseover=\"alert(4)\" '",
];

/** Names, values, header fields and bodies that would like to run. */
const hostile = () => {
  const routes = {};
  const items = HOSTILE.map((evil, n) => {
    routes[`GET /evil/${n}`] = [
      200,
      JSON.stringify({ [evil]: evil, list: [evil, { deep: evil }], broken: "\ud800" }),
      "application/json",
      { "X-Evil": encodeURI(evil).slice(0, 60) + "<b>" },
    ];
    return item(`${evil} ${n}`, "GET", `/evil/${n}?q=${encodeURIComponent(evil)}`, { name: evil, body: text({ [evil]: 1, list: [] }) });
  });
  routes["GET /evil/plain"] = [200, HOSTILE.join("\n"), "text/plain"];
  items.push(item("plain", "GET", "/evil/plain", { name: HOSTILE.join(" "), body: text({ ok: true }) }));
  routes["GET /evil/large"] = [200, JSON.stringify({ data: `</script>${"<b>&".repeat(1310720)}` })];
  items.push(item("large", "GET", "/evil/large", { body: text({ data: 1 }) }));
  return { name: "hostile", collection: collection(`Evil ${HOSTILE[0]}`, items), routes };
};

/** A collection of that many items, of which each answers otherwise than documented where `n % every` is 0. */
const many = (count, every) => {
  const routes = {};
  const folders = [];
  for (let n = 0; n < count; n++) {
    if (n % 100 === 0) folders.push({ name: `Folder ${folders.length}`, item: [] });
    const good = user(n);
    routes[`GET /things/${n}`] = [200, JSON.stringify(n % every === 0 ? { ...good, email: undefined, zip: n } : good)];
    folders[folders.length - 1].item.push(item(`Thing ${n}`, "GET", `/things/${n}`, { body: text(good) }));
  }
  return { name: "many", collection: collection("Many", folders), routes };
};

/** Serves the routes on a free port; gives the server and its URL. */
const serve = (routes) =>
  new Promise((resolve) => {
    const server = http.createServer((asked, answer) => {
      asked.resume();
      const path = asked.url.split("?")[0];
      const [status, body, type, more] = routes[`${asked.method} ${path}`] || [404, '{"error":{"code":"NOT_FOUND"}}'];
      answer.writeHead(status, { "Content-Type": type || "application/json", "X-Request-Id": `${Math.random()}`, ...more });
      answer.end(body);
    });
    server.listen(0, "127.0.0.1", () => resolve({ server, url: `http://127.0.0.1:${server.address().port}` }));
  });

module.exports = { shop, hostile, many, serve, HOSTILE };
