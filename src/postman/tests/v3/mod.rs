//! Collections in v3 form: what each kind of file becomes, where its parts stand, and odd input.

mod properties;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use crate::postman::model::{BodySpec, Param, Placed};
use crate::postman::{AuthKind, Collection, ReadError, read};

type Outcome = Result<(), Box<dyn Error>>;

const OK: &str = "$kind: http-example\nresponse: {statusCode: 200}\n";

/// A collection in a folder `api`.
struct Made(tempfile::TempDir);

impl Made {
    fn of(files: &[(&str, &str)]) -> std::io::Result<Self> {
        let made = Self(tempfile::tempdir()?);
        fs::create_dir(made.root())?;
        for (name, text) in files {
            made.write(name, text.as_bytes())?;
        }
        Ok(made)
    }

    /// One request `r` with this text behind its kind.
    fn request(text: &str) -> std::io::Result<Self> {
        Self::of(&[("r.request.yaml", &format!("$kind: http-request\n{text}"))])
    }

    fn write(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        let file = self.root().join(name);
        fs::create_dir_all(file.parent().unwrap_or(&file))?;
        fs::write(file, bytes)
    }

    fn root(&self) -> PathBuf {
        self.0.path().join("api")
    }

    fn read(&self) -> Result<Collection, ReadError> {
        read::collection(&self.root())
    }

    fn refusal(&self) -> String {
        let text = self.read().err().map(|error| error.to_string()).unwrap_or_default();
        text.replace(&self.root().display().to_string(), "api")
    }

    /// Each warning as `file pointer: message`.
    fn said(&self, collection: &Collection) -> Vec<String> {
        let name = |file: &Path| file.strip_prefix(self.root()).unwrap_or(file).display().to_string();
        let all = collection.warnings.iter();
        all.map(|w| format!("{} {}: {}", name(&w.file), w.pointer, w.message)).collect()
    }

    /// File and pointer of a part.
    fn place(&self, collection: &Collection, pointer: &str) -> String {
        let Some((file, place)) = collection.places.find(pointer) else { return String::new() };
        format!("{} {place}", file.strip_prefix(self.root()).unwrap_or(file).display())
    }
}

fn only(collection: &Collection) -> Placed<'_> {
    collection.items().into_iter().next().unwrap_or_else(|| unreachable!("an item"))
}

fn names(collection: &Collection) -> Vec<String> {
    let path = |p: Placed<'_>| [p.folders.join("/"), p.item.name.clone()].join("/");
    collection.items().into_iter().map(path).collect()
}

fn pairs(params: &[Param]) -> Vec<(&str, Option<&str>, bool)> {
    params.iter().map(|p| (p.key.as_deref().unwrap_or(""), p.value.as_deref(), p.disabled)).collect()
}

#[test]
fn names_and_order_come_from_the_files_and_what_they_say() -> Outcome {
    let request = |order: &str| format!("$kind: http-request\nurl: http://h\n{order}");
    let made = Made::of(&[
        ("b.request.yaml", &request("")),
        ("a.request.yml", &request("name: \"A / a\"")),
        ("z.request.yaml", &request("order: 1.5")),
        ("y.request.yaml", &request("order: 2000")),
        ("x.request.yaml", &request("order: soon")),
        ("Second/.resources/definition.yml", "$kind: collection\nname: \"2/2\"\norder: 3\n"),
        ("Second/deep/er/in.request.yaml", &request("")),
        ("uploads/photo.txt", "no folder of the collection"),
        ("suite.toml", ""),
        (".git/x.request.yaml", "not: [yaml"),
    ])?;
    let collection = made.read()?;
    assert_eq!(collection.name, "api");
    assert_eq!(names(&collection), ["/z", "2/2/deep/er/in", "/y", "/A / a", "/b", "/x"]);
    assert_eq!(
        made.said(&collection),
        ["x.request.yaml /order: `order` is no number; it comes after those that have one"]
    );
    assert_eq!(made.place(&collection, "/item/1/item/0"), "Second/deep ");
    Ok(())
}

