//! `protocolProfileBehavior`, key by key down the collection.

use serde_json::{Value, json};

use super::Bench;
use crate::message::{Delivery, HttpVersion, Omitted, Redirects};
use crate::postman::model::Warning;
use crate::postman::read::{self, ReadError};
use crate::postman::{Behavior, Collection};

/// A collection, a folder and an item with these settings.
fn nested(collection: &Value, folder: &Value, item: &Value) -> Result<Collection, ReadError> {
    let item = json!({"name": "i", "request": {"url": "http://h"}, "protocolProfileBehavior": item});
    let folder = json!({"name": "f", "item": [item], "protocolProfileBehavior": folder});
    Bench::of(&json!({"info": {"name": "t"}, "item": [folder], "protocolProfileBehavior": collection}))
        .map(|bench| bench.collection)
}

fn of(collection: &Collection) -> Behavior {
    collection.items().first().map(|placed| placed.item.behavior.clone()).unwrap_or_default()
}

fn said(notices: &[Warning]) -> Vec<String> {
    notices.iter().map(|notice| format!("{}: {}", notice.pointer, notice.message)).collect()
}

#[test]
fn what_is_said_nearest_counts_key_by_key() -> Result<(), ReadError> {
    let collection = nested(
        &json!({
            "followRedirects": true, "maxRedirects": 3, "strictSSL": false, "protocolVersion": "http2",
            "disabledSystemHeaders": {"User-Agent": true, "content-type": true}, "disableCookies": true,
        }),
        &json!({
            "maxRedirects": 0, "followOriginalHttpMethod": true, "strictSSL": true, "protocolVersion": null,
            "disabledSystemHeaders": {"accept-encoding": true, "cache-control": true, "connection": true,
                "postman-token": true, "user-agent": false},
        }),
        &json!({
            "removeRefererHeaderOnRedirect": true, "protocolVersion": "http1", "disableCookies": false,
            "insecureHTTPParser": false, "tlsDisabledProtocols": [], "followAuthorizationHeader": false,
        }),
    )?;
    let redirects =
        Redirects { follow: true, limit: 0, keep_method: true, no_referer: true, named: Vec::new() };
    let delivery = Delivery {
        redirects,
        version: HttpVersion::Http1,
        omitted: Omitted { user_agent: false, accept_encoding: true },
        no_cookies: false,
        strict_tls: Some(true),
    };
    assert_eq!(of(&collection), Behavior { delivery, ..Behavior::default() });
    assert_eq!(said(&collection.warnings), [""; 0]);
    assert_eq!(said(&collection.remarks), [""; 0]);
    Ok(())
}

#[test]
fn what_is_of_the_wrong_kind_is_told_and_counts_as_not_said() -> Result<(), ReadError> {
    let collection = nested(
        &json!({"followRedirects": true, "maxRedirects": 3, "protocolVersion": "http2", "strictSSL": true}),
        &json!(["followRedirects"]),
        &json!({
            "followRedirects": "false", "maxRedirects": -1, "protocolVersion": "http3", "strictSSL": 0,
            "disabledSystemHeaders": ["user-agent"], "disableCookies": "x".repeat(100), "disableBodyPruning": 1.5,
        }),
    )?;
    let behavior = of(&collection);
    assert!(behavior.delivery.redirects.follow && !behavior.keep_body && !behavior.delivery.no_cookies);
    assert_eq!((behavior.delivery.redirects.limit, behavior.delivery.strict_tls), (3, Some(true)));
    assert_eq!(behavior.delivery.version, HttpVersion::Http2);
    let at = "/item/0/item/0/protocolProfileBehavior";
    let holds = "; what is inherited holds";
    assert_eq!(
        said(&collection.warnings),
        [
            format!("/item/0/protocolProfileBehavior: must be an object, but is a list{holds}"),
            format!("{at}/followRedirects: `followRedirects` must be true or false, but is \"false\"{holds}"),
            format!("{at}/maxRedirects: `maxRedirects` must be a whole number from 0 on, but is -1{holds}"),
            format!(
                "{at}/protocolVersion: `protocolVersion` must be \"http1\", \"http2\" or \"auto\", but is \"http3\"{holds}"
            ),
            format!("{at}/strictSSL: `strictSSL` must be true or false, but is 0{holds}"),
            format!(
                "{at}/disabledSystemHeaders: `disabledSystemHeaders` must be an object of names, each true or false, but is [\"user-agent\"]{holds}"
            ),
            format!("{at}/disableCookies: `disableCookies` must be true or false, but is a string{holds}"),
            format!("{at}/disableBodyPruning: `disableBodyPruning` must be true or false, but is 1.5{holds}"),
        ]
    );
    Ok(())
}

