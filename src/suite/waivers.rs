//! `waivers.toml`: findings that are let go, with a reason and a last day.

use std::collections::BTreeMap;
use std::path::Path;

use super::document::{Document, Problem};
use super::error::SuiteError;
use super::id_glob::IdGlob;
use super::name::did_you_mean;
use super::waiver_table::{Table, tables};
use crate::finding::{CaseId, FindingId, Severity};

/// The name of the file in the folder of a suite.
pub const WAIVERS: &str = "waivers.toml";

/// A longer glob becomes a regex that globset cannot compile.
const LONGEST_GLOB: usize = 4096;

/// One `[[waiver]]`.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The glob over case ids, as written.
    pub case: String,
    /// The kind of finding.
    pub id: FindingId,
    /// Where: as findings tell it, `*` for one part of a pointer and a last `**` for all below; `None` is
    /// everywhere.
    pub path: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds, in UTC: `2027-03-31`.
    pub until: String,
    /// Where it stands, from 1 on.
    pub line: usize,
    glob: IdGlob,
}

/// A waiver that is to be written.
#[derive(Debug, Clone)]
pub struct NewWaiver {
    /// A glob over case ids.
    pub case: String,
    /// The kind of finding.
    pub id: FindingId,
    /// Where; `None` is everywhere.
    pub path: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day, `2027-03-31`.
    pub until: String,
}

impl Waiver {
    /// Whether it is for this case.
    pub fn fits(&self, case: &CaseId) -> bool {
        self.glob.is_match(case)
    }

    /// Whether a path names this place of a finding: it is equal, or a pointer in which `*` stands for any one
    /// part and a last `**` for one or more.
    pub fn is_at(path: &str, at: &str) -> bool {
        if path == at {
            return true;
        }
        let (Some(path), Some(at)) = (path.strip_prefix('/'), at.strip_prefix('/')) else { return false };
        let (mut wanted, mut there) = (path.split('/').peekable(), at.split('/'));
        while let Some(want) = wanted.next() {
            let Some(part) = there.next() else { return false };
            if want == "**" && wanted.peek().is_none() {
                return true;
            }
            if want != "*" && want != part {
                return false;
            }
        }
        there.next().is_none()
    }

    /// Whether its last day is over on this day (`2027-04-01`).
    pub fn is_over(&self, today: &str) -> bool {
        // Days in this form are in the order of their texts.
        today > self.until.as_str()
    }
}

/// The waivers of this text, or everything that is wrong with it.
pub(super) fn parse(text: &str, file: &Path) -> Result<Vec<Waiver>, SuiteError> {
    let process = BTreeMap::new();
    let mut document = Document::new(text, &process);
    let whole = tables(text, &mut document);
    let waivers: Vec<Waiver> = whole.into_iter().filter_map(|table| one(table, &mut document)).collect();
    let problems: Vec<Problem> = document.into_problems();
    if problems.is_empty() {
        Ok(waivers)
    } else {
        Err(SuiteError::Settings { file: file.to_owned(), problems })
    }
}

fn one(table: Table, document: &mut Document<'_>) -> Option<Waiver> {
    let (line, _) = document.place(table.span.start);
    let Table { case: (case, at_case), id: (id, at_id), path, reason: (reason, at_reason), .. } = table;
    let (day, at_day) = table.until;
    let kind = FindingId::parse(&id);
    if kind.is_none() {
        let hint = did_you_mean(&id, FindingId::ALL.iter().map(|id| id.as_str()));
        document.problem(&at_id, format!("`id`: there is no finding `{id}`{hint}"));
    }
    if let Some(Err(why)) = kind.map(waivable) {
        document.problem(&at_id, format!("`id`: {why}"));
    }
    let glob = if case.len() > LONGEST_GLOB { None } else { IdGlob::new(&case).ok() };
    if glob.is_none() {
        document.problem(&at_case, "`case` must be a glob over case ids, such as \"shop::*\"");
    }
    let is_day = day.date.is_some() && day.time.is_none() && day.offset.is_none();
    if !is_day {
        document.problem(&at_day, "`until` must be a day, such as 2027-03-31");
    }
    if reason.trim().is_empty() {
        document.problem(&at_reason, "`reason` must say why");
    }
    Some(Waiver {
        case,
        id: kind?,
        path: path.map(|(path, _)| path),
        reason: reason.trim().to_owned(),
        until: is_day.then(|| day.to_string())?,
        line,
        glob: glob?,
    })
}

/// Whether findings of this kind can be waived, or why not and what to do instead.
pub fn waivable(id: FindingId) -> Result<(), String> {
    if id.is_of_an_answer() {
        return Ok(());
    }
    let instead = match id {
        _ if id.default_severity() == Severity::Env => {
            "mend credentials or environment, or leave the case out: `skip` in suite.toml"
        }
        FindingId::TeardownFailed => "correct `after` in suite.toml",
        _ => "`[severity]` of suite.toml can turn it off",
    };
    Err(format!("`{id}` says nothing of an answer, and only that is waived; {instead}"))
}

