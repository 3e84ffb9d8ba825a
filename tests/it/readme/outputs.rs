//! Outputs on the pages that need a past: the lines have the form of those that the program prints.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{blocks, page};
use crate::support::{Recorder, answer, one_example, run, uphold, workspace};

/// A line without what differs from run to run: days and counts.
fn form(line: &str) -> String {
    let day = regex::Regex::new(r"\b20\d\d-\d\d-\d\d\b").unwrap();
    let count = regex::Regex::new(r"\b\d+\b").unwrap();
    count.replace_all(&day.replace_all(line, "DAY"), "N").into_owned()
}

fn block(name: &str, beginning: &str) -> Vec<String> {
    let text = page(name);
    let found = blocks(&text, "text").find(|block| block.starts_with(beginning));
    found.unwrap_or_else(|| panic!("{name}: {beginning}")).lines().map(form).collect()
}

/// Three nights: as documented; without a field; without it, and with an id that is a text.
#[test]
fn what_drift_tells_on_the_pages_is_what_it_tells() {
    let night = Arc::new(AtomicUsize::new(0));
    let tonight = Arc::clone(&night);
    let server = Recorder::with(move |_| {
        let bodies = ["{\"id\": 1, \"name\": \"a\"}", "{\"id\": 1}", "{\"id\": \"1\"}"];
        answer("200 OK", "application/json", bodies[tonight.load(Ordering::SeqCst)])
    });
    let collection = one_example("{{base}}/orders/1", 200, "{\"id\": 1, \"name\": \"a\"}");
    let folder = workspace(&[("cases/shop/shop.postman_collection.json", &collection)]);
    let mut last = String::new();
    for number in 0..3 {
        night.store(number, Ordering::SeqCst);
        last = run(uphold(folder.path()).args(["drift", "--base-url", &server.url()])).stdout;
    }
    let printed: Vec<String> = last.lines().map(form).collect();
    for line in block("README.md", "drift: new since") {
        assert!(printed.contains(&line), "{line}:\n{last}");
    }
    // Of the longer one what these nights have, too.
    let longer = block("docs/nightly.md", "drift: new since");
    let of_both = longer.iter().filter(|line| printed.contains(line)).count();
    assert!(of_both >= 4, "{longer:#?}:\n{last}");
}
