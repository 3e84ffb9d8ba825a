use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::postman::spot::At;

fn drawn(name: &str, text: &str, at: At, width: usize) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    let snippet = Snippet::of(&Spot { file, at }, width)?;
    Some(format!("{}\n{}{}", snippet.line, snippet.before, snippet.mark))
}

#[test]
fn the_mark_stands_below_the_word() {
    let toml = "[target]\n\twirtes = true\n";
    let wanted = "   2 |     wirtes = true\n     |     ^^^^^^";
    assert_eq!(drawn("s.toml", toml, At::Character(2, 2), 80).unwrap(), wanted);
    let wide = "{\"日本\": [1, x]}";
    let wanted = "   1 | {\"日本\": [1, x]}\n     |              ^";
    assert_eq!(drawn("w.json", wide, At::Character(1, 12), 80).unwrap(), wanted);
    let pointed = drawn("p.json", "{\n \"item\": {\"a\": 1}}", At::Pointer("/item".into()), 80);
    assert_eq!(pointed.unwrap(), "   2 |  \"item\": {\"…\": …}}\n     |          ^");
}

#[test]
fn the_end_of_a_line_and_of_a_file_have_a_mark() {
    let wanted = "   1 | [1,\n     |    ^";
    assert_eq!(drawn("a.json", "[1,", At::Character(1, 4), 80).unwrap(), wanted);
    assert_eq!(drawn("a.json", "[1,\r\n]", At::Character(1, 4), 80).unwrap(), wanted);
    assert_eq!(
        drawn("a.json", "[1,\n", At::Character(2, 1), 80).unwrap(),
        "   2 |\n     | ^".replace("|\n", "| \n")
    );
    assert_eq!(drawn("a.json", "[1,\n", At::Character(3, 1), 80), None);
}

#[test]
fn a_line_without_end_is_cut_around_the_place() {
    let text =
        format!("{{{}\"here\": x, {}}}", "\"name\": 1, ".repeat(10_000), "\"name\": 1, ".repeat(10_000));
    let at = text.find("x,").unwrap();
    let shown = drawn("m.json", &text, At::Byte(1, at + 1), 80).unwrap();
    let (line, mark) = shown.split_once('\n').unwrap();
    assert!(line.width() <= 80 && line.contains("\"here\": x") && line.contains("| …"), "{shown}");
    let column = mark.find('^').unwrap();
    assert_eq!(line.chars().nth(column), Some('x'), "{shown}");
}

#[test]
fn what_reaches_a_terminal_is_safe() {
    let shown = drawn("e.toml", "\u{1b}[2J##[error] = 1", At::Character(1, 9), 80);
    assert!(shown.is_none_or(|shown| !shown.contains('\u{1b}') && !shown.contains("##[")));
    assert_eq!(Snippet::of(&Spot::character(Path::new("/dev/null"), 1, 1), 80), None);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Snippet::of(&Spot::character(folder.path(), 1, 1), 80), None);
    assert_eq!(Snippet::of(&Spot::character(&folder.path().join("gone"), 1, 1), 80), None);
    assert_eq!(
        drawn("w.json", "\u{feff}{\"a\": x}", At::Character(1, 7), 80).unwrap(),
        "   1 | {\"a\": x}\n     |       ^"
    );
}

proptest! {
    #[test]
    fn every_line_fits_and_has_its_mark(text in "[a-z\"{}:,=\t 日\u{1b}\u{202e}#\\[\n]{0,200}", line in 1usize..4, column in 1usize..120, width in 0usize..200) {
        for name in ["x.toml", "x.json", "x.yaml", "x.csv"] {
            if let Some(shown) = drawn(name, &text, At::Character(line, column), width) {
                let (line, mark) = shown.split_once('\n').unwrap();
                prop_assert!(line.width() <= width.max(NARROWEST) + 1, "{}", shown);
                prop_assert!(mark.ends_with('^') && mark.width() <= width.max(NARROWEST) + 1, "{}", shown);
                prop_assert!(escape::line(line) == line, "{}", shown);
            }
        }
    }
}