#[test]
fn maps_and_lists_say_the_same() -> Outcome {
    let map = "url: '{{base}}/a/:id?q=9&old=1#f'\nmethod: post\nheaders: {X-A: 1, X-Empty: }\n\
               queryParams: {q: \"1\", flag: }\npathVariables: {id: 42}\n";
    let list = "url: '{{base}}/a/:id?q=9&old=1#f'\nmethod: POST\n\
                headers: [{key: X-A, value: \"1\", description: d}, {key: X-Empty, value: null}]\n\
                queryParams: [{key: q, value: \"1\"}, {key: flag}]\npathVariables: [{key: id, value: \"42\"}]\n";
    for text in [map, list] {
        let made = Made::request(text)?;
        let collection = made.read()?;
        let request = &only(&collection).item.request;
        assert_eq!(request.method.as_deref(), Some("POST"));
        assert_eq!((request.url.host.as_str(), request.url.path.as_str()), ("{{base}}", "/a/:id"));
        assert_eq!(pairs(&request.headers), [("X-A", Some("1"), false), ("X-Empty", Some(""), false)]);
        assert_eq!(pairs(&request.url.query), [("q", Some("1"), false), ("flag", None, false)]);
        assert_eq!(pairs(&request.url.variables), [("id", Some("42"), false)]);
        assert_eq!(made.said(&collection), [""; 0]);
    }
    let made = Made::request(
        "url: http://h/?a=1\nqueryParams: []\nheaders: [{key: A, value: x, disabled: true}, {key: B, enabled: false}]\n",
    )?;
    let collection = made.read()?;
    let request = &only(&collection).item.request;
    assert_eq!(pairs(&request.url.query), [("a", Some("1"), false)]);
    assert_eq!(pairs(&request.headers), [("A", Some("x"), true), ("B", Some(""), true)]);
    Ok(())
}

#[test]
fn every_kind_of_body() -> Outcome {
    let raw = |text: &str, language: &str| BodySpec::Raw {
        text: text.to_owned(),
        language: Some(language.to_owned()),
    };
    let graph_ql = BodySpec::GraphQl {
        query: "{x}".to_owned(),
        operation: None,
        variables: Some("{\"a\":1}".to_owned()),
    };
    for (body, expected) in [
        ("{type: json, content: '{\"a\": 1}'}", Some(raw("{\"a\": 1}", "json"))),
        ("{type: xml, content: <a/>}", Some(raw("<a/>", "xml"))),
        ("{type: html, content: <p>}", Some(raw("<p>", "html"))),
        ("{type: javascript, content: f()}", Some(raw("f()", "javascript"))),
        ("{type: text, content: hello}", Some(raw("hello", "text"))),
        ("{content: hello}", Some(raw("hello", "text"))),
        ("{type: json, content: {a: [1]}}", Some(raw("{\"a\":[1]}", "json"))),
        ("{type: none}", None),
        ("{type: yaml, content: x}", None),
        ("{type: json, content: x, disabled: true}", None),
        ("{type: file, content: {src: a.txt}}", Some(BodySpec::File(Some("a.txt".to_owned())))),
        ("{type: graphql, content: {query: '{x}', variables: {a: 1}}}", Some(graph_ql)),
    ] {
        let collection = Made::request(&format!("url: http://h\nmethod: PUT\nbody: {body}\n"))?.read()?;
        assert_eq!(only(&collection).item.request.body, expected, "{body}");
    }
    let forms = Made::request(
        "url: http://h\nbody:\n  type: formdata\n  content:\n    - {type: text, key: t, value: v, contentType: a/b}\n    - {type: file, key: f, src: [a, b]}\n",
    )?;
    let collection = forms.read()?;
    let Some(BodySpec::FormData(parts)) = &only(&collection).item.request.body else {
        unreachable!("a form")
    };
    let seen: Vec<_> = parts
        .iter()
        .map(|p| (p.param.key.as_deref(), p.files.as_deref(), p.content_type.as_deref()))
        .collect();
    let files = ["a".to_owned(), "b".to_owned()];
    assert_eq!(seen, [(Some("t"), None, Some("a/b")), (Some("f"), Some(files.as_slice()), None)]);
    let collection =
        Made::request("url: http://h\nbody: {type: urlencoded, content: {a: 1, b: null}}\n")?.read()?;
    let Some(BodySpec::UrlEncoded(fields)) = &only(&collection).item.request.body else {
        unreachable!("fields")
    };
    assert_eq!(pairs(fields), [("a", Some("1"), false), ("b", None, false)]);
    Ok(())
}

