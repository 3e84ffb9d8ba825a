// What stands above the list, and the pages beside it.

const link = (key, ...inner) => h("a", { href: caseHash(key) }, inner);

const section = (title, ...inner) => h("section", { class: "part" }, h("h2", {}, title), inner);

const bullets = (texts) => h("ul", { class: "texts" }, texts.map((text) => h("li", {}, text)));

// The verdicts in proportion; decoration, since the counts stand beside it.
const bar = () => {
  const [passed, failed, errored, skipped] = run.counts;
  const all = Math.max(1, passed + failed + errored + skipped);
  const parts = [
    ["failed", failed],
    ["errored", errored],
    ["passed", passed],
    ["skipped", skipped],
  ];
  let x = 0;
  const rects = parts
    .filter(([, count]) => count)
    .map(([verdict, count]) => {
      const width = (count / all) * 1000;
      const rect = svg("rect", { class: verdict, x, y: 0, width: Math.max(2, width - 2), height: 6, rx: 1 });
      x += width;
      return rect;
    });
  return svg("svg", { class: "bar", viewBox: "0 0 1000 6", preserveAspectRatio: "none", "aria-hidden": "true" }, ...rects);
};

const counts = () => {
  const [passed, failed, errored, skipped] = run.counts;
  const button = (verdict, count, label) =>
    h(
      "button",
      {
        type: "button",
        class: `count ${verdict}`,
        "data-verdict": verdict,
        "aria-pressed": "false",
        disabled: !count,
        onclick: () => toggle(verdict),
      },
      h("span", { class: "sign", "aria-hidden": "true" }, SIGNS[verdict]),
      h("b", {}, number(count)),
      ` ${label}`,
    );
  return h(
    "div",
    { class: "counts", role: "group", "aria-label": "Show only" },
    button("failed", failed, "failed"),
    button("errored", errored, "without answer"),
    button("passed", passed, "passed"),
    button("skipped", skipped, "skipped"),
  );
};

const facts = () => {
  const started = new Date(run.started);
  const when = h("time", { datetime: run.started, title: run.started }, started.toLocaleString("en", {
    dateStyle: "medium",
    timeStyle: "short",
  }));
  const target = run.compared
    ? [h("span", {}, "old ", h("code", {}, run.compared.old)), h("span", {}, "new ", h("code", {}, run.compared.new))]
    : [h("span", {}, run.mock ? "embedded mock " : "", h("code", {}, run.url))];
  return h("p", { class: "facts" }, target, h("span", {}, when), h("span", {}, `took ${time(run.ms)}`));
};

// What a reader must not miss.
const alarms = () => {
  const alarm = (text) => h("p", { class: "alarm" }, h("span", { "aria-hidden": "true" }, "▲ "), text);
  return [
    run.interrupted && alarm(`The run was interrupted by ${run.interrupted}: some cases have no verdict.`),
    run.insecure && alarm("TLS certificates were not verified (--insecure)."),
    run.mock && alarm("This ran against the embedded mock, which serves the examples: no API was tested."),
    run.errors.map((error) => alarm(error)),
    run.drift.length > 0 && h("p", { class: "drift" }, run.drift[0]),
  ];
};

// How good the tests are: of the changes that were tried, those that a run would see.
const PROOF = "uphold prove --report json=reports/prove.json";

const percent = (caught, missed) => {
  // Not all is never 100.
  const part = Math.floor((caught / (caught + missed)) * 1000) / 10;
  return `${part.toFixed(1)}\u00a0%`;
};

const proofLine = () => {
  const sum = (name) => (run.proven || []).reduce((all, suite) => all + suite[name], 0);
  const [caught, missed, others] = [sum("caught"), sum("missed"), sum("others")];
  if (!(caught + missed)) return null;
  return h(
    "p",
    { class: "facts" },
    h("span", {}, "proof ", h("a", { href: hashOf({ view: "run", case: null }) }, percent(caught, missed))),
    h("span", {}, `${number(caught)} of ${number(caught + missed)} breaking changes would be caught`),
    others ? h("span", {}, `${counted(others, "case")} not proven as ${others === 1 ? "it is" : "they are"} now`) : null,
  );
};

const proofPart = () => {
  if (!run.proven) return null;
  const heads = ["suite", "score", "caught", "missed", "inherent", "false alarms", "cases"];
  const row = ({ suite, cases, others, caught, missed, inherent, false_alarms: alarms }) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, suite),
      h("td", {}, caught + missed ? percent(caught, missed) : "–"),
      [caught, missed, inherent, alarms].map((count) => h("td", {}, number(count))),
      h("td", {}, `${number(cases)} of ${number(cases + others)}`),
    );
  return section(
    "What the tests would catch",
    h(
      "div",
      { class: "wide", tabindex: "0", role: "region", "aria-label": "What the tests would catch" },
      h("table", {}, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", {}, run.proven.map(row))),
    ),
    h("p", { class: "muted" }, "Breaking changes of the documented answers that uphold prove tried. Inherent are those that no contract of these examples and settings can tell."),
    run.proven.some((suite) => suite.others)
      ? h("p", {}, "Cases that have changed since then, or were not proven, do not count: ", h("code", {}, PROOF), " proves them anew.")
      : null,
  );
};

const pages = () => {
  const told = run.warnings.length + run.errors.length + run.notes.length;
  return [
    ["cases", "Cases", run.cases.length],
    ["codes", "Result codes", run.codes.reduce((sum, suite) => sum + suite.codes.length, 0)],
    ["slowest", "Slowest", 0],
    ["run", "About the run", told],
  ].filter(([name, , count]) => name !== "codes" || count);
};

