//! Errors inside of HTTP 200, as public APIs document them: a success and a failure of the same
//! request, held against each other in both directions.

use super::*;
use crate::postman::model::{BodySpec, RequestSpec};

const XML: [(&str, &str); 1] = [("Content-Type", "text/xml")];

/// API, success, failure, the place that says so.
const PAIRS: &[(&str, &str, &str, &str)] = &[
    (
        "Slack",
        r#"{"ok":true,"channel":"C1","ts":"15.1"}"#,
        r#"{"ok":false,"error":"channel_not_found"}"#,
        "/error",
    ),
    (
        "Slack, with data",
        r#"{"ok":true,"members":["U1"]}"#,
        r#"{"ok":false,"members":[],"error":"ratelimited"}"#,
        "/error",
    ),
    (
        "Telegram",
        r#"{"ok":true,"result":{"message_id":1}}"#,
        r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#,
        "/error_code",
    ),
    (
        "WeChat",
        r#"{"errcode":0,"errmsg":"ok","openid":"o1"}"#,
        r#"{"errcode":40029,"errmsg":"invalid code"}"#,
        "/errcode",
    ),
    (
        "WeChat Pay",
        r#"{"return_code":"SUCCESS","result_code":"SUCCESS","prepay_id":"x"}"#,
        r#"{"return_code":"SUCCESS","result_code":"FAIL","err_code":"ORDERPAID"}"#,
        "/err_code",
    ),
    (
        "Alipay",
        r#"{"alipay_trade_query_response":{"code":"10000","msg":"Success","trade_no":"1"},"sign":"s"}"#,
        r#"{"alipay_trade_query_response":{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST"},"sign":"s"}"#,
        "/alipay_trade_query_response/code",
    ),
    (
        "Etherscan",
        r#"{"status":"1","message":"OK","result":"40891"}"#,
        r#"{"status":"0","message":"NOTOK","result":"Max rate limit reached"}"#,
        "/status",
    ),
    (
        "Flickr",
        r#"{"stat":"ok","photos":{"page":1}}"#,
        r#"{"stat":"fail","code":100,"message":"Invalid API Key"}"#,
        "/code",
    ),
    (
        "OMDb",
        r#"{"Title":"Alien","Response":"True"}"#,
        r#"{"Response":"False","Error":"Movie not found!"}"#,
        "/Error",
    ),
    (
        "Google Maps",
        r#"{"status":"OK","results":[{"x":1}]}"#,
        r#"{"status":"REQUEST_DENIED","error_message":"no key","results":[]}"#,
        "/status",
    ),
    (
        "GraphQL",
        r#"{"data":{"film":{"title":"x"}}}"#,
        r#"{"data":{"film":null},"errors":[{"message":"not found","path":["film"]}]}"#,
        "/errors",
    ),
    (
        "GraphQL with codes",
        r#"{"data":{"a":1}}"#,
        r#"{"data":null,"errors":[{"message":"m","extensions":{"code":"UNAUTHENTICATED"}}]}"#,
        "/errors/*/extensions/code",
    ),
    (
        "Shopify userErrors",
        r#"{"data":{"productCreate":{"product":{"id":"gid://1"},"userErrors":[]}}}"#,
        r#"{"data":{"productCreate":{"product":null,"userErrors":[{"field":["title"],"message":"can't be blank"}]}}}"#,
        "/data/productCreate/userErrors",
    ),
    (
        "Braintree GraphQL",
        r#"{"data":{"chargePaymentMethod":{"transaction":{"id":"t1"}}},"extensions":{"requestId":"r"}}"#,
        r#"{"data":{"chargePaymentMethod":null},"errors":[{"message":"Unknown","extensions":{"errorClass":"VALIDATION"}}],"extensions":{"requestId":"r"}}"#,
        "/errors",
    ),
    (
        "Zoho",
        r#"{"data":[{"code":"SUCCESS","details":{"id":"1"},"message":"record added","status":"success"}]}"#,
        r#"{"data":[{"code":"INVALID_DATA","details":{},"message":"invalid data","status":"error"}]}"#,
        "/data/*/code",
    ),
    (
        "Zoho, upsert",
        r#"{"data":[{"code":"SUCCESS","action":"insert","details":{},"message":"record added","status":"success"}]}"#,
        r#"{"data":[{"code":"DUPLICATE_DATA","action":"insert","details":{},"message":"duplicate data","status":"error"}]}"#,
        "/data/*/code",
    ),
    (
        "Zoho, users instead of an error",
        r#"{"users":[{"id":"1","name":"Ann","status":"active"}]}"#,
        r#"{"users":[{"code":"INVALID_DATA","details":{},"message":"m","status":"error"}]}"#,
        "/users/*/code",
    ),
    (
        "Salesforce collections",
        r#"[{"id":"001","success":true,"errors":[]}]"#,
        r#"[{"id":"001","success":false,"errors":[{"statusCode":"DUPLICATES_DETECTED","message":"m"}]}]"#,
        "/*/success",
    ),
    (
        "Salesforce collections, nothing made",
        r#"[{"id":"001","success":true,"errors":[]}]"#,
        r#"[{"success":false,"errors":[{"statusCode":"X","message":"m"}]}]"#,
        "/*/success",
    ),
    (
        "Salesforce composite",
        r#"{"compositeResponse":[{"body":{"id":"1"},"httpStatusCode":201,"referenceId":"r"}]}"#,
        r#"{"compositeResponse":[{"body":[{"errorCode":"X","message":"m"}],"httpStatusCode":400,"referenceId":"r"}]}"#,
        "/compositeResponse/*/httpStatusCode",
    ),
    (
        "OData batch",
        r#"{"responses":[{"id":"1","status":200,"body":{"a":1}}]}"#,
        r#"{"responses":[{"id":"1","status":404,"body":{"error":{"code":"NotFound","message":"m"}}}]}"#,
        "/responses/*/status",
    ),
    (
        "Elasticsearch bulk",
        r#"{"took":3,"errors":false,"items":[{"index":{"_id":"1","status":201}}]}"#,
        r#"{"took":3,"errors":true,"items":[{"index":{"_id":"1","status":400,"error":{"type":"mapper_parsing_exception","reason":"x"}}}]}"#,
        "/errors",
    ),
    (
        "JSON-RPC",
        r#"{"jsonrpc":"2.0","id":1,"result":{"v":1}}"#,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}"#,
        "/error/code",
    ),
    (
        "JSON-RPC batch",
        r#"[{"jsonrpc":"2.0","id":1,"result":3}]"#,
        r#"[{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"m"}}]"#,
        "/*/error",
    ),
    (
        "Facebook",
        r#"{"id":"1","name":"Ann"}"#,
        r#"{"error":{"message":"m","type":"OAuthException","code":190}}"#,
        "/error/code",
    ),
    (
        "VK",
        r#"{"response":[{"id":1}]}"#,
        r#"{"error":{"error_code":5,"error_msg":"User authorization failed"}}"#,
        "/error",
    ),
    (
        "Bitrix24",
        r#"{"result":{"ID":"1"},"time":{"duration":0.1}}"#,
        r#"{"error":"ERROR_METHOD_NOT_FOUND","error_description":"Method not found!"}"#,
        "/error",
    ),
    (
        "Xero",
        r#"{"Status":"OK","Invoices":[{"InvoiceNumber":"1"}]}"#,
        r#"{"Status":"ERROR","Message":"invalid","Invoices":[]}"#,
        "/Status",
    ),
    (
        "PayPal NVP",
        r#"{"ACK":"Success","TIMESTAMP":"2021-01-01T00:00:00Z"}"#,
        r#"{"ACK":"Failure","TIMESTAMP":"2021-01-01T00:00:00Z","L_ERRORCODE0":"10002"}"#,
        "/ACK",
    ),
    (
        "NetSuite SuiteTalk",
        r#"{"status":{"isSuccess":true},"v":1}"#,
        r#"{"status":{"isSuccess":false,"statusDetail":[{"code":"X"}]},"v":1}"#,
        "/status/isSuccess",
    ),
    (
        "Authorize.Net",
        r#"{"messages":{"resultCode":"Ok","message":[{"code":"I00001"}]}}"#,
        r#"{"messages":{"resultCode":"Error","message":[{"code":"E00027"}]}}"#,
        "/messages/resultCode",
    ),
    (
        "Baidu",
        r#"{"refresh_token":"r","scope":"s"}"#,
        r#"{"error_code":110,"error_msg":"Access token invalid"}"#,
        "/error_code",
    ),
    (
        "OpenWeatherMap",
        r#"{"cod":"200","message":0,"list":[]}"#,
        r#"{"cod":"404","message":"city not found","list":[]}"#,
        "/cod",
    ),
    (
        "Solr",
        r#"{"responseHeader":{"status":0,"QTime":1},"response":{"docs":[]}}"#,
        r#"{"responseHeader":{"status":400,"QTime":1},"response":{"docs":[]}}"#,
        "/responseHeader/status",
    ),
    ("faults that fill", r#"{"faults":[],"v":1}"#, r#"{"faults":[{"number":7}],"v":1}"#, "/faults"),
    (
        "an object beside the data",
        r#"{"data":{"x":1}}"#,
        r#"{"data":{"x":1},"error":{"message":"bad"}}"#,
        "/error",
    ),
    (
        "a text beside the data",
        r#"{"user":{"x":1},"page":1}"#,
        r#"{"user":{"x":1},"page":1,"error":"backend is down"}"#,
        "/error",
    ),
    (
        "an error in capitals",
        r#"{"Data":{"x":1}}"#,
        r#"{"Data":{"x":1},"Error":{"Code":"X","Message":"m"}}"#,
        "/Error",
    ),
    (
        "a status beside the data",
        r#"{"user":{"x":1}}"#,
        r#"{"user":{"x":1},"status":"error","message":"m"}"#,
        "/status",
    ),
    (
        "Square",
        r#"{"payment":{"id":"p","status":"COMPLETED"}}"#,
        r#"{"errors":[{"category":"API_ERROR","code":"NOT_FOUND","detail":"d"}]}"#,
        "/errors/*/code",
    ),
    ("ret without a text", r#"{"ret":0,"data":{"x":1}}"#, r#"{"ret":-1,"data":{"x":1}}"#, "/ret"),
    ("code without a text", r#"{"code":0,"data":{"x":1}}"#, r#"{"code":1,"data":{"x":1}}"#, "/code"),
    (
        "a status of 1",
        r#"{"status":1,"data":{"x":1}}"#,
        r#"{"status":0,"data":{"x":1},"message":"denied"}"#,
        "/status",
    ),
    (
        "a status that is true",
        r#"{"status":true,"data":{"x":1}}"#,
        r#"{"status":false,"data":{"x":1}}"#,
        "/status",
    ),
    (
        "a result that is true",
        r#"{"result":true,"message":"ok"}"#,
        r#"{"result":false,"message":"denied"}"#,
        "/result",
    ),
    ("GraphQL with a text", r#"{"data":{"u":1}}"#, r#"{"data":{"u":1},"errors":"boom"}"#, "/errors"),
    (
        "an operation of GraphQL",
        r#"{"data":{"createUser":{"ok":true}}}"#,
        r#"{"data":{"createUser":{"ok":false}}}"#,
        "/data/createUser/ok",
    ),
    (
        "an order that is not there",
        r#"{"order_id":"7","status":"success","message":"ok"}"#,
        r#"{"order_id":"7","status":"error","message":"no such order"}"#,
        "/status",
    ),
    (
        "the id of a request",
        r#"{"request_id":"a","status":"success"}"#,
        r#"{"request_id":"b","status":"error"}"#,
        "/status",
    ),
    (
        "the id of who asks",
        r#"{"status":"success","data":{"x":1},"user_id":5}"#,
        r#"{"status":"error","data":{},"user_id":5}"#,
        "/status",
    ),
];

#[test]
fn success_that_became_failure_is_found_in_every_form() {
    for (api, success, failure, at) in PAIRS {
        let found = World::json(success).on(failure);
        assert_eq!(found, [format!("breaking outcome.success_became_error {at}")], "{api}");
        assert_eq!(World::json(success).on(success), [""; 0], "{api}");
        assert_eq!(World::json(failure).on(failure), [""; 0], "{api}");
    }
}

/// Some answer 1 where they succeed; of two examples that differ so nothing tells which is the error.
#[test]
fn a_number_that_is_one_in_a_success_and_zero_in_a_failure() {
    let world = World::json(r#"{"code":1,"data":{"x":1}}"#);
    assert_eq!(world.on(r#"{"code":0,"data":null}"#), ["breaking outcome.success_became_error /code"]);
    assert_eq!(world.on(r#"{"code":1,"data":{"x":2}}"#), [""; 0]);
}

/// Two examples of one request tell each other apart, so the documented failure is an error.
#[test]
fn a_documented_failure_that_succeeds_is_found() {
    let json = [("Content-Type", "application/json")];
    for (api, success, failure, at) in PAIRS {
        let known = World::of([failure, success].map(|body| example(200, &json, Some(body))));
        assert_eq!(known.on(success), [format!("breaking outcome.error_became_success {at}")], "{api}");
        assert_eq!(known.on(failure), [""; 0], "{api}");
    }
}

#[test]
fn a_lone_failure_that_succeeds_is_found_where_it_tells_what_happened() {
    for (failure, success, at) in [
        (r#"{"code":1234,"msg":"m"}"#, r#"{"code":0,"msg":"ok"}"#, "/code"),
        (r#"{"code":1234,"msg":"m"}"#, r#"{"code":0,"msg":"","data":{}}"#, "/code"),
        (r#"{"r":{"code":"40004","msg":"m"}}"#, r#"{"r":{"code":"10000","msg":"Success"}}"#, "/r/code"),
        (
            r#"{"data":{"create":{"ok":false,"errors":[{"message":"m"}]}}}"#,
            r#"{"data":{"create":{"ok":true,"errors":[]}}}"#,
            "/data/create/ok",
        ),
    ] {
        let found = World::json(failure).on(success);
        assert_eq!(found, [format!("breaking outcome.error_became_success {at}")], "{failure}");
        let mut world = World::json(failure);
        world.rules.ignore = vec!["/**".to_owned()];
        assert_eq!(world.on(success), [""; 0], "{failure}");
    }
}

#[test]
fn a_list_answers_the_parts_of_its_request() {
    let request = |method: &str, body: Option<&str>| RequestSpec {
        method: Some(method.to_owned()),
        body: body.map(|text| BodySpec::Raw { text: text.to_owned(), language: None }),
        ..RequestSpec::default()
    };
    let on = |request, saved: &str, arrived: &str| {
        let mut saved = Example::clone(&example(200, &[("Content-Type", "application/json")], Some(saved)));
        saved.request = Some(request);
        World::of([Arc::new(saved)]).on(arrived).iter().any(|line| line.contains("outcome."))
    };
    let (sent, failed) = (r#"[{"status":"success","code":201}]"#, r#"[{"status":"error","code":400}]"#);
    assert!(on(request("POST", Some(r#"[{"a":1}]"#)), sent, failed), "as many items as were sent");
    assert!(!on(request("POST", Some(r#"[{"a":1},{"a":2}]"#)), sent, failed), "another number of them");
    assert!(!on(request("GET", None), sent, failed), "nothing was sent");
    let (done, broken) = (
        r#"{"jobs":[{"name":"x","status":"ok","message":"fine"}]}"#,
        r#"{"jobs":[{"name":"x","status":"failed","message":"disk full"}]}"#,
    );
    assert!(!on(request("GET", None), done, broken), "jobs were asked for");
    assert!(on(request("POST", Some(r#"[{"name":"x"}]"#)), done, broken), "jobs were sent");
    let (sent, refused) =
        (r#"{"mails":[{"to":"x","success":true}]}"#, r#"{"mails":[{"to":"x","success":false}]}"#);
    assert!(on(request("POST", Some(r#"{"to":["x"]}"#)), sent, refused), "several were asked for");
    assert!(!on(request("POST", Some(r#"{"to":"x"}"#)), sent, refused), "one was asked for");
    let (found, missing) =
        (r#"{"responses":[{"status":200,"body":{}}]}"#, r#"{"responses":[{"status":404,"body":{}}]}"#);
    assert!(on(request("GET", None), found, missing), "answers within an answer");
}

#[test]
fn a_fault_of_soap_is_an_error_whatever_the_status() {
    let message = |body: &str, version: &str| {
        format!("<s:Envelope xmlns:s=\"{version}\"><s:Body>{body}</s:Body></s:Envelope>")
    };
    for version in ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"] {
        let good = message("<r/>", version);
        let fault = message("<s:Fault><faultcode>s:Server</faultcode></s:Fault>", version);
        let world = |body: &str| World::of([example(200, &XML, Some(body))]);
        let on = |saved: &str, arrived: &str| {
            lines(&world(saved).findings(&answer(200, &XML, arrived.as_bytes())))
        };
        assert_eq!(on(&good, &fault), ["breaking outcome.success_became_error "]);
        assert_eq!(on(&fault, &good), ["breaking outcome.error_became_success "]);
        assert_eq!(on(&good, &good), [""; 0]);
        assert_eq!(on(&fault, &fault), [""; 0]);
        assert_eq!(on(&fault, "<s:Envelope"), ["breaking body.not_xml "]);
        let told = world(&good).findings(&answer(200, &XML, fault.as_bytes()));
        assert_eq!(told[0].actual, "error 200 \"Server\"");
    }
}

#[test]
fn a_placeholder_says_no_code() {
    let problem = [("Content-Type", "application/problem+json")];
    let world = World::of([example(200, &problem, Some(r#"{"code":"<integer>"}"#))]);
    assert_eq!(lines(&world.findings(&answer(200, &problem, br#"{"code":7}"#))), [""; 0]);
    let world = World::json(r#"{"code":"<string>","message":"<string>"}"#);
    assert_eq!(
        world.on(r#"{"code":"X","message":"m","status":"error"}"#),
        ["breaking outcome.success_became_error /code"]
    );
}