#[test]
fn of_several_auths_the_first_that_can_be_sent_counts() -> Outcome {
    let with = |text: &str| Made::request(&format!("url: http://h\nauth: {text}\n"));
    for (text, expected) in [
        ("{type: bearer, credentials: {token: t}}", AuthKind::Bearer),
        (
            "{type: basic, credentials: [{key: username, value: u}, {key: x, value: y, disabled: true}]}",
            AuthKind::Basic,
        ),
        ("[{id: 1, type: apikey, name: n, credentials: {key: K, value: v, in: header}}]", AuthKind::ApiKey),
        ("[{type: edgegrid}, {type: noauth}, {type: bearer}]", AuthKind::None),
        ("[{type: edgegrid}]", AuthKind::Unsupported("edgegrid".to_owned())),
        ("{type: bearer, bearer: [{key: token, value: t}]}", AuthKind::Bearer),
    ] {
        let collection = with(text)?.read()?;
        let auth = only(&collection).auth.cloned();
        assert_eq!(auth.as_ref().map(|auth| &auth.kind), Some(&expected), "{text}");
        let place = auth.map(|auth| auth.place).unwrap_or_default();
        assert!(place.contains("r.request.yaml /auth"), "{place}");
        let params = only(&collection).auth.map(|auth| auth.params.len()).unwrap_or_default();
        assert!(params > 0 || !text.contains("value") && !text.contains("token"), "{text}");
    }
    for text in ["null", "[]", "{type: inherit}"] {
        assert!(only(&with(text)?.read()?).auth.is_none(), "{text}");
    }
    let made = with("[{type: edgegrid}, {type: bearer, rules: [x]}, {type: basic}]")?;
    assert_eq!(
        made.said(&made.read()?),
        [
            "r.request.yaml /auth: of several auths the first that can be sent counts, `bearer`; not used: `edgegrid`, `basic`",
            "r.request.yaml /auth/1/rules: the rules of this auth are not applied; it is always sent",
        ]
    );
    Ok(())
}

#[test]
fn definitions_give_auth_variables_settings_and_scripts() -> Outcome {
    let made = Made::of(&[
        (
            ".resources/definition.yaml",
            "$kind: collection\nname: N\nvariables: {a: 1, b: x}\nauth: {type: basic, credentials: {username: u}}\n\
             settings: {disableUrlEncoding: true, disableBodyPruning: true}\n\
             scripts: [{type: 'http:beforeRequest', code: ''}, {type: 'http:afterResponse', code: x()}]\n",
        ),
        (
            "f/.resources/definition.yaml",
            "$kind: collection\nauth: [{type: noauth}]\nsettings: {disableUrlEncoding: false}\n",
        ),
        (
            "f/r.request.yaml",
            "$kind: http-request\nurl: http://h\nsettings: {disabledSystemHeaders: [Content-Type], strictSSL: false}\n\
             scripts: [{type: afterResponse, code: y(), disabled: true}, {type: beforeRequest, code: z()}]\n",
        ),
    ])?;
    let collection = made.read()?;
    let variables: Vec<_> =
        collection.variables.iter().map(|v| (v.key.as_str(), v.value.to_string())).collect();
    assert_eq!(variables, [("a", "1".to_owned()), ("b", "\"x\"".to_owned())]);
    assert_eq!(collection.auth.as_ref().map(|auth| &auth.kind), Some(&AuthKind::Basic));
    let placed = only(&collection);
    assert_eq!(
        (placed.folders.as_slice(), placed.auth.map(|auth| &auth.kind)),
        (&["f"][..], Some(&AuthKind::None))
    );
    let behavior = &placed.item.behavior;
    assert!(behavior.keep_body && !behavior.raw_url && behavior.no_content_type);
    let scripts: Vec<_> =
        collection.scripts.iter().map(|script| made.place(&collection, &script.pointer)).collect();
    assert_eq!(scripts, [".resources/definition.yaml /scripts/1", "f/r.request.yaml /scripts/1"]);
    Ok(())
}

