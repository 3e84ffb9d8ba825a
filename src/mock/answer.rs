//! Answers as HTTP, and those of the mock's own where there is no example.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::asked::Asked;
use super::catalogue::{Entry, Route};
use super::credential::Credential;
use crate::message::Answer;

/// An answer as HTTP; fields that are none (a name that is no token) are left out.
pub(super) fn response(answer: &Answer) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.body.clone()));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    for (name, value) in answer.headers.iter() {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_bytes(value.as_bytes()))
        {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// The bare answer where a credential is missing and the item documents no 401.
pub(super) fn unauthorised(route: &Route) -> Response<Body> {
    let places: Vec<String> = route
        .credentials
        .iter()
        .map(|place| match place {
            Credential::Header(name) => format!("header {name}"),
            Credential::Query(name) => format!("query parameter {name}"),
        })
        .collect();
    let scheme = route
        .request
        .headers
        .get("authorization")
        .and_then(|value| value.split_once(' '))
        .map_or("Bearer", |(scheme, _)| scheme);
    let mut response =
        own(StatusCode::UNAUTHORIZED, &json!({ "error": "no credential arrived", "expected": places }));
    let challenge = format!("{scheme} realm=\"uphold mock\"");
    if let Ok(challenge) = HeaderValue::try_from(challenge) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// The answer to a request that no example answers: what was asked for, and what comes closest.
pub(super) fn nothing(asked: &Asked<'_>, closest: &[&Entry]) -> Response<Body> {
    let mut question = json!({ "method": asked.method, "target": asked.target });
    for name in ["x-mock-response-id", "x-mock-response-name", "x-mock-response-code"] {
        if let (Some(wish), Some(question)) = (asked.wish(name), question.as_object_mut()) {
            question.insert(name.to_owned(), Value::from(wish));
        }
    }
    let closest: Vec<Value> = closest
        .iter()
        .filter_map(|entry| {
            let request = &entry.route.as_ref()?.request;
            Some(json!({ "id": entry.case.id.as_str(), "name": entry.case.example.name,
                "method": request.method, "path": request.path() }))
        })
        .collect();
    own(
        StatusCode::NOT_FOUND,
        &json!({ "error": "no example answers this request", "asked": question, "closest": closest }),
    )
}

/// The answer to a request body over the limit.
pub(super) fn too_large(limit: usize) -> Response<Body> {
    own(
        StatusCode::PAYLOAD_TOO_LARGE,
        &json!({ "error": format!("the request body is incomplete or larger than {limit} bytes") }),
    )
}

/// An answer of the mock's own.
fn own(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
