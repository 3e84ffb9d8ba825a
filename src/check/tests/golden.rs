//! The golden rows on drift.

use super::*;

const GOLDEN: &str = include_str!("../../../tests/fixtures/golden/drift.jsonl");

#[test]
fn golden_rows() {
    let mut rows = 0;
    for line in GOLDEN.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let name = row["name"].as_str().unwrap();
        if row.get("p50").or(row.get("second_call_of_old")).is_some() {
            // Needs earlier runs, or a second call.
            continue;
        }
        let examples = row["examples"].as_array().unwrap().iter();
        let world = World::of(examples.map(|saved| {
            let body = text(saved);
            example(status(saved), &fields(saved), body.as_deref())
        }));
        let observed = &row["observed"];
        let body = text(observed).unwrap_or_default();
        let answer = answer(status(observed), &fields(observed), body.as_bytes());
        let expectation = world.expectation(0);
        let judge = if row["values"] == true { check_with_values } else { check };
        let found = judge(&expectation, &answer);
        let mut wanted: Vec<String> = row["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| ["severity", "id", "at"].map(|key| f[key].as_str().unwrap()).join(" "))
            .collect();
        wanted.sort();
        assert_eq!(lines(&found), wanted, "{name}");
        rows += 1;
    }
    assert_eq!(rows, 31);
}

fn status(row: &Value) -> u16 {
    u16::try_from(row["status"].as_u64().unwrap()).unwrap()
}

fn fields(row: &Value) -> Vec<(&str, &str)> {
    let fields = row["headers"].as_object().into_iter().flatten();
    fields.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect()
}

fn text(row: &Value) -> Option<String> {
    row["raw"].as_str().map(str::to_owned).or_else(|| row.get("body").map(Value::to_string))
}
