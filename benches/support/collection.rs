//! A large collection: the largest of the folder that `UPHOLD_CORPUS` names, else one made in memory.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::Failure;

/// The file; one that is made lies in `dir`.
pub(crate) fn chosen(dir: &Path) -> Result<PathBuf, Failure> {
    match std::env::var_os("UPHOLD_CORPUS") {
        Some(corpus) => largest(Path::new(&corpus)),
        None => made(dir),
    }
}

fn largest(corpus: &Path) -> Result<PathBuf, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(corpus)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(".postman_collection.json") {
            files.push((entry.metadata()?.len(), entry.path()));
        }
    }
    let (_, file) = files.into_iter().max().ok_or("no collection in UPHOLD_CORPUS")?;
    Ok(file)
}

/// 1,000 requests with a documented success and six errors each, as generators write them.
fn made(dir: &Path) -> Result<PathBuf, Failure> {
    let record = json!({
        "id": "<string>", "name": "<string>", "created": "<dateTime>", "enabled": "<boolean>",
        "owner": { "id": "<string>", "type": "IDENTITY", "name": "<string>" },
        "attributes": { "count": "<integer>", "ratio": "<number>", "tags": ["<string>", "<string>"] },
    });
    let success = json!({ "records": vec![record; 10], "total": "<integer>" }).to_string();
    let error = json!({
        "detailCode": "400.1 Bad Request Content", "trackingId": "e7eab60924f64aa284175b9fa3309599",
        "messages": [{ "locale": "en-US", "localeOrigin": "DEFAULT", "text": "x".repeat(1_000) }],
    })
    .to_string();
    let description = "A parameter that is described at some length. ".repeat(20);
    let item = |n: usize| {
        let request = json!({
            "method": if n.is_multiple_of(3) { "POST" } else { "GET" },
            "header": [{ "key": "Accept", "value": "application/json" }],
            "url": {
                "host": ["{{baseUrl}}"], "path": [format!("things-{n}"), ":id"],
                "query": [{ "key": "limit", "value": "<integer>", "description": description }],
                "variable": [{ "key": "id", "value": "<string>", "description": description }],
            },
        });
        let answer = |code: u16| {
            json!({
                "name": format!("answer {code}"), "originalRequest": request, "code": code,
                "header": [{ "key": "Content-Type", "value": "application/json" }],
                "body": if code == 200 { &success } else { &error },
            })
        };
        let answers: Vec<Value> = [200, 400, 401, 403, 404, 429, 500].map(answer).into();
        json!({ "name": format!("thing {n}"), "request": request, "response": answers })
    };
    let collection = json!({
        "info": { "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json", "name": "made" },
        "auth": { "type": "bearer", "bearer": [{ "key": "token", "value": "{{token}}" }] },
        "item": (0..1_000).map(item).collect::<Vec<_>>(),
    });
    let file = dir.join("made.postman_collection.json");
    fs::write(&file, collection.to_string())?;
    Ok(file)
}
