//! The smallest suite that is still wrong.

use super::tree::Tree;
use super::{Body, Drawn, Schemas};

/// Leaves out whatever can be left out.
pub(super) fn shrunk(mut suite: Drawn) -> Drawn {
    let is_wrong = |suite: &Drawn| suite.wrong().is_some();
    while let Some(smaller) = smaller(&suite).into_iter().find(is_wrong) {
        suite = smaller;
    }
    suite
}

fn smaller(suite: &Drawn) -> Vec<Drawn> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Drawn)| {
        let mut other = suite.clone();
        change(&mut other);
        all.push(other);
    };
    for item in (0..suite.items.len()).filter(|_| suite.items.len() > 1) {
        with(&|suite| drop(suite.items.remove(item)));
    }
    if !matches!(suite.schemas, Schemas::None) {
        with(&|suite| suite.schemas = Schemas::None);
    }
    if !suite.settings.is_empty() {
        with(&|suite| suite.settings.clear());
        let tables: Vec<&str> = suite.settings.split_inclusive("\n\n").collect();
        for left_out in (0..tables.len()).filter(|_| tables.len() > 1) {
            let kept = tables.iter().enumerate().filter(|(at, _)| *at != left_out);
            let kept: String = kept.map(|(_, table)| *table).collect();
            with(&|suite| suite.settings.clone_from(&kept));
        }
    }
    for (at, item) in suite.items.iter().enumerate() {
        for example in (0..item.examples.len()).filter(|_| item.examples.len() > 1) {
            with(&|suite| drop(suite.items[at].examples.remove(example)));
        }
        if item.method != "GET" {
            with(&|suite| suite.items[at].method = "GET");
        }
        for (number, example) in item.examples.iter().enumerate() {
            for header in 0..example.headers.len() {
                with(&|suite| drop(suite.items[at].examples[number].headers.remove(header)));
            }
            if let Body::Json(tree) = &example.body {
                for tree in trees(tree) {
                    with(&|suite| suite.items[at].examples[number].body = Body::Json(tree.clone()));
                }
            }
        }
    }
    all
}

fn trees(tree: &Tree) -> Vec<Tree> {
    match tree {
        Tree::Raw(text) if text.len() > 1 && text != "null" => vec![Tree::Raw("1".to_owned())],
        Tree::Raw(_) => Vec::new(),
        Tree::List(items) => {
            let mut all = items.clone();
            all.extend((0..items.len()).map(|at| {
                let mut fewer = items.clone();
                fewer.remove(at);
                Tree::List(fewer)
            }));
            for (at, item) in items.iter().enumerate() {
                all.extend(trees(item).into_iter().map(|smaller| {
                    let mut items = items.clone();
                    items[at] = smaller;
                    Tree::List(items)
                }));
            }
            all
        }
        Tree::Object(members) => {
            let mut all: Vec<Tree> = members.iter().map(|(_, value)| value.clone()).collect();
            all.extend((0..members.len()).map(|at| {
                let mut fewer = members.clone();
                fewer.remove(at);
                Tree::Object(fewer)
            }));
            for (at, (_, value)) in members.iter().enumerate() {
                all.extend(trees(value).into_iter().map(|smaller| {
                    let mut members = members.clone();
                    members[at].1 = smaller;
                    Tree::Object(members)
                }));
            }
            all
        }
    }
}
