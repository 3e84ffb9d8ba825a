//! From the errors of a schema to findings.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use super::found::{Collector, Found};
use super::shape::place;
use super::show;
use crate::contract::pointer::Place;
use crate::contract::schema::{Origin, Schema};
use crate::finding::{FindingId, Severity};

/// What the schema refuses.
pub(super) fn check(schema: &Schema, body: &Value, found: &mut Collector<'_>) {
    match schema.errors(body) {
        Ok(errors) => errors.for_each(|error| one(&error, schema, body, found)),
        Err(why) => {
            let why = show::cut(&format!("the schema does not compile: {why}"));
            let broken = Found::new(FindingId::SchemaViolation, Place::default(), "a schema", why);
            found.push(broken.level(Severity::Env));
        }
    }
}

fn one(error: &ValidationError<'_>, schema: &Schema, body: &Value, found: &mut Collector<'_>) {
    let place = place(schema, error.instance_path().as_str(), body);
    let value = error.instance().as_ref();
    let origin = schema.origin(error);
    let marks = Marks::of(&origin);
    match error.kind() {
        Kind::Type { kind } => found.push(wrong_type(&names(kind), value, place, marks)),
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let expected = format!("`{name}`");
            found.push(Found::new(FindingId::BodyFieldRemoved, place.member(name), expected, "absent"));
        }
        Kind::Enum { options } => {
            let expected = options.as_array().map(|all| all.iter().map(show::value).collect::<Vec<_>>());
            let expected = show::cut(&format!("one of {}", expected.unwrap_or_default().join(", ")));
            found.push(Found::new(FindingId::BodyEnumNewValue, place, expected, show::value(value)));
        }
        Kind::Constant { expected_value } => {
            let expected = show::value(expected_value);
            found.push(Found::new(FindingId::BodyEnumNewValue, place, expected, show::value(value)));
        }
        Kind::Format { .. } | Kind::Pattern { .. } => {
            found.push(wrong_form(error.kind(), value, place, marks));
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                found.push(closed(name, &place, value));
            }
        }
        Kind::PropertyNames { error } => wrong_key(error, schema, &place, found),
        Kind::MinItems { limit } => {
            let expected =
                format!("at least {}", show::counted(usize::try_from(*limit).unwrap_or(0), "item"));
            found.push(Found::new(FindingId::BodyArrayBecameEmpty, place, expected, show::value(value)));
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            branch(context, place, value, schema, body, found);
        }
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } | Kind::Referencing(_) => {
            found.push(unusable(error, &origin, place));
        }
        other => {
            let rule = rule(other, &origin);
            found.push(Found::new(FindingId::SchemaViolation, place, rule, show::value(value)));
        }
    }
}

/// The schema's fault, not the API's: the case errors.
fn unusable(error: &ValidationError<'_>, origin: &Origin<'_>, place: Place) -> Found {
    let file = origin.file.map(|file| format!("{} ", file.display())).unwrap_or_default();
    let why = show::cut(&format!("{file}{}: {error}", origin.keyword));
    let mut finding = Found::new(FindingId::SchemaViolation, place, "a schema that can be used", why);
    finding.hint = Some(match error.kind() {
        Kind::Referencing(_) => "write the schema so that it can be checked".to_owned(),
        _ => "write the pattern without nested repetition, so that it can be checked".to_owned(),
    });
    finding.level(Severity::Env)
}

/// A text in another form than the schema asks for.
fn wrong_form(kind: &Kind, value: &Value, place: Place, marks: Marks<'_>) -> Found {
    let expected = match kind {
        Kind::Format { format } => format!("format {format}"),
        Kind::Pattern { pattern } if pattern == "^[0-9]+$" => "digits".to_owned(),
        Kind::Pattern { pattern } => show::cut(&format!("pattern {pattern}")),
        other => other.keyword().to_owned(),
    };
    let id = match value.as_str() {
        Some("") => FindingId::BodyStringBecameEmpty,
        _ => FindingId::BodyFormatChanged,
    };
    Found::new(id, place, expected, show::value(value)).level(marks.level())
}

/// A name that is no key of this map.
fn wrong_key(error: &ValidationError<'_>, schema: &Schema, map: &Place, found: &mut Collector<'_>) {
    let name = error.instance().as_str().unwrap_or_default();
    let origin = schema.origin(error);
    let expected = match error.kind() {
        Kind::Pattern { pattern } if pattern == "^[0-9]+$" => "a key of digits".to_owned(),
        Kind::Pattern { pattern } => show::cut(&format!("a key of pattern {pattern}")),
        Kind::Format { format } => format!("a key of format {format}"),
        other => show::cut(&format!("a key by the rule {}", rule(other, &origin))),
    };
    let actual = show::cut(&format!("`{name}`"));
    let id = FindingId::BodyMapKeyShape;
    found.push(Found::new(id, map.map_key(name), expected, actual).level(Marks::of(&origin).level()));
}

