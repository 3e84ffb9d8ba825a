//! The parts of a recorded answer as texts, so that its body keeps its bytes.
//!
//! The texts are valid JSON already; of any other text the parts are unspecified. Depth costs no stack.

use crate::postman::spans::{array, object, skip_space};

/// Name and value of each member of an object, in order, also of those that stand there twice; `None`
/// where the text is no object.
pub(super) fn members(text: &str) -> Option<Vec<(String, &str)>> {
    let object = object(text, skip_space(text, 0))?;
    let parts = object.members.into_iter();
    Some(parts.filter_map(|member| Some((member.name, text.get(member.value)?))).collect())
}

/// The items of an array, in order; `None` where the text is no array.
pub(super) fn items(text: &str) -> Option<Vec<&str>> {
    let items = array(text, skip_space(text, 0))?;
    Some(items.into_iter().filter_map(|item| text.get(item)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_as_written() {
        let text = r#" { "a,b" : [1, {"x": "}"}] ,"c\"":"\\","a,b":1e400, "\ud800": 2 } "#;
        let members: Vec<(String, &str)> = members(text).unwrap();
        let written: Vec<_> = members.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        assert_eq!(
            written,
            [("a,b", r#"[1, {"x": "}"}]"#), ("c\"", r#""\\""#), ("a,b", "1e400"), (r#""\ud800""#, "2")]
        );
        assert_eq!(items(r#"[ 1,"]," ,[2,3], {} ]"#).unwrap(), ["1", r#""],""#, "[2,3]", "{}"]);
        assert!(super::members("{ }").unwrap().is_empty() && items("[]").unwrap().is_empty());
        assert!(super::members("[]").is_none() && items("{}").is_none() && items("7").is_none());
        let deep = format!("[{}]", "[".repeat(100_000) + &"]".repeat(100_000));
        assert_eq!(items(&deep).map(|items| items.len()), Some(1));
    }
}
