//! What random suites are made of.

/// Names of members, as they stand between their quotes.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "id", "name", "user_id", "created_at", "updatedAt", "status", "type", "code", "message", "error", "errors",
    "details", "data", "users", "items", "meta", "total", "count", "page", "next_page_token", "token", "url",
    "email", "tags", "a/b", "a~b", "", "__proto__", "*", "{key}", "~2", "0", "key", "fields", "title", "detail",
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
    r#"{"success":false,"message":"m"}"#,
    r#"{"success":true,"data":{"name":"Ann"},"message":"created"}"#,
    r#"{"success":false,"error":{"code":"CODE","message":"m"}}"#,
    r#"{"success":"<boolean>","message":"<string>"}"#,
    r#"{"success":false,"errors":[{"code":NUMBER,"message":"m"}],"messages":[],"result":null}"#,
    r#"{"data":null,"errors":[{"message":"m","path":["a",0],"locations":[{"line":1,"column":2}]}]}"#,
    r#"{"data":{"user":{"name":"Ann"}},"errors":[{"message":"m"}]}"#,
    r#"{"data":{"user":{"name":"Ann"}}}"#,
    r#"{"status":"fail","data":{"title":"A title is required"}}"#,
    r#"{"status":"success","data":{"posts":[{"id":1,"title":"T"}]}}"#,
    r#"{"status":"error","message":"m","code":NUMBER,"data":null}"#,
    r#"{"errcode":40013,"errmsg":"invalid appid"}"#,
    r#"{"errcode":0,"errmsg":"ok"}"#,
    r#"{"code":0,"msg":"success","data":{}}"#,
    r#"{"code":NUMBER,"msg":"m","data":null}"#,
    r#"{"code":"<integer>","msg":"<string>","data":"<object>"}"#,
    r#"{"Response":"False","Error":"Movie not found!"}"#,
    r#"{"status":"ZERO_RESULTS","results":[]}"#,
    r#"{"status":"REQUEST_DENIED","error_message":"m","results":[]}"#,
    r#"{"meta":{"code":NUMBER,"error_type":"CODE","error_message":"m"}}"#,
    r#"{"meta":{"code":200},"response":{"venue":{"name":"A"}}}"#,
    r#"{"responseHeader":{"status":NUMBER,"QTime":1},"error":{"msg":"m","code":NUMBER}}"#,
    r#"{"error":true,"message":"m"}"#,
    r#"{"error":false,"message":"m","list":[{"name":"a"}]}"#,
    r#"{"error":null,"result":{"n":1}}"#,
    r#"{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":null}"#,
    r#"{"jsonrpc":"2.0","result":19,"id":4}"#,
    r#"{"result":"failed","reason":"m"}"#,
    r#"{"status":false,"message":"m"}"#,
    r#"{"statusCode":404,"error":"Not Found","message":"m"}"#,
    r#"{"timestamp":"2021-05-11T12:57:36.123+00:00","status":500,"error":"Internal Server Error","path":"/a"}"#,
    r#"{"errors":{"name":[],"email":["can't be blank","is invalid"]}}"#,
    r#"{"errors":["a","b"]}"#,
    r#"{"errors":[]}"#,
    r#"{"error":""}"#,
    r#"{"err":"CODE"}"#,
    r#"{"errors":[{"status":"422","source":{"pointer":"/data/attributes/name"},"title":"T","detail":"d"}]}"#,
    r#"{"error":{"type":"card_error","code":"CODE","param":"number","doc_url":"https://example.com"}}"#,
    r#"{"errorCode":NUMBER,"errorSummary":"m","errorId":"oae4f7a0c1","errorCauses":[]}"#,
    r#"{"_links":{"self":{"href":"/a"}},"_embedded":{"a":[{"id":1}]},"total":1}"#,
    r#"{"data":[{"type":"a","id":"1","attributes":{"t":"x"}}],"links":{"next":null},"meta":{"total":1}}"#,
];

/// Bodies of any kind.
#[rustfmt::skip]
pub(super) const TEXTS: &[&str] = &[
    "", " ", "hello world", "<!DOCTYPE html><html><body>Hi</body></html>", "<?xml version=\"1.0\"?><a><b>1</b></a>",
    "<s:Envelope xmlns:s=\"u\"><s:Body/></s:Envelope>", "{\"a\": 1,}", "<string>", "a,b\n1,2\n", "OK",
    "<Error><Code>NoSuchKey</Code><Message>m</Message><RequestId>4af7a77ff40a77af</RequestId></Error>",
    "<?xml version=\"1.0\"?><ns:a xmlns:ns=\"http://x/1\" ns:b=\"1\"><ns:c/><![CDATA[<x>]]></ns:a>",
    "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name></ListBucketResult>",
    "<!-- c --><feed xmlns=\"http://www.w3.org/2005/Atom\"/>", "data: {\"a\":1}\n\n", "{\"a\":1}\n{\"a\":2}\n", "null", "1",
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
    ("Stripe-Version", &["2022-11-28", "2023-01-01"]),
    ("Location", &["https://example.com/a/1", "/b", "/api/v1/orders/123456", "orders/v1/cus_9s6XKzkNRiz8i3"]),
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
    Some(502), Some(503), Some(599), None, Some(100), Some(207), Some(101), Some(203), Some(205), Some(301),
    Some(303), Some(307), Some(402), Some(405), Some(410), Some(412), Some(415), Some(418), Some(451), Some(504),
];

/// Lines of suite.toml.
pub(super) const SETTINGS: &[&str] = &[
    "[[case]]\nmatch = \"*\"\ncompare = \"exact\"\n",
    "[headers]\nexact = [\"X-Plan\", \"Cache-Control\", \"ETag\"]\nignore = [\"X-Token\", \"Content-Language\"]\n",
    "[[case]]\nmatch = \"*\"\nignore = [\"/data/**\", \"/*/id\", \"/error\", \"/errors/**\"]\n",
    "[[case]]\nmatch = \"*\"\nvolatile = [\"/name\", \"/users/*/code\", \"/status\", \"/code\", \"/data\"]\n",
    "[[case]]\nmatch = \"*\"\ncompare = \"exact\"\nunordered = [\"\", \"/items\", \"/data\", \"/errors\"]\n",
    "[[case]]\nmatch = \"*\"\ncompare = \"exact\"\nvolatile = [\"/*\", \"/*/*\", \"/*/*/*\"]\n",
    "[[case]]\nmatch = \"*\"\ncompare = \"status\"\n",
    "[[case]]\nmatch = \"*\"\ncompare = \"exact\"\nerror_code = \"NOT_FOUND\"\n",
    "[[case]]\nmatch = \"*\"\nerror_code = \"NOT_FOUND\"\n",
    "[[case]]\nmatch = \"*e0\"\nstatus = 404\n\n[[case]]\nmatch = \"*e1\"\nstatus = 200\n",
    "[[case]]\nmatch = \"*e2\"\nerror_code = \"INVALID_DATA\"\n",
    "[severity]\n\"body.null.appeared\" = \"warning\"\n\"header.missing\" = \"info\"\n",
];
