//! Which cases are run: `--filter`, `--skip`, `--tag`.

use std::collections::BTreeSet;

use crate::finding::CaseId;
use crate::suite::id_glob::split_row;
use crate::suite::{IdGlob, did_you_mean, nearest};

/// A longer glob becomes a regex that globset cannot compile, which it takes for impossible.
const LONGEST: usize = 4096;

/// Which cases of a suite are in the plan at all. The default selects every one.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    only: Vec<Typed>,
    not: Vec<Typed>,
    tags: Vec<String>,
}

/// A glob with the text that was typed for it.
#[derive(Debug, Clone)]
struct Typed {
    text: String,
    glob: IdGlob,
}

/// A glob that does not parse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{glob}` is no valid glob: {why}")]
pub struct GlobError {
    /// As typed.
    pub glob: String,
    /// What is wrong.
    pub why: String,
}

impl Selection {
    /// Selects the cases whose id fits one of `filter` (all, where it is empty) and none of `skip`,
    /// and that have one of the tags (where any is given).
    ///
    /// In a glob `*` stands for any text, also across `::`; `?` for one character; `{a,b}` for one
    /// of both; `[ab]` for one of the characters. A text without any of these fits every id that
    /// it is a part of. For cases of iteration data see [`IdGlob`].
    ///
    /// ```
    /// use uphold::finding::CaseId;
    /// use uphold::plan::Selection;
    ///
    /// let selection = Selection::new(&["*::success*".to_owned()], &[], &[])?;
    /// assert!(selection.takes(&CaseId::from_parts(&["zoho", "update_user", "success_response"]), &[]));
    /// # Ok::<(), uphold::plan::GlobError>(())
    /// ```
    pub fn new(filter: &[String], skip: &[String], tags: &[String]) -> Result<Self, GlobError> {
        Ok(Self { only: globs(filter)?, not: globs(skip)?, tags: tags.to_vec() })
    }

    /// Whether every case is in.
    pub fn is_all(&self) -> bool {
        self.only.is_empty() && self.not.is_empty() && self.tags.is_empty()
    }

    /// What to say of each `--filter` and `--skip` that no case fits, and each `--tag` that there is not; `ids` and
    /// `tags` are all that the suites have.
    pub fn idle(&self, ids: &[CaseId], tags: &[&str]) -> Vec<String> {
        let untold = self.tags.iter().filter(|tag| !tags.contains(&tag.as_str()));
        let untold = untold.map(|tag| {
            format!("--tag: no suite.toml gives the tag `{tag}`{}", did_you_mean(tag, tags.iter().copied()))
        });
        let all = self.only.iter().map(|glob| ("--filter", glob));
        all.chain(self.not.iter().map(|glob| ("--skip", glob)))
            // Rows of iteration data are no part of these ids.
            .filter(|(_, typed)| split_row(&typed.text).is_none())
            .filter(|(_, typed)| !ids.iter().any(|id| typed.glob.is_match(id)))
            .map(|(option, Typed { text, .. })| {
                format!("{option}: no case fits `{text}`{}", meant(text, ids.iter().map(CaseId::as_str)))
            })
            .chain(untold)
            .collect()
    }

    /// Whether the case is in.
    pub fn takes(&self, id: &CaseId, tags: &[String]) -> bool {
        (self.only.is_empty() || self.only.iter().any(|typed| typed.glob.is_match(id)))
            && !self.not.iter().any(|typed| typed.glob.is_match(id))
            && (self.tags.is_empty() || self.tags.iter().any(|tag| tags.contains(tag)))
    }
}

/// `; did you mean …?` with the id, the part of one, or the glob with the part in it that is like what was typed.
pub fn meant<'i>(typed: &str, ids: impl Iterator<Item = &'i str>) -> String {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for id in ids {
        names.insert(id);
        names.extend(id.split("::"));
    }
    if let Some(whole) = nearest(typed, names.iter().copied()) {
        return format!("; did you mean `{whole}`?");
    }
    // The parts of what was typed that are no part of any id, each for the nearest that is.
    let mut mended = typed.to_owned();
    for part in typed.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|part| !part.is_empty()) {
        match nearest(part, names.iter().copied().filter(|name| !name.contains("::"))) {
            Some(name) if name != part => mended = mended.replacen(part, name, 1),
            Some(_) | None => {}
        }
    }
    if mended == typed { String::new() } else { format!("; did you mean `{mended}`?") }
}

