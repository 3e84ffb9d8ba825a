// JSON in lines, token by token: numbers of thirty digits, the order of members, members that stand
// twice and escapes stay as they were written.

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

const kindOf = (token) => {
  if (token.startsWith('"')) return "string";
  if (token === "true" || token === "false") return "boolean";
  return token === "null" ? "null" : "number";
};

// Lines of { text, path, shape }: the place as a JSON pointer, and what stays the same where only a value is
// another one. Nothing where the text is no JSON, or is nested beyond measure.
const jsonLines = (text) => {
  try {
    JSON.parse(text);
    return inLines(text.match(TOKEN) || []);
  } catch {
    return null;
  }
};

const inLines = (tokens) => {
  const lines = [];
  let at = 0;
  const push = (depth, head, rest, path, shape) =>
    lines.push({ text: "  ".repeat(depth) + head + rest, path, shape: `${depth} ${head}${shape}` });
  const value = (depth, head, path) => {
    const token = tokens[at++];
    if (token !== "{" && token !== "[") return push(depth, head, token, path, kindOf(token));
    const end = token === "{" ? "}" : "]";
    if (tokens[at] === end) {
      at++;
      return push(depth, head, token + end, path, `${token}${end}`);
    }
    push(depth, head, token, path, token);
    for (let index = 0; ; index++) {
      if (token === "{") {
        const name = tokens[at];
        at += 2;
        const step = JSON.parse(name).replaceAll("~", "~0").replaceAll("/", "~1");
        value(depth + 1, `${name}: `, `${path}/${step}`);
      } else {
        value(depth + 1, "", `${path}/${index}`);
      }
      if (tokens[at++] !== ",") break;
      lines[lines.length - 1].text += ",";
    }
    // The place is told where the value begins.
    push(depth, "", end, undefined, end);
  };
  value(0, "", "");
  return lines;
};

const textLines = (text) =>
  text.replace(/\r\n/g, "\n").split("\n").map((one) => ({ text: one, shape: one.trimEnd() }));

// The lines of a body. What is cut has a line that says so.
const bodyLines = (body) => {
  if (!body) return [];
  if (body.left_out) {
    const note = { text: `… ${number(body.left_out)} bytes are left out of this report …`, note: true, shape: "…" };
    return [...textLines(body.text), note, ...textLines(body.tail || "")];
  }
  return (body.is_text && jsonLines(body.text)) || textLines(body.text);
};

// Whether a place of a finding (`*` for positions, `{key}` for the keys of a map) is that place.
const fits = (at, path) => {
  if (path === undefined) return false;
  const [wanted, steps] = [at.split("/"), path.split("/")];
  return (
    wanted.length === steps.length &&
    wanted.every((step, n) => step === steps[n] || step === "{key}" || (step === "*" && /^\d+$/.test(steps[n])))
  );
};

