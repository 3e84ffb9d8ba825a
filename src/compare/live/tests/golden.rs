//! The golden rows on drift, with the only example of a row as the old server's answer.

use super::*;

const GOLDEN: &str = include_str!("../../../../tests/fixtures/golden/drift.jsonl");

#[test]
fn golden_rows_hold_between_two_servers() {
    let (mut rows, mut noisy) = (0, 0);
    for line in GOLDEN.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let name = row["name"].as_str().unwrap();
        let [old] = row["examples"].as_array().unwrap().as_slice() else { continue };
        if row.get("p50").is_some() || of_documentation(old) {
            // Needs earlier runs, or speaks of a generator's example, which no server answers with.
            continue;
        }
        let again = row.get("second_call_of_old");
        let of = cases(&json!([saved(old)]), "");
        let of = (of.0, Arc::clone(&of.1[0]));
        let answers = [sent(old), sent(&row["observed"]), sent(again.unwrap_or(old))];
        let (found, cancelled) = match compared(&of, &answers, row["values"] == true) {
            Ok(compared) => (lines(&compared.drift), compared.cancelled.len()),
            Err(finding) => (lines([&*finding]), 0),
        };
        let mut wanted: Vec<String> = row["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| {
                ["severity", "id", "at"].map(|key| f[key].as_str().unwrap()).join(" ").trim_end().to_owned()
            })
            .collect();
        wanted.sort();
        assert_eq!(found, wanted, "{name}");
        let expected =
            row.get("cancelled").map_or(0, |count| usize::try_from(count.as_u64().unwrap()).unwrap());
        assert_eq!(cancelled, expected, "{name}");
        rows += 1;
        noisy += usize::from(again.is_some());
    }
    assert_eq!((rows, noisy), (29, 2));
}

fn of_documentation(row: &Value) -> bool {
    row.to_string().contains("\"<")
}

fn status(row: &Value) -> u16 {
    u16::try_from(row["status"].as_u64().unwrap()).unwrap()
}

fn text(row: &Value) -> Option<String> {
    row["raw"].as_str().map(str::to_owned).or_else(|| row.get("body").map(Value::to_string))
}

fn saved(row: &Value) -> Value {
    let fields = row["headers"].as_object().into_iter().flatten();
    let headers: Vec<Value> = fields.map(|(name, value)| json!({"key": name, "value": value})).collect();
    json!({"name": "saved", "code": status(row), "header": headers, "body": text(row)})
}

fn sent(row: &Value) -> Answer {
    let fields = row["headers"].as_object().into_iter().flatten();
    let headers: Headers = fields.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    Answer { status: status(row), headers, body: text(row).unwrap_or_default().into() }
}
