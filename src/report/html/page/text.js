// Texts from outside become visible text, and nothing else.

// Control characters, invisible ones, marks of direction, halves of surrogate pairs, what is no character.
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Cs}\p{Noncharacter_Code_Point}\u{e0000}-\u{e007f}]/gu;

const NAMED = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const written = (c) => NAMED[c] || `\\u{${c.codePointAt(0).toString(16)}}`;

// One line: what is hidden is written out.
const line = (text) => String(text).replace(HIDDEN, written);

// The same, but a tab stays.
const codeLine = (text) => String(text).replace(HIDDEN, (c) => (c === "\t" ? c : written(c)));

// An element; children are nodes, or anything else as text. The one place where texts enter the page.
const h = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : line(value));
  }
  node.append(...nodes(children));
  return node;
};

const nodes = (children) =>
  children
    .flat(Infinity)
    .filter((child) => child !== undefined && child !== null && child !== false && child !== "")
    .map((child) => (child instanceof Node ? child : document.createTextNode(line(child))));

const SVG = "http://www.w3.org/2000/svg";

const svg = (tag, attributes, ...children) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

const byId = (id) => document.getElementById(id);

const number = (value) => value.toLocaleString("en");

const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

const time = (ms) => {
  if (ms < 1) return "<1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60000) return `${(ms / 1000).toFixed(ms < 10000 ? 2 : 1)} s`;
  return `${Math.floor(ms / 60000)} min ${Math.round((ms % 60000) / 1000)} s`;
};

const size = (bytes) => (bytes < 10240 ? counted(bytes, "byte") : `${number(Math.round(bytes / 1024))} KiB`);

let quiet;

// Tells a screen reader.
const say = (text) => {
  byId("said").textContent = line(text);
  clearTimeout(quiet);
  quiet = setTimeout(() => (byId("said").textContent = ""), 4000);
};

// Puts a text on the clipboard, by the old way where the new one is refused.
const copy = async (text, what, button) => {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    const field = h("textarea", { class: "unseen", readonly: true, "aria-label": "text to copy" });
    field.value = text;
    document.body.append(field);
    field.select();
    done = document.execCommand("copy");
    field.remove();
    button?.focus();
  }
  say(done ? `copied ${what}` : `${what} could not be copied`);
  if (button) {
    const before = button.textContent;
    button.textContent = done ? "copied" : "not copied";
    button.disabled = true;
    setTimeout(() => {
      button.textContent = before;
      button.disabled = false;
    }, 1500);
  }
};

const copyButton = (label, what, text) => {
  const press = (event) => copy(text, what, event.currentTarget);
  return h("button", { type: "button", class: "small", onclick: press }, label);
};

const LABELS = { passed: "passed", failed: "failed", errored: "no answer", skipped: "skipped" };
const SIGNS = { passed: "✓", failed: "✕", errored: "!", skipped: "–" };

const badge = (verdict) =>
  h(
    "span",
    { class: `badge ${verdict}` },
    h("span", { class: "sign", "aria-hidden": "true" }, SIGNS[verdict]),
    LABELS[verdict],
  );

const level = (name) => h("span", { class: `level ${name}` }, name);