/// The text of `waivers.toml` with one waiver more at its end; everything before it stays as it is written.
pub fn with_waiver(text: &str, new: &NewWaiver) -> String {
    let mut text = text.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    if !text.is_empty() {
        text.push('\n');
    }
    let quoted = |value: &str| toml::Value::String(value.to_owned()).to_string();
    let path = new.path.as_ref().map(|path| format!("path = {}\n", quoted(path))).unwrap_or_default();
    let lines = [
        "[[waiver]]\n".to_owned(),
        format!("case = {}\nid = {}\n{path}", quoted(&new.case), quoted(new.id.as_str())),
        format!("reason = {}\nuntil = {}\n", quoted(new.reason.trim()), new.until),
    ];
    text.push_str(&lines.concat());
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Result<Vec<Waiver>, String> {
        parse(text, Path::new("waivers.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_waiver_is_read_with_its_line() {
        let text = "\n[[waiver]]\ncase = \"shop::*\"\nid = \"body.field.removed\"\npath = \"/a\"\nreason = \"later\"\nuntil = 2027-03-31\n";
        let waivers = parsed(text).unwrap();
        let [one] = waivers.as_slice() else { panic!("{waivers:?}") };
        assert_eq!((one.line, one.id, one.path.as_deref()), (2, FindingId::BodyFieldRemoved, Some("/a")));
        assert!(!one.is_over("2027-03-31") && one.is_over("2027-04-01") && !one.is_over("1970-01-01"));
        assert!(
            one.fits(&CaseId::from_parts(&["shop", "a", "ok"])) && !one.fits(&CaseId::from_parts(&["x"]))
        );
        assert!(parsed("").unwrap().is_empty());
    }

    #[test]
    fn a_path_names_places() {
        for (path, at, named) in [
            ("/a", "/a", true),
            ("/a", "/a/b", false),
            ("/*/b", "/a/b", true),
            ("/users/*/id", "/users/*/id", true),
            ("/a/**", "/a/b/c", true),
            ("/a/**", "/a", false),
            ("header:etag", "header:etag", true),
            ("header:etag", "header:age", false),
            ("", "", true),
            ("", "/a", false),
        ] {
            assert_eq!(Waiver::is_at(path, at), named, "{path} {at}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let whole = |id: &str, until: &str| {
            format!("[[waiver]]\ncase = \"a\"\nid = \"{id}\"\nreason = \"r\"\nuntil = {until}\n")
        };
        for (text, why) in [
            (
                whole("body.field.remved", "2027-03-31"),
                "waivers.toml:3:6: `id`: there is no finding `body.field.remved`; did you mean `body.field.removed`?",
            ),
            (whole("env.auth", "2027-03-31"), "waivers.toml:3:6: `id`: `env.auth` says nothing of an answer"),
            (whole("waiver.expired", "2027-03-31"), "`[severity]` of suite.toml can turn it off"),
            (whole("body.field.removed", "2027-03-31T00:00:00Z"), "`until` must be a day"),
            (whole("body.field.removed", "\"2027-03-31\""), "waivers.toml:5:"),
            (whole("body.field.removed", "2027-02-31"), "waivers.toml:5:"),
            ("[[waiver]]\ncase = \"a\"\n".to_owned(), "waivers.toml:1:1: `waiver.id` is missing"),
            ("[[waivers]]\n".to_owned(), "1:3: unknown key `waivers`; did you mean `waiver`?"),
            ("[waiver]\ncase = \"a\"\n".to_owned(), "1:2: `[waiver]` is one table, and waivers are a list"),
            ("waiver = 7\n".to_owned(), "1:10: `waiver` must be tables: write `[[waiver]]` above each"),
            ("waiver = [7]\n".to_owned(), "1:11: `waiver` must be a table, not this integer"),
            ("case = \"a\"\n".to_owned(), "1:1: `case` stands in no waiver: write `[[waiver]]` above it"),
            (
                "[[waiver]]\ncases = \"a\"\n".to_owned(),
                "2:1: unknown key `waiver.cases`; did you mean `case`?",
            ),
            (whole("body.field.removed", "\"tomorrow\""), "5:9: `until` must be a day, such as 2027-03-31"),
            (
                whole("body.field.removed", "\"2027-03-31\""),
                "5:9: `until` must be a day, such as 2027-03-31: leave out the quotes",
            ),
            (whole("body.field.removed", "20270331"), "5:9: `until` must be a day"),
            (
                whole("body.field.removed", "2027-03-31").replace("\"a\"", "7"),
                "2:8: `case` must be a string, not this integer",
            ),
            (
                whole("body.field.removed", "2027-03-31").replace("\"r\"", "[\"r\"]"),
                "4:10: `reason` must be a string, not an array",
            ),
            (whole("body.field.removed", "2027-03-31").replace("\"r\"", "\" \""), "`reason` must say why"),
            (whole("body.field.removed", "2027-03-31").replace("\"a\"", "\"a[\""), "`case` must be a glob"),
        ] {
            let error = parsed(&text).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(before in "(# [a-z]{0,9}\n?)?", case in "[a-z:*]{1,9}", reason in "\\PC{1,30}", path in proptest::option::of("/[a-z\"\\\\]{0,9}")) {
            prop_assume!(!reason.trim().is_empty());
            let new = NewWaiver { case: case.clone(), id: FindingId::StatusChanged, path: path.clone(), reason: reason.clone(), until: "2027-03-31".to_owned() };
            let text = with_waiver(&before, &new);
            prop_assert!(text.starts_with(&before));
            let twice = with_waiver(&text, &new);
            let waivers = parsed(&twice).unwrap();
            prop_assert_eq!(waivers.len(), 2);
            for waiver in waivers {
                prop_assert_eq!((&waiver.case, waiver.reason.as_str(), &waiver.path, waiver.until.as_str()), (&case, reason.trim(), &path, "2027-03-31"));
            }
        }
    }
}