#[test]
fn what_does_nothing_is_remarked() -> Result<(), ReadError> {
    let collection = nested(
        &json!({"followAuthorizationHeader": true, "folowRedirects": true}),
        &json!({"tlsDisabledProtocols": ["TLSv1_1"], "insecureHTTPParser": true}),
        &json!({"disabledSystemHeaders": {"accept": true, "host": true, "x-mine": true, "x-other": false}}),
    )?;
    let (folder, item) = ("/item/0/protocolProfileBehavior", "/item/0/item/0/protocolProfileBehavior");
    let names = format!("{item}/disabledSystemHeaders: `disabledSystemHeaders`");
    let mut remarks = said(&collection.remarks);
    remarks.sort();
    let mut expected = [
        "/protocolProfileBehavior/followAuthorizationHeader: `followAuthorizationHeader` does nothing here: \
         a redirect takes no credential to another host"
            .to_owned(),
        "/protocolProfileBehavior: `folowRedirects` is no setting of Postman that is known; it does nothing"
            .to_owned(),
        format!("{folder}/insecureHTTPParser: `insecureHTTPParser` is not supported and does nothing"),
        format!("{folder}/tlsDisabledProtocols: `tlsDisabledProtocols` is not supported and does nothing"),
        format!("{names}: `accept` is sent all the same"),
        format!("{names}: `host` is sent all the same"),
        format!("{names}: `x-mine` is no field that is added by itself"),
    ];
    expected.sort();
    assert_eq!(remarks, expected);
    assert_eq!(said(&collection.warnings), [""; 0]);
    assert_eq!(of(&collection), Behavior::default());
    Ok(())
}

#[test]
fn there_is_a_most_of_redirects() -> Result<(), ReadError> {
    for (asked, followed, warnings) in
        [(json!(100), 100, 0), (json!(101), 100, 1), (json!(18_446_744_073_709_551_615_u64), 100, 1)]
    {
        let collection = nested(&json!({"maxRedirects": asked}), &json!({}), &json!(null))?;
        assert_eq!(of(&collection).delivery.redirects.limit, followed);
        let text = "/protocolProfileBehavior/maxRedirects: `maxRedirects`: no more than 100 are followed";
        assert_eq!(said(&collection.warnings), vec![text; warnings]);
    }
    Ok(())
}

/// In the v3 form the messages name the YAML file and the place in it.
#[test]
fn settings_of_a_v3_file_are_told_by_their_own_place() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    std::fs::write(
        folder.path().join("a.request.yaml"),
        "$kind: http-request\nurl: http://h\nmethod: GET\nsettings:\n  maxRedirects: many\n  unknown: 1\n  \
         followRedirects: true\n  disabledSystemHeaders: [User-Agent, 5]\n",
    )?;
    let collection = read::collection(folder.path())?;
    let behavior = of(&collection);
    assert!(behavior.delivery.redirects.follow && behavior.delivery.omitted.user_agent);
    let places = |notices: &[Warning]| {
        let place = |notice: &Warning| {
            assert!(notice.file.ends_with("a.request.yaml"), "{notice:?}");
            notice.pointer.clone()
        };
        notices.iter().map(place).collect::<Vec<_>>()
    };
    assert_eq!(places(&collection.warnings), ["/settings/disabledSystemHeaders/1", "/settings"]);
    assert_eq!(places(&collection.remarks), ["/settings"]);
    Ok(())
}