#[test]
fn examples_stand_beside_their_request_or_where_it_says() -> Outcome {
    let made = Made::of(&[
        ("r.request.yaml", "$kind: http-request\nurl: http://h/x\n"),
        (
            ".resources/r.resources/examples/b.example.yaml",
            "$kind: http-example\nid: i\norder: 1\nrequest: {url: 'http://h/y', method: PUT}\n\
             response: {statusCode: '201', headers: {A: 1}, body: {type: json, content: '{}'}}\n",
        ),
        (
            ".resources/r.resources/examples/a.example.yml",
            "$kind: http-example\nname: \"401\"\nrequest: {url: \"\", method: GET}\nresponse: {statusCode: 401, body: {type: text, content: no}}\n",
        ),
        (
            ".resources/r.resources/examples/c.example.yaml",
            "originalRequest: {url: 'http://h/z', header: [{key: A, value: b}]}\ncode: 404\nstatus: Not Found\nbody: gone\n",
        ),
        (".resources/r.resources/examples/d.example.yaml", "$kind: grpc-example\n"),
        (".resources/r.resources/examples/notes.yaml", "ignored: true\n"),
        (".resources/gone.resources/examples/x.example.yaml", OK),
        ("s.request.yaml", "$kind: http-request\nurl: http://h/s\nexamples: ./saved/../saved\n"),
        ("saved/one.example.yaml", OK),
        (".resources/s.resources/examples/unread.example.yaml", OK),
        ("t.request.yaml", "$kind: http-request\nurl: http://h/t\nexamples: ../elsewhere\n"),
        ("u.request.yaml", "$kind: http-request\nurl: http://h/u\nexamples: nowhere\n"),
    ])?;
    let collection = made.read()?;
    let items = collection.items();
    let Some(first) = items.first() else { unreachable!("an item") };
    let seen: Vec<_> = first
        .item
        .examples
        .iter()
        .map(|e| {
            let path = e.request.as_ref().map(|request| request.url.path.as_str());
            (e.name.as_str(), e.code, path, e.body.as_deref(), e.language.as_deref())
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("b", Some(201), Some("/y"), Some("{}"), Some("json")),
            ("401", Some(401), None, Some("no"), None),
            ("c", Some(404), Some("/z"), Some("gone"), None),
        ]
    );
    let counts: Vec<_> = items.iter().map(|placed| placed.item.examples.len()).collect();
    assert_eq!(counts, [3, 1, 0, 0]);
    let folder = ".resources/r.resources/examples";
    assert_eq!(
        made.said(&collection),
        [
            "t.request.yaml /examples: `examples` must name a folder inside of the collection; its own one is read".to_owned(),
            format!("u.request.yaml /examples: there is no folder {}, so no example", made.root().join("nowhere").display()),
            ".resources/gone.resources : examples of a request `gone` that is not there; left out".to_owned(),
            format!("{folder}/d.example.yaml /$kind: an example of the kind `grpc-example`, which is no HTTP answer; left out"),
            format!("{folder}/b.example.yaml /response/statusCode: the code is a text; read as 201"),
            format!("{folder}/a.example.yml : no `originalRequest`; the request of the item is sent"),
            "saved/one.example.yaml : no `originalRequest`; the request of the item is sent".to_owned(),
        ]
    );
    assert_eq!(
        made.place(&collection, "/item/0/response/1/body"),
        format!("{folder}/a.example.yml /response/body/content")
    );
    assert_eq!(
        made.place(&collection, "/item/0/response/0/header/0"),
        format!("{folder}/b.example.yaml /response/headers/A")
    );
    assert_eq!(
        made.place(&collection, "/item/0/response/2/originalRequest/header/0"),
        format!("{folder}/c.example.yaml /originalRequest/header/0")
    );
    Ok(())
}

#[test]
fn an_empty_text_says_nothing_of_the_body() -> Outcome {
    for (body, expected) in [
        ("{type: text, content: ''}", None),
        ("{type: json, content: ''}", Some("")),
        ("{type: text, content: ' '}", Some(" ")),
        ("''", Some("")),
    ] {
        let made = Made::request("url: http://h\n")?;
        let text = format!("response: {{statusCode: 200, body: {body}}}\n");
        made.write(".resources/r.resources/examples/x.example.yaml", text.as_bytes())?;
        let collection = made.read()?;
        let saved = only(&collection).item.examples.first().and_then(|example| example.body.as_deref());
        assert_eq!(saved, expected, "{body}");
    }
    Ok(())
}

#[test]
fn other_kinds_are_named_or_read() -> Outcome {
    let made = Made::of(&[
        ("g.request.yaml", "$kind: graphql-request\nurl: http://h/g\nquery: '{x}'\nvariables: '{\"a\":1}'\n"),
        ("h.request.yaml", "url: http://h\nmethod: GET\n"),
        ("i.request.yaml", "$kind: grpc-request\nurl: grpc://h\n"),
        (".resources/i.resources/examples/x.example.yaml", OK),
        ("j.request.yaml", "# nothing\n"),
    ])?;
    let collection = made.read()?;
    assert_eq!(names(&collection), ["/g", "/h"]);
    let request = &only(&collection).item.request;
    assert_eq!(request.method.as_deref(), Some("POST"));
    let variables = Some("{\"a\":1}".to_owned());
    assert_eq!(request.body, Some(BodySpec::GraphQl { query: "{x}".to_owned(), operation: None, variables }));
    assert_eq!(
        made.said(&collection),
        [
            "j.request.yaml : an empty file; left out",
            "h.request.yaml : no `$kind`; read as `http-request`",
            "i.request.yaml /$kind: a request of the kind `grpc-request`, which is not sent; left out with 1 examples",
        ]
    );
    Ok(())
}

