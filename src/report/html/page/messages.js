// Messages in lines: a body, its header fields, the difference of two.

// Lines of a body and of a difference that are shown at first, and equal lines around a difference.
const [SHOWN, SHOWN_OF_BOTH, AROUND] = [60, 150, 3];

// Characters of a line that are shown at first.
const LONG = 1500;

const coded = (text, found) => {
  const code = h("code", {});
  const cut = text.length > LONG * 1.2;
  code.textContent = codeLine(cut ? `${text.slice(0, LONG)} …` : text);
  const open = (button) => {
    code.textContent = codeLine(text);
    button.remove();
  };
  const rest = cut && moreButton(`show ${counted(text.length - LONG, "more character")} of this line`, open);
  return [code, found?.map(mark), rest];
};

const mark = (finding) =>
  h(
    "a",
    { class: `mark ${finding.level}`, href: location.hash, onclick: (event) => jump(event, finding) },
    `◆ ${finding.id}`,
  );

// To the finding, which has no address of its own: that is the case's.
const jump = (event, finding) => {
  event.preventDefault();
  const card = byId(`finding-${finding.place}`);
  card.scrollIntoView({ block: "center" });
  card.focus();
};

const SPOKEN = { "-": "expected", "+": "came", "~": "another value", " ": "" };

const lineNode = ({ sign, line: one, found }, plain) =>
  h(
    "div",
    { class: `line ${one.note ? "note" : { "-": "gone", "+": "new", "~": "free", " ": "same" }[sign]}` },
    plain ? null : h("span", { class: "sign", "aria-hidden": "true" }, sign),
    !plain && SPOKEN[sign] ? h("span", { class: "unseen" }, `${SPOKEN[sign]}: `) : null,
    coded(one.text, found),
  );

const moreButton = (label, open) =>
  h("button", { type: "button", class: "more", onclick: (event) => open(event.currentTarget) }, label);

// The lines, folded where there are many.
const folded = (body) => {
  const lines = bodyLines(body);
  const node = (one) => lineNode({ sign: " ", line: one }, true);
  const first = lines.length > SHOWN + 10 ? lines.slice(0, SHOWN) : lines;
  const rest = lines.slice(first.length);
  const open = (button) => button.replaceWith(...rest.map(node));
  return h(
    "div",
    { class: "body" },
    first.map(node),
    rest.length ? moreButton(`show ${counted(rest.length, "more line")}`, open) : null,
  );
};

const message = (title, first, { headers, body }) =>
  h(
    "section",
    { class: "message" },
    h("h3", {}, title),
    h("p", { class: "first" }, first),
    headers.length
      ? h(
          "details",
          { open: headers.length <= 12 },
          h("summary", {}, counted(headers.length, "header field")),
          h("dl", { class: "fields" }, headers.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
        )
      : h("p", { class: "muted" }, "no header fields"),
    body
      ? [
          h(
            "div",
            { class: "of-body" },
            h("p", {}, body.media_type || (body.is_text ? "text" : "bytes"), `, ${size(body.bytes)}`),
            copyButton("copy", `the body of the ${title.toLowerCase()}`, body.text + (body.tail || "")),
          ),
          folded(body),
        ]
      : h("p", { class: "muted" }, "no body"),
  );

const STATUS = {
  200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found",
  304: "Not Modified", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
  405: "Method Not Allowed", 406: "Not Acceptable", 409: "Conflict", 410: "Gone", 415: "Unsupported Media Type",
  422: "Unprocessable Content", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
  503: "Service Unavailable", 504: "Gateway Timeout",
};

const status = (code) => (code ? `${code} ${STATUS[code] || ""}`.trim() : "no status");

// Runs of equal lines, of which those in the middle are folded.
const withoutMiddles = (rows) => {
  const isEqual = (row) => (row.sign === " " || row.sign === "~") && !row.found.length;
  const groups = [];
  for (const row of rows) {
    const last = groups[groups.length - 1];
    if (last && last.equal === isEqual(row)) last.rows.push(row);
    else groups.push({ equal: isEqual(row), rows: [row] });
  }
  return groups.map(({ equal, rows: group }, at) => {
    const before = at === 0 ? 0 : AROUND;
    const after = at === groups.length - 1 ? 0 : AROUND;
    if (!equal || group.length <= before + after + 3) return group.map((row) => lineNode(row));
    const middle = group.slice(before, group.length - after);
    const open = (button) => button.replaceWith(...middle.map((row) => lineNode(row)));
    return [
      group.slice(0, before).map((row) => lineNode(row)),
      moreButton(`${counted(middle.length, "line")} as expected`, open),
      group.slice(group.length - after).map((row) => lineNode(row)),
    ];
  });
};

const difference = (expected, answer, findings) => {
  const [old, now] = [bodyLines(expected.body), bodyLines(answer.body)];
  const place = h("div", { class: "body difference" });
  const draw = (everyValue) => {
    const rows = compared(old, now, findings, everyValue);
    const all = nodes(rows.length ? withoutMiddles(rows) : [h("p", { class: "muted" }, "no body, as expected")]);
    const first = all.length > SHOWN_OF_BOTH + 20 ? all.slice(0, SHOWN_OF_BOTH) : all;
    const rest = all.slice(first.length);
    place.replaceChildren(...first);
    if (rest.length) place.append(moreButton(`show ${counted(rest.length, "more line")}`, (button) => button.replaceWith(...rest)));
    return rows;
  };
  const rows = draw(false);
  const free = rows.filter((row) => row.sign === "~").length;
  return [
    h(
      "div",
      { class: "of-body" },
      h("p", {}, h("span", { class: "sign" }, "-"), " expected  ", h("span", { class: "sign" }, "+"), " came  ", free ? [h("span", { class: "sign" }, "~"), " another value, which is free"] : null),
      free
        ? h("label", { class: "tick" }, h("input", { type: "checkbox", onchange: (event) => draw(event.target.checked) }), "show both values")
        : null,
    ),
    place,
  ];
};

