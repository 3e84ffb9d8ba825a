//! What `uphold explain` prints, and the page `docs/findings.md`, which says the same of every id.

use std::fmt::Write as _;

use crate::finding::{About, FindingId, Severity};
use crate::plan::lint::LintId;

/// Something that has an id in the reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explained {
    /// A finding.
    Finding(FindingId),
    /// A lint.
    Lint(LintId),
}

impl Explained {
    /// Everything that can be explained: the findings in the order of their table, then the lints.
    pub fn all() -> impl Iterator<Item = Self> {
        let findings = FindingId::ALL.iter().copied().map(Self::Finding);
        // What is in both tables is a finding in an answer, and a lint in an example.
        let lints = LintId::ALL.iter().copied().filter(|id| FindingId::parse(id.as_str()).is_none());
        findings.chain(lints.map(Self::Lint))
    }

    /// Its id.
    pub fn id(self) -> &'static str {
        match self {
            Self::Finding(id) => id.as_str(),
            Self::Lint(id) => id.as_str(),
        }
    }

    fn level(self) -> Severity {
        match self {
            Self::Finding(id) => id.default_severity(),
            Self::Lint(id) => id.severity(),
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Finding(id) => id.explanation(),
            Self::Lint(id) => id.meaning(),
        }
    }
}

/// A line for each id: id, level, meaning.
pub fn table() -> String {
    let width = Explained::all().map(|one| one.id().len()).max().unwrap_or_default();
    Explained::all().fold(String::new(), |mut text, one| {
        let (id, level) = (one.id(), one.level().to_string());
        let _ = writeln!(text, "{id:width$}  {level:8}  {}", one.meaning());
        text
    })
}

/// What there is to know of one id: what it means, what it does to clients, what to do, and how to accept it.
///
/// ```
/// use uphold::finding::FindingId;
/// use uphold::report::explained::{Explained, explanation};
///
/// let text = explanation(Explained::Finding(FindingId::BodyFieldRemoved));
/// assert!(text.starts_with("body.field.removed (breaking)\n"));
/// assert!(text.contains("uphold accept --id body.field.removed"));
/// ```
pub fn explanation(one: Explained) -> String {
    let mut text = format!("{} ({})\n", one.id(), one.level());
    let mut part = |name: &str, lines: &[&str]| {
        for (number, line) in lines.iter().enumerate() {
            let name = if number == 0 { name } else { "" };
            let _ = writeln!(text, "  {name:15}{line}");
        }
    };
    part("means", &[one.meaning()]);
    match one {
        Explained::Lint(id) => part("cure", &[id.cure()]),
        Explained::Finding(id) => {
            let advice = id.advice();
            part("for clients", &[advice.why]);
            part("what to do", &[advice.cure]);
            for (name, lines) in ways(id) {
                part(name, &lines.iter().map(String::as_str).collect::<Vec<_>>());
            }
        }
    }
    text
}

/// How a finding is decided on: the commands and settings that its kind allows.
fn ways(id: FindingId) -> Vec<(&'static str, Vec<String>)> {
    let accept =
        ("accept it", vec![format!("uphold accept --id {id} --case CASE   (or walk: uphold review)")]);
    let waive =
        ("let it go", vec![format!("uphold waive --id {id} --case CASE --reason TEXT --until YYYY-MM-DD")]);
    let level = (
        "another level",
        vec![
            "[severity]                       # in suite.toml".to_owned(),
            format!("\"{id}\" = \"{}\"", other(id)),
        ],
    );
    match id.advice().about {
        About::Answer => vec![accept, waive, level],
        About::Run => vec![level],
        About::Environment => vec![("accept it", vec!["never: it says nothing of the API".to_owned()])],
        About::Collections => vec![("accept it", vec!["take the new collection into the suite".to_owned()])],
    }
}

/// A level that is worth choosing in place of the default one.
fn other(id: FindingId) -> &'static str {
    match id.default_severity() {
        Severity::Breaking => "warning",
        Severity::Warning | Severity::Info | Severity::Env => "off",
    }
}

/// The page `docs/findings.md`, in Markdown.
pub fn page() -> String {
    let mut page = String::from(PAGE);
    for (about, title) in TITLES {
        let _ = writeln!(page, "\n## {title}");
        let ids = FindingId::ALL.iter().copied().filter(|id| id.advice().about == *about);
        for id in ids {
            let advice = id.advice();
            let _ = write!(
                page,
                "\n### `{id}`\n\n*{}*: {}.\n\n- For clients: {}.\n- What to do: {}.\n",
                id.default_severity(),
                id.explanation(),
                advice.why,
                advice.cure
            );
        }
    }
    page
}

const TITLES: &[(About, &str)] = &[
    (About::Answer, "Of answers"),
    (About::Environment, "Of the environment"),
    (About::Run, "Of the run"),
    (About::Collections, "Of two collections"),
];

const PAGE: &str = "\
# Findings

Each difference between an answer and what it must be is a *finding*: an id, a level, a place, what was expected
and what came. This page has every id; the program says the same:

```console
$ uphold explain body.field.removed
$ uphold explain
```

`breaking` fails a case, `warning` does with `--fail-on warning`, `info` with `--fail-on info`; `env` speaks of the
environment and makes the case an error. The levels here are those where nothing else is said: `[severity]` of
[suite.toml](writing-suites.md) gives an id another one or takes it away (`off`), and learned formats, patterns and
known values are warnings ([schemas](schemas.md)). What is found in an answer can be accepted, waived or rejected
([accepting](accepting.md)). What `uphold lint` says of files has a page of its own ([lints](lints.md)).
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_explained_once_in_whole_sentences() {
        let ids: Vec<_> = Explained::all().map(Explained::id).collect();
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ids.len());
        for id in FindingId::ALL {
            let advice = id.advice();
            for text in [advice.why, advice.cure] {
                assert!(text.len() > 6 && !text.ends_with('.') && !text.contains("  "), "{id}: {text}");
            }
        }
    }

    #[test]
    fn what_may_not_be_done_is_not_shown() {
        let text = |id| explanation(Explained::Finding(id));
        assert!(!text(FindingId::EnvAuth).contains("uphold waive"), "{}", text(FindingId::EnvAuth));
        assert!(!text(FindingId::CaseGone).contains("uphold accept"));
        assert!(text(FindingId::StatusChanged).contains("\"status.changed\" = \"warning\""));
        assert!(text(FindingId::BodyFieldAdded).contains("\"body.field.added\" = \"off\""));
    }

    #[test]
    fn an_explanation_has_one_name_a_part() {
        insta::assert_snapshot!(explanation(Explained::Finding(FindingId::BodyTypeChanged)));
        insta::assert_snapshot!(explanation(Explained::Lint(LintId::NoStatus)));
    }

    #[test]
    fn the_page_is_that_of_the_program() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/findings.md");
        if std::env::var_os("UPHOLD_UPDATE").is_some() {
            std::fs::write(file, page()).unwrap();
        }
        let there = std::fs::read_to_string(file).unwrap_or_default();
        assert_eq!(
            there,
            page(),
            "UPHOLD_UPDATE=1 cargo test --lib report::explained writes docs/findings.md"
        );
    }
}
