//! Places in files as links that a terminal opens (OSC 8).

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in the path of a URL.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'_').remove(b'-').remove(b'~');

/// Where relative files are, for a terminal that opens links.
#[derive(Debug, Clone)]
pub struct Links {
    folder: PathBuf,
}

impl Links {
    /// Files are relative to this folder, which is an absolute path.
    pub fn from(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The text, which holds no control characters, as a link to a line of the file. The address holds none either:
    /// all but plain characters is percent-encoded.
    pub(super) fn link(&self, file: &str, line: Option<u32>, text: &str) -> String {
        let path = self.folder.join(file);
        let address = utf8_percent_encode(&path.to_string_lossy(), PATH).to_string();
        let line = line.map(|line| format!("#{line}")).unwrap_or_default();
        format!("\u{1b}]8;;file://{address}{line}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_nothing_but_its_text_and_a_plain_address() {
        let links = Links::from(Path::new("/home/ann/my shop"));
        assert_eq!(
            links.link("cases/a;b\u{1b}\\\u{7}ü.json", Some(7), "shown"),
            "\u{1b}]8;;file:///home/ann/my%20shop/cases/a%3Bb%1B%5C%07%C3%BC.json#7\u{1b}\\shown\u{1b}]8;;\u{1b}\\"
        );
        assert!(links.link("/tmp/x.json", None, "x").starts_with("\u{1b}]8;;file:///tmp/x.json\u{1b}\\x"));
    }
}
