// The page of one case.

const told = (name, value) => (value ? [h("dt", {}, name), h("dd", {}, value)] : null);

const findingCard = (finding) =>
  h(
    "li",
    { class: `finding ${finding.level}`, id: `finding-${finding.place}`, tabindex: "-1" },
    h(
      "p",
      { class: "head" },
      level(finding.level),
      h("a", { href: hashOf({ ...NOTHING, finding: finding.id, case: null, view: "cases" }), title: "every case with this finding" }, finding.id),
      finding.at ? h("code", {}, finding.at) : h("span", { class: "muted" }, "the answer as a whole"),
    ),
    h("p", { class: "means" }, finding.means),
    h(
      "dl",
      {},
      told("expected", h("code", {}, finding.expected || "nothing")),
      told("actual", h("code", {}, finding.actual || "nothing")),
      told("earlier", finding.earlier),
      told("hint", finding.hint),
      told("from", finding.provenance),
      told("waived", finding.waived),
    ),
  );

// Times of earlier runs and of this one.
const sparkline = (times, now) => {
  const all = [...times, now];
  const highest = Math.max(...all, 1);
  const step = 160 / Math.max(1, all.length - 1);
  const points = all.map((ms, n) => [n * step, 30 - (ms / highest) * 26]);
  const [x, y] = points[points.length - 1];
  const label = `times of ${counted(times.length, "earlier run")}, from ${time(Math.min(...times))} to ${time(Math.max(...times))}; now ${time(now)}`;
  const drawing = svg(
    "svg",
    { class: "spark", viewBox: "-3 0 166 32", role: "img" },
    svg("polyline", { points: points.map((point) => point.join(",")).join(" ") }),
    svg("circle", { cx: x, cy: y, r: 3 }),
  );
  drawing.setAttribute("aria-label", label);
  return h("p", { class: "times" }, drawing, h("span", { class: "muted" }, label));
};

const caseFacts = (row, detail) => {
  const source = `${detail.file}${detail.line ? `:${detail.line}` : ""}`;
  const codes = (detail.codes || []).map(([at, code], n) => [n ? ", " : "", h("code", {}, code), at ? ` at ${at}` : ""]);
  return pairs([
    ["example", [h("code", {}, source), copyButton("copy", "the place of the example", source)]],
    ["pointer", h("code", {}, detail.pointer)],
    ["asked", detail.recipe],
    row.status && ["status", status(row.status)],
    row.verdict !== "skipped" && ["took", `${time(row.ms)}, ${counted(detail.attempts, "request")}${row.retries ? `, tried again ${row.retries} times` : ""}`],
    codes.length && ["codes", codes],
    row.tags && ["tags", row.tags.join(", ")],
    row.reason && ["reason", row.reason],
  ]);
};

const cancelledOf = (row) => (run.compared?.cancelled || []).filter((one) => one.case === row.id);

const steps = (at) => {
  const place = list.positions.indexOf(at);
  const to = (position, label) =>
    position === undefined || place < 0
      ? h("span", { class: "muted" }, label)
      : h("a", { href: caseHash(run.cases[position].key) }, label);
  const back = h("a", { id: "back", href: hashOf({ case: null, view: "cases" }) }, "← all cases");
  return h(
    "nav",
    { class: "steps", "aria-label": "Cases" },
    back,
    h("span", { class: "near" }, to(list.positions[place - 1], "previous"), to(list.positions[place + 1], "next")),
  );
};

const expectedTitle = () => (run.compared ? "Old server" : "Saved example");

const exchangeParts = (row, detail) => {
  const { request, answer, expected } = detail.exchange;
  const findings = detail.findings || [];
  const sent = h("span", {}, h("b", {}, row.method || ""), " ", h("code", {}, row.url || ""));
  const fewer = answer && expected && section(
    "Expected and actual",
    statusLine(expected, answer),
    difference(expected, answer, findings),
  );
  return [
    fewer,
    section(
      "Messages",
      h(
        "div",
        { class: "pair" },
        message("Request", sent, request),
        answer
          ? message(run.compared ? "Answer of the new server" : "Answer", status(answer.status), answer)
          : h("section", { class: "message" }, h("h3", {}, "Answer"), h("p", { class: "muted" }, row.reason || "there was none")),
      ),
      expected
        ? h("details", { class: "saved" }, h("summary", {}, `${expectedTitle()}: ${status(expected.status)}`), message(expectedTitle(), status(expected.status), expected))
        : null,
    ),
  ];
};

const statusLine = (expected, answer) => {
  const differs = expected.status !== answer.status;
  const types = [expected, answer].map(({ body }) => body?.media_type);
  const one = (sign, message, type) =>
    h("div", { class: `line ${sign === "-" ? "gone" : sign === "+" ? "new" : "same"}` },
      h("span", { class: "sign", "aria-hidden": "true" }, sign),
      SPOKEN[sign] ? h("span", { class: "unseen" }, `${SPOKEN[sign]}: `) : null,
      h("code", {}, `HTTP ${status(message.status)}${type ? ` · ${type}` : ""}`));
  const same = !differs && types[0] === types[1];
  return h("div", { class: "body" }, same ? one(" ", answer, types[1]) : [one("-", expected, types[0]), one("+", answer, types[1])]);
};

const casePage = (at) => {
  const row = run.cases[at];
  const detail = details(at);
  if (!detail) return h("p", { class: "muted" }, "The messages are still being read …");
  (detail.findings || []).forEach((finding, place) => (finding.place = place));
  const parts = row.id.split("::");
  const noise = cancelledOf(row);
  return h(
    "article",
    {},
    steps(at),
    h(
      "header",
      { class: "case-head" },
      h("p", { class: "folders" }, parts.slice(0, -2).join(" › ")),
      h("h1", { id: "case-title", tabindex: "-1" }, parts.slice(-2).join(" › ")),
      h("p", { class: "first" }, badge(row.verdict), row.method ? [h("b", {}, row.method), " ", h("code", {}, row.url)] : "no request"),
    ),
    row.reason && h("p", { class: "alarm" }, row.reason),
    detail.findings && section("Findings", h("ul", { class: "findings" }, detail.findings.map(findingCard))),
    detail.exchange && exchangeParts(row, detail),
    detail.curl &&
      section(
        "The same request",
        h("div", { class: "curl" }, h("pre", { tabindex: "0", role: "region", "aria-label": "curl command" }, h("code", {}, detail.curl)), copyButton("copy as curl", "the curl command", detail.curl)),
      ),
    section("Facts", caseFacts(row, detail), detail.earlier_ms && sparkline(detail.earlier_ms, row.ms)),
    detail.notes && section("Notes", bullets(detail.notes)),
    noise.length
      ? section("Did not count", bullets(noise.map(({ reason, finding }) => [h("code", {}, `${finding.id} ${finding.at}`), ` ${finding.expected} → ${finding.actual}: ${reason}`])))
      : null,
    !detail.exchange && row.verdict === "passed" && h("p", { class: "muted" }, "It answered as documented. The messages of such a case are not kept."),
  );
};