#[test]
fn refusals_name_the_file_and_the_place() -> Outcome {
    for (name, bytes, expected) in [
        (
            "x.request.yaml",
            &b"a: 1\na: 2\n"[..],
            "api/x.request.yaml:2:1: not YAML: the key `a` stands twice",
        ),
        (
            "f/x.request.yaml",
            b"- a\n",
            "api/f/x.request.yaml: must be a map of keys and values, but is a list",
        ),
        (
            ".resources/definition.yaml",
            b"name: M\xfcller\n",
            "api/.resources/definition.yaml:1:8: neither UTF-8 nor",
        ),
        (".resources/r.resources/examples/x.example.yaml", b"a: [\n", "x.example.yaml:1:"),
    ] {
        let made = Made::request("url: http://h\n")?;
        made.write(name, bytes)?;
        assert!(made.refusal().contains(expected), "{}", made.refusal());
    }
    let made = Made::of(&[("r.request.yaml", OK), ("f/s.request.yaml", OK)])?;
    let inner = read::collection(&made.root().join("f")).err().map(|error| error.to_string());
    assert!(inner.unwrap_or_default().contains("choose its cases with `--filter`"));
    let part = read::collection(&made.root().join("r.request.yaml")).err().map(|error| error.to_string());
    assert!(part.unwrap_or_default().contains("give the folder of the collection"));
    Ok(())
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_twice() -> Outcome {
    use std::os::unix::fs::symlink;
    let made = Made::request("url: http://h\n")?;
    made.write("f/s.request.yaml", b"$kind: http-request\nurl: http://h\n")?;
    symlink(made.root(), made.root().join("f/loop"))?;
    symlink("self", made.root().join("self"))?;
    symlink("r.request.yaml", made.root().join("t.request.yaml"))?;
    let collection = made.read()?;
    assert_eq!(names(&collection), ["f/s", "/r", "/t"]);
    assert!(
        made.said(&collection)
            .iter()
            .any(|said| said == "f/loop : a link to a folder, which is not followed; left out")
    );
    symlink("gone", made.root().join("u.request.yaml"))?;
    assert!(made.refusal().starts_with("cannot read api/u.request.yaml: "), "{}", made.refusal());
    Ok(())
}

#[test]
fn folders_end_somewhere() -> Outcome {
    let made = Made::of(&[(&format!("{}x.request.yaml", "d/".repeat(70)), OK), ("r.request.yaml", OK)])?;
    assert!(made.refusal().contains("folders are nested deeper than 64 levels"), "{}", made.refusal());
    Ok(())
}

#[test]
fn text_may_be_utf_16() -> Outcome {
    let text = "$kind: http-request\nname: Grüße\nurl: http://h\n";
    let made = Made::of(&[])?;
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    made.write("r.request.yaml", &bytes)?;
    assert_eq!(only(&made.read()?).item.name, "Grüße");
    Ok(())
}

#[test]
fn environments_may_be_yaml() -> Outcome {
    let list =
        "name: E\nvalues:\n  - {key: a, value: 1}\n  - {key: b, value: x, enabled: false, type: secret}\n";
    let environment = read::environment_from(Path::new("e.yaml"), list.as_bytes())?;
    let seen: Vec<_> = environment.variables.iter().map(|v| (v.key.as_str(), v.disabled, v.secret)).collect();
    assert_eq!((environment.name.as_str(), seen), ("E", vec![("a", false, false), ("b", true, true)]));
    let map = read::environment_from(Path::new("e.yml"), b"values: {a: 1}\n")?;
    assert_eq!(map.variables.first().map(|v| v.key.as_str()), Some("a"));
    for (text, expected) in [
        (&b"values:\n\t- x\n"[..], "e.yaml:2:"),
        (b"$kind: http-request\nurl: x\n", "one file of a collection in Postman's v3 form, no environment"),
        (b"a: 1\n", "no Postman environment"),
    ] {
        let error = read::environment_from(Path::new("e.yaml"), text).err().map(|error| error.to_string());
        assert!(error.as_deref().unwrap_or_default().contains(expected), "{error:?}");
    }
    Ok(())
}