const top = () =>
  h(
    "div",
    { class: "inner" },
    h("p", { class: "brand" }, run.compared ? "uphold compare" : "uphold"),
    h("h1", { id: "verdict", tabindex: "-1" }, run.sentence),
    facts(),
    proofLine(),
    alarms(),
    bar(),
    counts(),
    h(
      "nav",
      { "aria-label": "Pages" },
      pages().map(([view, label, count]) =>
        h("a", { id: `to-${view}`, href: hashOf({ view, case: null }) }, label, count ? h("span", { class: "of" }, number(count)) : null),
      ),
    ),
  );

const codesView = () =>
  h(
    "section",
    { id: "view-codes", "aria-label": "Result codes" },
    run.codes.map((suite) => {
      const seen = suite.codes.filter((code) => code.seen).length;
      const rows = [...suite.codes].sort((a, b) => a.seen - b.seen);
      return section(
        [suite.suite, h("small", {}, `${number(seen)} of ${counted(suite.codes.length, "documented code")} seen`)],
        h(
          "div",
          { class: "wide", tabindex: "0", role: "region", "aria-label": `Codes of ${suite.suite}` },
          h(
            "table",
            {},
            h("thead", {}, h("tr", {}, ["code", "came", "in cases", "examples", "why not"].map((head) => h("th", { scope: "col" }, head)))),
            h("tbody", {}, rows.map(codeRow), suite.unknown.map(unknownRow)),
          ),
        ),
        suite.unknown_more ? h("p", {}, `and ${number(suite.unknown_more)} more that no example documents`) : null,
      );
    }),
  );

const codeRow = (code) =>
  h(
    "tr",
    {},
    h("th", { scope: "row" }, h("code", {}, code.code)),
    h("td", {}, code.seen ? "✓ seen" : `✕ ${code.state}`),
    h("td", {}, number(code.seen_in)),
    h(
      "td",
      {},
      code.cases.slice(0, 3).map((id, n) => [n ? ", " : "", places.has(id) ? link(id, shortName(id)[1]) : shortName(id)[1]]),
      code.cases.length > 3 ? ` and ${number(code.cases.length - 3)} more` : "",
    ),
    h("td", {}, code.reason || ""),
  );

const unknownRow = ([code, at, id, seen]) =>
  h(
    "tr",
    {},
    h("th", { scope: "row" }, h("code", {}, code)),
    h("td", {}, "◆ in no example"),
    h("td", {}, number(seen)),
    h("td", {}, places.has(id) ? link(id, shortName(id)[1]) : shortName(id)[1]),
    h("td", {}, "at ", h("code", {}, at)),
  );

const slowestView = () => {
  const sent = run.cases.filter((row) => row.verdict !== "skipped");
  const slow = sent.sort((a, b) => b.ms - a.ms).slice(0, 25);
  const longest = Math.max(1, ...slow.map((row) => row.ms));
  const item = (row) =>
    h(
      "li",
      {},
      h("span", { class: "ms" }, time(row.ms)),
      svg(
        "svg",
        { class: "length", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("rect", { x: 0, y: 0, width: Math.max(0.5, (row.ms / longest) * 100), height: 8, rx: 1 }),
      ),
      link(row.key, row.id.split("::").join(" › ")),
    );
  return h(
    "section",
    { id: "view-slowest", "aria-label": "Slowest cases" },
    section("Slowest cases", slow.length ? h("ol", { class: "slow" }, slow.map(item)) : h("p", {}, "No case was sent.")),
  );
};

const runView = () => {
  const { compared } = run;
  const part = (title, texts) => (texts.length ? section(title, bullets(texts)) : null);
  const place = ([file, pointer]) => h("code", {}, pointer ? `${file} ${pointer}` : file);
  const parts = [
    part("Since the runs before", run.drift),
    part("Errors", run.errors),
    part("Notes", run.notes),
    part("Warnings on the files", run.warnings.map((warning) => [place(warning), " ", warning[2]])),
    part("Why cases were skipped", run.skips),
    part("Requests without an example", run.without_example),
    compared && cancelled(compared),
    compared && part("The old server differs from its own example", compared.violating),
  ];
  const settings = [
    ["uphold", run.uphold],
    ["started", run.started],
    ["target", run.compared ? `${compared.old} and ${compared.new}` : run.url],
    compared && ["sent", `${counted(compared.requests, "request")}, --rounds ${compared.rounds}`],
    run.via.length && ["proxies", run.via.join(", ")],
    run.seed !== null && ["seed", `${run.seed} (--seed ${run.seed} makes the same values)`],
  ];
  return h("section", { id: "view-run", "aria-label": "About the run" }, section("The run", pairs(settings)), proofPart(), parts);
};

const pairs = (entries) =>
  h(
    "dl",
    { class: "pairs" },
    entries.filter(Boolean).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );

const cancelled = (compared) =>
  compared.cancelled.length
    ? section(
        "Differences that did not count",
        bullets(
          compared.cancelled.slice(0, 500).map(({ case: id, reason, finding }) => [
            places.has(id) ? link(id, id) : id,
            " ",
            h("code", {}, `${finding.id} ${finding.at}`),
            ` ${finding.expected} → ${finding.actual}: ${reason}`,
          ]),
        ),
        compared.cancelled.length > 500 ? h("p", {}, `and ${number(compared.cancelled.length - 500)} more`) : null,
      )
    : null;

