use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;
use crate::report::samples;

fn page(sample: &samples::Sample) -> String {
    let mut out = Vec::new();
    write(&sample.run(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The code spans of the page; any markup but headings, lists, emphasis and code is an error.
fn spans(page: &str) -> Result<Vec<String>, String> {
    let mut spans = Vec::new();
    for event in Parser::new_ext(page, Options::all()) {
        match event {
            Event::Code(text) => spans.push(text.into_string()),
            Event::Start(
                Tag::Heading { .. } | Tag::List(_) | Tag::Item | Tag::Paragraph | Tag::Emphasis | Tag::Strong,
            )
            | Event::End(_)
            | Event::Text(_)
            | Event::SoftBreak => {}
            other => return Err(format!("{other:?}")),
        }
    }
    Ok(spans)
}

#[test]
fn a_page_has_what_failed_first() {
    insta::assert_snapshot!(page(&samples::ordinary()));
}

#[test]
fn a_text_stays_text() {
    for text in [
        "a`b",
        "``",
        " a ",
        "`",
        "<img src=x>",
        "[a](b) ![c](d) @all https://x.example",
        "| a |",
        "\\`",
        "x\\",
    ] {
        let span = code(text);
        assert_eq!(
            spans(&format!("- {span}: *b* {span}\n")),
            Ok(vec![text.to_owned(), text.to_owned()]),
            "{span}"
        );
    }
    assert_eq!(spans(&code("a\n# b")), Ok(vec!["a\\n# b".to_owned()]));
}

#[test]
fn what_was_waived_is_said_with_its_reason() {
    let mut sample = samples::ordinary();
    sample.cases[4].findings[1].waived = Some("until 2027-01-01: #42".to_owned());
    let page = page(&sample);
    assert!(
        page.contains(
            "### Waived\n\n- `zendesk::list_tickets::ok: header.added header:x-new: until 2027-01-01: #42`\n"
        ),
        "{page}"
    );
}

#[test]
fn what_many_cases_have_in_common_is_said_once_and_the_page_has_an_end() {
    let mut sample = samples::ordinary();
    let mut failed = sample.cases[1].clone();
    failed.findings[2].expected = "x".repeat(100_000);
    sample.cases = vec![failed; 2_000];
    let page = page(&sample);
    assert!(page.contains("- 2000 cases: breaking `status.class_changed`\n"), "{}", &page[..2_000]);
    assert!(page.len() <= LONGEST, "{}", page.len());
    let left = page.lines().find(|line| line.starts_with("- and ")).unwrap();
    assert!(left.ends_with(" more: `run.json` has all of them"), "{left}");
}

proptest! {
    #[test]
    fn no_markup_comes_from_outside(sample in samples::any_run()) {
        let page = page(&sample);
        let spans = spans(&page);
        prop_assert!(spans.is_ok(), "{spans:?}\n{page}");
        let ids = sample.cases.iter().filter(|row| row.verdict == VerdictRow::Failed);
        for row in ids {
            let shown = escape::line(&excerpt::line(&row.id, SHOWN_TEXT)).into_owned();
            prop_assert!(shown.is_empty() || spans.as_ref().unwrap().contains(&shown), "{shown:?} {page}");
        }
    }
}