/// The rule that is broken, in words where it has a common one, else as it stands in the schema.
fn rule(kind: &Kind, origin: &Origin<'_>) -> String {
    let count = |n: u64, what: &str| show::counted(usize::try_from(n).unwrap_or(usize::MAX), what);
    match kind {
        Kind::FalseSchema => "no value at all".to_owned(),
        Kind::Minimum { limit } => format!("at least {}", show::value(limit)),
        Kind::Maximum { limit } => format!("at most {}", show::value(limit)),
        Kind::ExclusiveMinimum { limit } => format!("more than {}", show::value(limit)),
        Kind::ExclusiveMaximum { limit } => format!("less than {}", show::value(limit)),
        Kind::MultipleOf { multiple_of } => format!("a multiple of {}", show::value(multiple_of)),
        Kind::MinLength { limit } => format!("at least {}", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("at most {}", count(*limit, "character")),
        Kind::MaxItems { limit } => format!("at most {}", count(*limit, "item")),
        Kind::AdditionalItems { limit } => format!("at most {}", show::counted(*limit, "item")),
        Kind::MinProperties { limit } => format!("at least {}", count(*limit, "member")),
        Kind::MaxProperties { limit } => format!("at most {}", count(*limit, "member")),
        Kind::UniqueItems => "no two equal items".to_owned(),
        other => as_it_stands(other, origin.document.pointer(&origin.keyword)),
    }
}

fn as_it_stands(kind: &Kind, rule: Option<&Value>) -> String {
    match (kind, rule) {
        (Kind::OneOfMultipleValid { .. }, Some(Value::Array(all))) => {
            format!("exactly one of {}", show::counted(all.len(), "schema"))
        }
        (kind, Some(rule)) => show::cut(&format!("{} {rule}", kind.keyword())),
        (kind, None) => kind.keyword().to_owned(),
    }
}

/// A member that the author of the schema closed out.
fn closed(name: &str, place: &Place, value: &Value) -> Found {
    let actual = value.get(name).map_or_else(|| "present".to_owned(), show::value);
    Found::new(FindingId::BodyFieldAdded, place.member(name), "no such member", actual)
        .level(Severity::Breaking)
}

fn wrong_type(expected: &[&str], value: &Value, place: Place, marks: Marks<'_>) -> Found {
    let numeric = expected.contains(&"integer") || expected.contains(&"number");
    let (id, level) = if place.at.is_empty() {
        (FindingId::BodyRootTypeChanged, Severity::Breaking)
    } else if value.is_null() {
        (FindingId::BodyNullAppeared, Severity::Breaking)
    } else if value.is_number() && expected.contains(&"integer") {
        (FindingId::BodyTypeWidened, Severity::Breaking)
    } else if marks.documentation && numeric && value.is_string() {
        // Generators write `integer` for ids that travel as strings.
        (FindingId::BodyTypeChanged, Severity::Warning)
    } else {
        (FindingId::BodyTypeChanged, Severity::Breaking)
    };
    Found::new(id, place, expected.join(" or "), show::kind(value)).level(level)
}

/// The errors of the branch that came furthest: of the one whose type fits, the one whose errors
/// lie deepest. Where no type fits, the value is of another type than all of them.
fn branch(
    context: &[Vec<ValidationError<'static>>],
    place: Place,
    value: &Value,
    schema: &Schema,
    body: &Value,
    found: &mut Collector<'_>,
) {
    let here = |error: &ValidationError<'_>| match error.kind() {
        Kind::Type { kind } if error.instance_path().as_str() == place.concrete => Some(names(kind)),
        _ => None,
    };
    let depth = |errors: &&Vec<ValidationError<'_>>| {
        errors.iter().map(|error| error.instance_path().as_str().matches('/').count()).max()
    };
    let fitting =
        context.iter().filter(|errors| !errors.is_empty() && !errors.iter().any(|e| here(e).is_some()));
    if let Some(errors) = fitting.max_by_key(depth) {
        for error in errors {
            one(error, schema, body, found);
        }
        return;
    }
    let mut expected: Vec<&str> = context.iter().flatten().filter_map(here).flatten().collect();
    expected.sort_unstable();
    expected.dedup();
    found.push(wrong_type(&expected, value, place, Marks::default()));
}

fn names(kind: &TypeKind) -> Vec<&'static str> {
    let name = |kind: JsonType| match kind {
        JsonType::Array => "array",
        JsonType::Boolean => "boolean",
        JsonType::Integer => "integer",
        JsonType::Null => "null",
        JsonType::Number => "number",
        JsonType::Object => "object",
        JsonType::String => "string",
    };
    match kind {
        TypeKind::Single(kind) => vec![name(*kind)],
        TypeKind::Multiple(kinds) => kinds.iter().map(name).collect(),
    }
}

/// The marks beside a keyword: they say that it only hints.
#[derive(Clone, Copy, Default)]
struct Marks<'s> {
    documentation: bool,
    level: Option<&'s str>,
}

impl<'s> Marks<'s> {
    /// The marks in the schema that holds the keyword.
    fn of(origin: &Origin<'s>) -> Self {
        let holder = origin.keyword.rsplit_once('/').and_then(|(holder, _)| origin.document.pointer(holder));
        let mark = |name| holder.and_then(|schema| schema.get(name)).and_then(Value::as_str);
        Self { documentation: mark("x-from") == Some("documentation"), level: mark("x-level") }
    }

    fn level(self) -> Severity {
        match self.level {
            Some("warning") => Severity::Warning,
            Some("info") => Severity::Info,
            _ => Severity::Breaking,
        }
    }
}
