//! Changes of one member or value of a JSON body.

use serde_json::{Number, Value, json};

use super::change::{Change, Mutation};
use super::kind::Kind;
use super::spots::Spot;
use crate::contract::json::kind;

/// Every breaking change of one place: gone, each other type, null, and the same in a later item.
pub(super) fn mutations(spot: &Spot, body: &Value) -> Vec<Mutation> {
    let mut list = Vec::new();
    if spot.is_field {
        list.push(Mutation::new(Kind::FieldRemoved, &spot.at, "gone", Change::Remove(spot.first.clone())));
        if let Some(later) = &spot.later {
            list.push(Mutation::new(
                Kind::FieldRemovedLater,
                &spot.at,
                "gone",
                Change::Remove(later.clone()),
            ));
        }
    }
    if let Some(old) = body.pointer(&spot.first) {
        let retyped = others(old).into_iter().map(|(kind, new)| retyped(kind, spot, &spot.first, old, new));
        list.extend(retyped);
    }
    if let Some(later) = &spot.later
        && let Some(old) = body.pointer(later)
    {
        let new = if old.is_string() { json!(7) } else { json!("text") };
        list.push(retyped(Kind::TypeChangedLater, spot, later, old, new));
    }
    list
}

fn retyped(as_kind: Kind, spot: &Spot, pointer: &str, old: &Value, new: Value) -> Mutation {
    let what = format!("{} to {}", kind(old), kind(&new));
    Mutation::new(as_kind, &spot.at, what, Change::Set(pointer.to_owned(), new))
}

/// A value of each type that this one has not, as like it as can be. An integer for a fraction is
/// none: every integer is a number.
fn others(old: &Value) -> Vec<(Kind, Value)> {
    let text = match old {
        Value::Bool(_) | Value::Number(_) => old.to_string(),
        _ => "text".to_owned(),
    };
    let digits = old.as_str().and_then(|text| text.parse::<u32>().ok()).unwrap_or(7);
    let fraction = match old {
        Value::Number(number) => format!("{number}.5").parse::<Number>().ok().map(Value::Number),
        _ => None,
    };
    let in_array =
        if old.is_object() { (Kind::ObjectToArray, json!([old])) } else { (Kind::TypeChanged, json!([])) };
    let all = [
        (Kind::NullAppeared, Value::Null),
        (Kind::TypeChanged, json!(true)),
        (Kind::TypeChanged, json!(digits)),
        (
            if kind(old) == "integer" { Kind::IntegerToFraction } else { Kind::TypeChanged },
            fraction.unwrap_or_else(|| json!(7.5)),
        ),
        (Kind::TypeChanged, json!(text)),
        in_array,
        (Kind::TypeChanged, json!({})),
    ];
    let fits = |new: &Value| kind(old) != kind(new) && !(kind(old) == "number" && kind(new) == "integer");
    all.into_iter().filter(|(_, new)| fits(new)).collect()
}