fn globs(texts: &[String]) -> Result<Vec<Typed>, GlobError> {
    let compiled = |text: &String| {
        if text.len() > LONGEST {
            let why = format!("it has {} bytes, more than {LONGEST}", text.len());
            return Err(GlobError { glob: text.chars().take(20).chain(['…']).collect(), why });
        }
        let stem = split_row(text).map_or(text.as_str(), |(stem, _)| stem);
        let pattern = match (stem.contains(['*', '?', '[', '{']), stem.len() == text.len()) {
            (true, _) => text.clone(),
            (false, true) => format!("*{text}*"),
            // A text that ends in a row ends where the id ends.
            (false, false) => format!("*{text}"),
        };
        let glob = IdGlob::new(&pattern);
        let glob = glob.map_err(|e| GlobError { glob: text.clone(), why: e.kind().to_string() })?;
        Ok(Typed { text: text.clone(), glob })
    };
    texts.iter().map(compiled).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> CaseId {
        CaseId::from_parts(&[text])
    }

    #[test]
    fn filter_skip_and_tags_all_hold() {
        let some = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let selection = Selection::new(&some(&["zoho*"]), &some(&["*::slow"]), &some(&["nightly"])).unwrap();
        assert!(selection.takes(&id("zoho::a::b"), &some(&["nightly"])));
        assert!(!selection.takes(&id("zoho::a::slow"), &some(&["nightly"])));
        assert!(!selection.takes(&id("zoho::a::b"), &some(&["daily"])));
        assert!(!selection.takes(&id("zendesk::a"), &some(&["nightly"])));
    }

    #[test]
    fn what_fits_no_case_is_told_with_what_was_meant() {
        let ids = [
            CaseId::from_parts(&["shop", "get_order", "ok"]),
            CaseId::from_parts(&["shop", "pay", "no_money"]),
        ];
        let idle = |filter: &str| Selection::new(&[filter.to_owned()], &[], &[]).unwrap().idle(&ids, &[]);
        for (typed, meant) in [
            ("get_ordr", "; did you mean `get_order`?"),
            ("shop::get_ordre::ok", "; did you mean `shop::get_order::ok`?"),
            ("*::get_oder::*", "; did you mean `*::get_order::*`?"),
            ("something else", ""),
        ] {
            assert_eq!(idle(typed), [format!("--filter: no case fits `{typed}`{meant}")]);
        }
        assert!(idle("order").is_empty() && idle("*::ok[7]").is_empty());
        let skip = Selection::new(&[], &["pya".to_owned()], &[]).unwrap().idle(&ids, &[]);
        assert_eq!(skip, ["--skip: no case fits `pya`; did you mean `pay`?"]);
        let tagged = Selection::new(&[], &[], &["nigthly".to_owned(), "slow".to_owned()]).unwrap();
        assert_eq!(
            tagged.idle(&ids, &["nightly", "slow"]),
            ["--tag: no suite.toml gives the tag `nigthly`; did you mean `nightly`?"]
        );
    }

    #[test]
    fn plain_text_is_searched_for() {
        let selection = Selection::new(&["update".to_owned()], &[], &[]).unwrap();
        assert!(selection.takes(&id("zoho::update_user::ok"), &[]));
    }

    #[test]
    fn rows_are_chosen_together_or_alone() {
        let takes = |filter: &str, row| {
            let selection = Selection::new(&[filter.to_owned()], &[], &[]).unwrap();
            selection.takes(&id("zoho::update_user::ok").with_row(row), &[])
        };
        for filter in ["update", "*::ok", "*[2]", "ok[2]", "*::ok\\[2\\]"] {
            assert!(takes(filter, 2), "{filter}");
        }
        assert!(takes("update", 12) && !takes("ok[2]", 12) && !takes("*[2]", 12));
    }

    #[test]
    fn a_bad_glob_is_named() {
        let error = Selection::new(&["a[".to_owned()], &[], &[]).unwrap_err();
        assert_eq!(error.glob, "a[");
        let error = Selection::new(&["*".repeat(100_000)], &[], &[]).unwrap_err();
        assert!(error.to_string().contains("100000 bytes"), "{error}");
    }
}
