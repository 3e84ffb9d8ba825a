use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::report::samples::{HOSTILE, Sample, any_run, filled_with, ordinary};

fn page(sample: &Sample) -> String {
    let mut out = Vec::new();
    write(&sample.run(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What stands between a tag and its end, as a browser sees it: up to the first `</script`.
fn blocks<'p>(page: &'p str, open: &str, close: &str) -> Vec<&'p str> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once(open) {
        let (block, after) = after.split_once(close).unwrap();
        found.push(block);
        rest = after;
    }
    found
}

fn data(page: &str) -> (Value, Vec<Value>) {
    let blocks = blocks(page, "<script type=\"application/json\" id=\"", "</script>");
    let mut read = blocks.into_iter().map(|block| {
        let (id, json) = block.split_once("\">").unwrap();
        (id, serde_json::from_str::<Value>(json).unwrap())
    });
    let (id, run) = read.next().unwrap();
    assert_eq!(id, "run");
    let mut cases = Vec::new();
    for (at, (id, chunk)) in read.enumerate() {
        assert_eq!(id, format!("cases-{at}"));
        cases.extend(chunk.as_array().unwrap().iter().cloned());
    }
    (run, cases)
}

/// The page without what is ours in it: style, script and blocks of data.
fn markup(page: &str) -> String {
    let mut left = page.to_owned();
    for (open, close) in [("<style>", "</style>"), ("<script", "</script>")] {
        while let Some((before, rest)) = left.split_once(open) {
            let (_, after) = rest.split_once(close).unwrap();
            left = format!("{before}{after}");
        }
    }
    left
}

#[test]
fn the_policy_lets_run_what_is_there_and_nothing_else() {
    let page = page(&ordinary());
    let [style] = blocks(&page, "<style>", "</style>").try_into().unwrap();
    let [script] = blocks(&page, "<script>", "</script>").try_into().unwrap();
    let [policy] =
        blocks(&page, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\"").try_into().unwrap();
    assert_eq!(policy, policy::of(style, script));
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    assert!(page.find("http-equiv").unwrap() < page.find("<style>").unwrap());
    // A known hash, so that a policy that says nothing is seen.
    let known = policy::of("", "alert(1)");
    assert!(known.contains("style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"), "{known}");
    assert!(known.contains("script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"), "{known}");
}

#[test]
fn the_script_makes_no_markup_and_no_code_of_texts() {
    let forbidden = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "setAttribute(\"style\"",
        ".style.",
        "http://",
        "https://",
        "fetch(",
        "XMLHttpRequest",
        "import(",
        "</",
        "<!--",
    ];
    let script = SCRIPT.replace("http://www.w3.org/2000/svg", "");
    for word in forbidden {
        assert!(!script.contains(word), "{word} in the script");
    }
    for word in ["url(", "@import", "</", "http:"] {
        assert!(!STYLE.contains(word), "{word} in the style");
    }
    assert_eq!(SKELETON.matches("{{").count(), 9, "each part of the skeleton is known");
}

#[test]
fn the_data_of_an_ordinary_run() {
    let (mut run, cases) = data(&page(&ordinary()));
    run["uphold"] = Value::from("[version]");
    run["warnings"].as_array_mut().unwrap().truncate(1);
    insta::assert_snapshot!(format!("{run:#}\n{:#}", Value::from(cases)));
}

#[test]
fn a_hostile_run_leaves_the_markup_as_it_is() {
    let quiet = markup(&page(&filled_with("quiet")));
    for text in HOSTILE {
        let page = page(&filled_with(text));
        assert_eq!(page.matches("<script").count(), 3, "{text:?}");
        assert_eq!(page.matches("</script").count(), 3, "{text:?}");
        let markup = markup(&page);
        assert_eq!(markup.matches('<').count(), quiet.matches('<').count(), "{text:?}: {markup}");
        assert_eq!(markup.matches('>').count(), quiet.matches('>').count(), "{text:?}: {markup}");
        assert!(markup.chars().all(|c| c == '\n' || !escape::is_hidden(c)), "{text:?}: {markup}");
    }
}

#[test]
fn blocks_hold_fifty_cases_and_the_list_all() {
    let mut sample = ordinary();
    let row = sample.cases[1].clone();
    sample.cases = (0..=CHUNK * 2).map(|position| CaseRow { position, ..row.clone() }).collect();
    let page = page(&sample);
    let (run, cases) = data(&page);
    assert_eq!(run["cases"].as_array().unwrap().len(), CHUNK * 2 + 1);
    assert_eq!((cases.len(), run["chunk"].as_u64()), (CHUNK * 2 + 1, Some(CHUNK as u64)));
    assert!(page.contains("id=\"cases-2\"") && !page.contains("id=\"cases-3\""));
}

#[test]
fn without_scripts_the_first_that_did_not_pass_are_shown() {
    let mut sample = ordinary();
    let row = sample.cases[1].clone();
    sample.cases = (0..SHOWN_ROWS + 7).map(|position| CaseRow { position, ..row.clone() }).collect();
    let page = page(&sample);
    assert_eq!(page.matches("<tr><td>").count(), SHOWN_ROWS + 1);
    assert!(page.contains("<tr><td>and 7 more</td>"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_text_leaves_its_block_and_all_come_back(sample in any_run()) {
        let page = page(&sample);
        let chunks = sample.cases.len().div_ceil(CHUNK);
        prop_assert_eq!(page.matches("<script").count(), 2 + chunks);
        for block in blocks(&page, "<script type=\"application/json\"", "</script>") {
            let (_, json) = block.split_once('>').unwrap();
            let ends = json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']);
            prop_assert!(!ends, "{}", json);
        }
        let (run, cases) = data(&page);
        prop_assert_eq!(cases.len(), sample.cases.len());
        for ((row, listed), case) in sample.cases.iter().zip(run["cases"].as_array().unwrap()).zip(&cases) {
            prop_assert_eq!(listed["id"].as_str(), Some(row.id.as_str()));
            prop_assert_eq!(listed["reason"].as_str(), row.reason.as_deref());
            prop_assert_eq!(case["findings"][0]["hint"].as_str(), row.findings[0].hint.as_deref());
            prop_assert_eq!(case["curl"].as_str(), row.curl.as_deref());
            let exchange = row.exchange.as_ref().unwrap();
            let body = &exchange.answer.as_ref().unwrap().body.as_ref().unwrap().text;
            prop_assert_eq!(case["exchange"]["answer"]["body"]["text"].as_str(), Some(body.as_str()));
            let field = &exchange.request.headers[0];
            prop_assert_eq!(&case["exchange"]["request"]["headers"][0][0], &Value::from(field.name.as_str()));
        }
    }

    #[test]
    fn no_text_leaves_the_markup(string in any::<String>()) {
        let shown = text(&string);
        prop_assert!(!shown.contains(['<', '>', '"', '\'']));
        let back = ["&lt;", "&gt;", "&quot;", "&#39;"].iter().zip(["<", ">", "\"", "'"]);
        let back = back.fold(shown, |text, (entity, c)| text.replace(entity, c)).replace("&amp;", "&");
        let line = escape::line(&string);
        prop_assert_eq!(back, line.as_ref());
    }
}
