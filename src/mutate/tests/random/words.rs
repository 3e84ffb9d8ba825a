//! What random suites are made of.

/// Names of members, as they stand between their quotes.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "id", "name", "user_id", "created_at", "updatedAt", "status", "type", "code", "message", "error", "errors",
    "details", "data", "users", "items", "meta", "total", "count", "page", "next_page_token", "token", "url",
    "email", "tags", "a/b", "a~b", "", "__proto__", "*", "0", "key", "fields", "title", "detail",
    "fault", "\\u00fc", "\\\"q\\\"", "length", "session", "duration_ms", "timestamp", "reason", "ok", "success",
    "errorCode", "value", "some_very_long_name_of_a_field", "1", "key_0", "x y",
];

/// Values of one place; the last are no strings for most readers.
#[rustfmt::skip]
pub(super) const SCALARS: &[&[&str]] = &[
    &["1", "2", "70000", "0", "-5"],
    &["1.5", "2.25", "0.1", "1", "1.0"],
    &["1e400", "1E5", "-0", "123456789012345678901234567890", "-1e-9", "9007199254740993", "18446744073709551616"],
    &["true", "false"],
    &["null"],
    &["\"Ann\"", "\"Bob Smith\"", "\"\"", "\"gr\\u00fcn\"", "\"a\\u0000b\"", "\"x\\ny\""],
    &["\"ACTIVE\"", "\"INACTIVE\"", "\"PENDING_REVIEW\""],
    &["\"<integer>\"", "\"<string>\"", "\"<dateTime>\"", "\"<boolean>\"", "\"<uuid>\"", "\"<number>\""],
    &["\"string\"", "\"<string>\"", "\"{{$randomInt}}\"", "\"{{id}}\"", "\"sample string 3\""],
    &["\"<object>\"", "\"<array>\"", "\"<Error: Too many levels of nesting to fake this schema>\""],
    &["1620730650", "1700000000", "1620730650123"],
    &["\"https://example.com/a/1\"", "\"https://example.com/b?x=y\"", "\"http://localhost:8080\""],
    &["\"ann@example.com\"", "\"bob@example.org\""],
    &["\"10.0.0.1\"", "\"1.2.3\"", "\"::1\"", "\"192.168.1.254\""],
    &["\"12\"", "\"007\"", "\"-3\"", "\"4.50\"", "\"true\"", "\"null\""],
    &["\"2021-05-11\"", "\"2020-02-29\"", "\"2021-13-45\""],
    &["\"Tue, 11 May 2021 12:57:36 GMT\"", "\"Wed, 12 May 2021 12:57:36 GMT\""],
    &["\"2021-07-02T01:40:19\"", "\"2021-07-02 01:40\"", "\"12:30:00\""],
    &["\"eyJhbGciOiJIUzI1NiJ9.e30.abcDEF123\"", "\"AKIAIOSFODNN7EXAMPLE\"", "\"dGVzdDEyMzQ1Njc4OTAxMjM0\""],
    &["[]", "{}"],
    &["1", "\"x\"", "null", "true", "1.5"],
    &["\"\\ud83d\\ude00\"", "\"\\ud800\""],
];

/// Answers that speak of an error or of a code; `CODE` and `NUMBER` become some.
pub(super) const ENVELOPES: &[&str] = &[
    r#"{"code":"CODE","details":{},"message":"m","status":"error"}"#,
    r#"{"users":[{"code":"CODE","details":{"id":"738964000000291009"},"message":"m","status":"error"}]}"#,
    r#"{"data":[{"code":"SUCCESS","status":"success"},{"code":"CODE","status":"error","message":"x"}]}"#,
    r#"{"users":[{"code":"SUCCESS","details":{"id":"738964000000291009"},"message":"m","status":"success"}]}"#,
    r#"{"error":{"code":"CODE","message":"m","innerError":{"date":"2021-05-11T12:57:36","n":1}}}"#,
    r#"{"error":{"code":NUMBER,"message":"m","status":"CODE","details":[{"reason":"CODE"}]}}"#,
    r#"{"error":{"code":NUMBER,"message":"m","errors":[{"reason":"CODE","domain":"global"}]}}"#,
    r#"{"type":"https://example.com/probs/CODE","title":"T","status":404,"detail":"d"}"#,
    r#"{"type":"about:blank","title":"Not Found","status":404}"#,
    r#"{"error":"CODE","error_description":"d"}"#,
    r#"{"ok":false,"error":"CODE"}"#,
    r#"{"errors":[{"code":"CODE","title":"t"},{"code":"OTHER","title":"t"}]}"#,
    r#"{"data":null,"errors":[{"message":"m","extensions":{"code":"CODE"},"path":["a",0]}]}"#,
    r#"{"errorCode":"CODE","message":"m"}"#,
    r#"[{"errorCode":"CODE","message":"m","fields":[]}]"#,
    r#"{"__type":"com.example#CODE","message":"m"}"#,
    r#"{"code":NUMBER,"message":"m","more_info":"https://example.com/NUMBER","status":400}"#,
    r#"{"errorMessages":["no such issue"],"errors":{}}"#,
    r#"{"message":"Not Found","documentation_url":"https://example.com"}"#,
    r#"{"errors":{"name":["can't be blank"]}}"#,
    r#"{"detail":"no"}"#,
    r#"{"error":{"type":"CODE","title":"t"}}"#,
    r#"{"code":"<string>","message":"<string>","status":"<string>"}"#,
    r#"{"fault":{"faultstring":"f","detail":{"errorcode":"CODE"}}}"#,
];

