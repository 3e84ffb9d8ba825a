//! Globs over case ids, with and without the row of iteration data.

use globset::{Glob, GlobMatcher};

use crate::finding::CaseId;

/// A glob over case ids, as in `--filter` and in `match` of suite.toml.
///
/// `*` stands for any text, also across `::`. A glob fits a case of iteration data
/// (`…::example[2]`) by its id with the row, and by its id without; a number in brackets at the
/// end of a glob is the row there, not a class of characters.
///
/// ```
/// use uphold::finding::CaseId;
/// use uphold::suite::IdGlob;
///
/// let ok = CaseId::from_parts(&["shop", "get_order", "ok"]);
/// let fits = |glob: &str| IdGlob::new(glob).map(|glob| glob.is_match(&ok.with_row(2)));
/// assert_eq!(fits("*::ok"), Ok(true));
/// assert_eq!(fits("*[2]"), Ok(true));
/// assert_eq!(fits("*[12]"), Ok(false));
/// ```
#[derive(Debug, Clone)]
pub struct IdGlob {
    glob: GlobMatcher,
    /// For ids with a row, where the glob ends in one.
    row: Option<GlobMatcher>,
}

impl IdGlob {
    /// Compiles a glob.
    pub fn new(glob: &str) -> Result<Self, globset::Error> {
        let compiled = |glob: &str| Glob::new(glob).map(|glob| glob.compile_matcher());
        let row = split_row(glob).map(|(stem, row)| compiled(&format!("{stem}\\[{row}\\]")));
        Ok(Self { glob: compiled(glob)?, row: row.transpose()? })
    }

    /// Whether the id fits.
    pub fn is_match(&self, id: &CaseId) -> bool {
        let (whole, base) = (id.as_str(), id.without_row());
        if base.len() == whole.len() {
            return self.glob.is_match(whole);
        }
        match &self.row {
            Some(row) => row.is_match(whole),
            None => self.glob.is_match(base) || self.glob.is_match(whole),
        }
    }
}

/// The text before a number in brackets at the end of a glob, and that number.
pub(crate) fn split_row(glob: &str) -> Option<(&str, &str)> {
    let (stem, row) = glob.strip_suffix(']')?.rsplit_once('[')?;
    let is_row = !row.is_empty() && row.bytes().all(|b| b.is_ascii_digit()) && !stem.ends_with('\\');
    is_row.then_some((stem, row))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(glob: &str, id: &str, row: Option<usize>) -> bool {
        let id = CaseId::from_parts(&[id]);
        let id = row.map_or(id.clone(), |row| id.with_row(row));
        IdGlob::new(glob).is_ok_and(|glob| glob.is_match(&id))
    }

    #[test]
    fn a_row_at_the_end_is_a_row_only_where_there_are_rows() {
        assert!(fits("*::ok[1]", "s::ok", Some(1)) && !fits("*::ok[1]", "s::ok", Some(2)));
        assert!(fits("*[2]", "s::ok_1", Some(2)) && !fits("*[2]", "s::ok_2", Some(1)));
        assert!(fits("*_[23]", "s::ok_2", None) && !fits("*_[23]", "s::ok_2", Some(2)));
        assert!(fits("*\\[12\\]", "s::ok", Some(12)) && fits("*::o[k]", "s::ok", Some(1)));
        assert!(fits("*::ok", "s::ok", Some(7)) && !fits("*::o", "s::ok", Some(7)));
    }
}
