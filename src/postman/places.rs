//! Where the parts of a collection stand that was read from several files: [`Places`].

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Files, places and lines in them, by the JSON pointer that a part has in the model.
///
/// A collection in one file has lines alone: its pointers are the places themselves. The pointers of a
/// v3 collection are those that it would have as v2.1, so that one reader serves both; no file has
/// these places, so nothing is shown to people before [`Places::find`] has turned it into one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    known: HashMap<String, (Arc<PathBuf>, String)>,
    lines: HashMap<String, u32>,
}

impl Places {
    /// The places of a collection in one file, whose folders, items and examples begin on these lines.
    pub(super) fn in_one_file(lines: HashMap<String, u32>) -> Self {
        Self { known: HashMap::new(), lines }
    }

    /// The part with this pointer stands at that place of that file.
    pub(super) fn insert(&mut self, pointer: String, file: &Arc<PathBuf>, place: String) {
        self.known.insert(pointer, (Arc::clone(file), place));
    }

    /// The file and the pointer in it (RFC 6901) of the part, or of the nearest one around it that
    /// is known; `None` where nothing is.
    pub fn find(&self, pointer: &str) -> Option<(&Arc<PathBuf>, &str)> {
        let mut around = pointer;
        loop {
            if let Some((file, place)) = self.known.get(around) {
                return Some((file, place));
            }
            (around, _) = around.rsplit_once('/')?;
        }
    }

    /// The line, from 1, on which the folder, item or example with this pointer begins in its file;
    /// `None` for any other part, and for a part inside of a YAML file.
    pub fn line(&self, pointer: &str) -> Option<u32> {
        match self.known.get(pointer) {
            // A file of its own.
            Some((_, place)) => place.is_empty().then_some(1),
            None => self.lines.get(pointer).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_part_around_counts() {
        let mut places = Places::default();
        let (root, item) = (Arc::new(PathBuf::from("root")), Arc::new(PathBuf::from("item")));
        assert_eq!(places.find("/item/0"), None);
        places.insert(String::new(), &root, String::new());
        places.insert("/item/1".to_owned(), &item, "/x".to_owned());
        assert_eq!(places.find("/item/1/request/url"), Some((&item, "/x")));
        assert_eq!(places.find("/item/10"), Some((&root, "")));
        assert_eq!(places.find(""), Some((&root, "")));
    }
}