/// Bodies of any kind.
#[rustfmt::skip]
pub(super) const TEXTS: &[&str] = &[
    "", " ", "hello world", "<!DOCTYPE html><html><body>Hi</body></html>", "<?xml version=\"1.0\"?><a><b>1</b></a>",
    "<s:Envelope xmlns:s=\"u\"><s:Body/></s:Envelope>", "{\"a\": 1,}", "<string>", "a,b\n1,2\n", "OK", "null", "1",
    "\"text\"", "[1,2", "{\"a\": {{b}}}", "\u{feff}{\"a\":1}", "{\"a\":\"\\ud800\"}", "<a>", "true", "0",
    "{\"n\":1}{\"n\":2}", "<html><body><br></body></html>", "-----BEGIN-----", "\u{0}\u{1}",
];

/// Media types.
#[rustfmt::skip]
pub(super) const MEDIA: &[&str] = &[
    "application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8", "text/json",
    "application/problem+json", "application/vnd.api+json; version=1", "text/plain", "text/html", "application/xml",
    "text/xml; charset=utf-8", "application/octet-stream", "json", "*/*", "application/json; charset=utf-16",
    "application/json; charset=ISO-8859-1", "multipart/form-data; boundary=X", "<string>", "image/png",
];

/// Header fields of every class, with values of each.
pub(super) const HEADERS: &[(&str, &[&str])] = &[
    ("Date", &["Tue, 11 May 2021 12:57:36 GMT"]),
    ("ETag", &["\"abc\"", "W/\"1\""]),
    ("X-Request-Id", &["988c2c6d-df1b-4bb9-b837-6ba706c0b4ad"]),
    ("Cache-Control", &["no-store", "max-age=60"]),
    ("X-Frame-Options", &["DENY"]),
    ("Strict-Transport-Security", &["max-age=1"]),
    ("Access-Control-Allow-Origin", &["*"]),
    ("Deprecation", &["true", "@1688169599", "false"]),
    ("Sunset", &["Sat, 31 Dec 2033 23:59:59 GMT"]),
    ("Warning", &["299 - \"soon\"", "110 - \"stale\""]),
    ("Set-Cookie", &["a=b; Path=/", "c=d"]),
    ("X-RateLimit-Remaining", &["9", "8"]),
    ("Retry-After", &["120"]),
    ("X-Plan", &["gold", "silver", "<string>", ""]),
    ("X-Token", &["4d8b6ee4f7d1d284c930a4e807480c5c"]),
    ("X-Reset", &["2021-05-11T12:57:36+00:00"]),
    ("api-version", &["2.0", "2.1"]),
    ("X-My-Api-Version", &["2021-01-01"]),
    ("Location", &["https://example.com/a/1", "/b"]),
    ("WWW-Authenticate", &["Bearer realm=\"x\""]),
    ("Content-Length", &["12"]),
    ("Content-Encoding", &["gzip"]),
    ("Transfer-Encoding", &["chunked"]),
    ("Content-Language", &["en", "de"]),
    ("X Bad Name", &["x"]),
    ("Link", &["<https://a.example>; rel=\"next\""]),
    ("x-amzn-errortype", &["ValidationException:http://x/", "com.a#Other"]),
    ("X-Count", &["<integer>", "7"]),
];

/// Statuses of examples, the usual ones more than once.
#[rustfmt::skip]
pub(super) const STATUSES: &[Option<u16>] = &[
    Some(200), Some(200), Some(200), Some(200), Some(201), Some(202), Some(204), Some(206), Some(302), Some(304),
    Some(400), Some(400), Some(401), Some(403), Some(404), Some(404), Some(409), Some(422), Some(429), Some(500),
    Some(502), Some(503), Some(599), None, Some(100), Some(207),
];

/// Lines of suite.toml.
pub(super) const SETTINGS: &[&str] = &[
    "[[case]]\nmatch = \"*\"\ncompare = \"exact\"\n",
    "[headers]\nexact = [\"X-Plan\", \"Cache-Control\", \"ETag\"]\nignore = [\"X-Token\", \"Content-Language\"]\n",
];
