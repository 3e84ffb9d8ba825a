//! Suites by chance: the examples of an item are made by one form, each a little otherwise.

use std::collections::BTreeSet;

use super::tree::Tree;
use super::words::{ENVELOPES, HEADERS, MEDIA, NAMES, SCALARS, SETTINGS, STATUSES, TEXTS};
use super::{Body, Drawn, Item, Saved, Schemas};
use crate::finding::FindingId;
use crate::mutate::draw::Dice;

/// What stands at a place, as the author of the API sees it.
#[derive(Debug, Clone)]
enum Form {
    Scalar(&'static [&'static str]),
    /// Digits of that many places, in quotes or not.
    Digits(usize, bool),
    Hex(usize),
    Uuid,
    Moment,
    List(Vec<Form>),
    Object(Vec<(&'static str, Form)>),
    /// A map with keys of that form.
    Map(Box<Form>, Box<Form>),
    Any,
}

const KEYS: &[&[&str]] = &[
    &["\"key_0\"", "\"key_1\"", "\"additionalProp1\"", "\"property2\""],
    &["\"ann@example.com\"", "\"en\"", "\"de\"", "\"2021-05-11\"", "\"bob@x.io\""],
    &["\"alpha\"", "\"beta\"", "\"gamma\"", "\"delta\""],
];

fn pick<T: Clone>(dice: &mut Dice, all: &[T]) -> T {
    all[dice.position(all.len())].clone()
}

fn chance(dice: &mut Dice, percent: u64) -> bool {
    dice.below(100) < percent
}

fn form(dice: &mut Dice, depth: usize) -> Form {
    match dice.below(if depth == 0 { 6 } else { 12 }) {
        0 => Form::Digits(pick(dice, &[2, 6, 18]), chance(dice, 50)),
        1 => pick(dice, &[Form::Hex(16), Form::Hex(24), Form::Hex(32), Form::Uuid, Form::Moment]),
        2..=5 => Form::Scalar(scalars(dice)),
        6 => {
            let mixed = if chance(dice, 25) { 2 } else { 1 };
            Form::List((0..mixed).map(|_| form(dice, depth - 1)).collect())
        }
        7 => {
            let key = match dice.below(7) {
                0 => Form::Digits(pick(dice, &[2, 7, 18]), true),
                1 => Form::Uuid,
                2 => Form::Moment,
                3 => Form::Hex(24),
                _ => Form::Scalar(pick(dice, KEYS)),
            };
            Form::Map(Box::new(key), Box::new(form(dice, depth - 1)))
        }
        8 if chance(dice, 30) => Form::Any,
        _ => {
            let count = dice.position(5) + usize::from(chance(dice, 90));
            Form::Object((0..count).map(|_| (pick(dice, NAMES), form(dice, depth - 1))).collect())
        }
    }
}

/// What no reader takes (the last) makes text of the whole body, and comes seldom.
fn scalars(dice: &mut Dice) -> &'static [&'static str] {
    let usual = &SCALARS[..SCALARS.len() - 1];
    let all = if chance(dice, 98) { usual } else { SCALARS };
    pick(dice, all)
}

fn tree(form: &Form, dice: &mut Dice) -> Tree {
    if chance(dice, 3) {
        return Tree::Raw("null".to_owned());
    }
    if chance(dice, 2) {
        let other = scalars(dice);
        return Tree::Raw((pick(dice, other)).to_owned());
    }
    match form {
        Form::Scalar(values) => Tree::Raw((pick(dice, values)).to_owned()),
        Form::Digits(places, quoted) => {
            let digits: String = (0..*places).map(|at| digit(dice, at == 0)).collect();
            if *quoted { Tree::string(&digits) } else { Tree::Raw(digits) }
        }
        Form::Hex(places) => Tree::string(&hex(*places, dice)),
        Form::Uuid => {
            let parts: Vec<String> = [8, 4, 4, 4, 12].into_iter().map(|places| hex(places, dice)).collect();
            Tree::string(&parts.join("-"))
        }
        Form::Moment => {
            let day = format!("20{}-0{}-1{}", 10 + dice.below(20), 1 + dice.below(9), dice.below(10));
            let rest = pick(dice, &["", "", "T12:57:36Z", "T01:02:03+02:00", "T01:02:03.123Z"]);
            Tree::string(&format!("{day}{rest}"))
        }
        Form::List(forms) => {
            let count = pick(dice, &[0, 1, 1, 2, 3]);
            let item = |_| {
                let form = pick(dice, forms);
                tree(&form, dice)
            };
            Tree::List((0..count).map(item).collect())
        }
        Form::Object(members) => object(members, dice),
        Form::Map(key, value) => {
            let count = pick(dice, &[0, 1, 1, 2, 3]);
            let member = |_| {
                let name = tree(key, dice).text().unwrap_or_default();
                (between_quotes(&name), tree(value, dice))
            };
            Tree::Object((0..count).map(member).collect())
        }
        Form::Any => {
            let any = self::form(dice, 1);
            tree(&any, dice)
        }
    }
}

/// Now and then a member is missing, comes twice, or is new.
fn object(members: &[(&'static str, Form)], dice: &mut Dice) -> Tree {
    let mut all = Vec::new();
    for (name, form) in members {
        if chance(dice, 92) {
            all.push(((*name).to_owned(), tree(form, dice)));
        }
        if chance(dice, 2) {
            all.push(((*name).to_owned(), tree(form, dice)));
        }
    }
    if chance(dice, 3) {
        all.push(((pick(dice, NAMES)).to_owned(), Tree::Raw("1".to_owned())));
    }
    Tree::Object(all)
}

fn between_quotes(name: &str) -> String {
    let quoted = Tree::string(name).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn digit(dice: &mut Dice, first: bool) -> char {
    pick(dice, if first { &['1', '3', '8'] } else { &['0', '2', '5'] })
}

fn hex(places: usize, dice: &mut Dice) -> String {
    (0..places).map(|_| pick(dice, &['0', '4', '7', 'a', 'c', 'f'])).collect()
}

/// A suite of one to three items.
pub(super) fn suite(dice: &mut Dice) -> Drawn {
    let items = (0..=dice.below(3)).map(|_| item(dice)).collect();
    let settings = if chance(dice, 70) { String::new() } else { settings(dice) };
    let schemas = match dice.below(10) {
        0 => Schemas::Strict,
        1..=3 => Schemas::ByHand(dice.below(u64::MAX)),
        _ => Schemas::None,
    };
    Drawn { items, settings, schemas }
}

/// One or two of the tables, the tables in which there may be only one at most once.
fn settings(dice: &mut Dice) -> String {
    let mut chosen: Vec<String> = Vec::new();
    for _ in 0..=dice.below(2) {
        let next = if chance(dice, 35) { severity(dice) } else { pick(dice, SETTINGS).to_owned() };
        let table = next.lines().next().unwrap_or_default();
        if table == "[[case]]" || chosen.iter().all(|one| !one.starts_with(table)) {
            chosen.push(next);
        }
    }
    chosen.join("\n")
}

/// Other levels for up to four findings.
fn severity(dice: &mut Dice) -> String {
    let ids: BTreeSet<&str> =
        (0..=dice.below(4)).map(|_| FindingId::ALL[dice.position(FindingId::ALL.len())].as_str()).collect();
    let mut line = |id| format!("\"{id}\" = \"{}\"\n", pick(dice, &["off", "info", "warning", "breaking"]));
    let lines: String = ids.into_iter().map(&mut line).collect();
    format!("[severity]\n{lines}")
}

fn item(dice: &mut Dice) -> Item {
    let depth = dice.position(4);
    let form = form(dice, depth);
    let some = |most: u64, dice: &mut Dice| 0..=dice.below(most);
    let statuses: Vec<Option<u16>> = some(3, dice).map(|_| pick(dice, STATUSES)).collect();
    let mut kept: Vec<_> = some(6, dice).map(|_| pick(dice, HEADERS)).collect();
    let doubled = pick(dice, HEADERS).0;
    kept.sort_unstable();
    kept.dedup_by(|a, b| a.0 == b.0 && a.0 != doubled);
    let media: Vec<&str> = some(2, dice).map(|_| pick(dice, MEDIA)).collect();
    let is_json = chance(dice, 80);
    let method = pick(dice, &["GET", "GET", "GET", "POST", "PUT", "DELETE", "HEAD"]);
    let count = dice.below(6);
    let example = |at| {
        let mut headers: Vec<(String, String)> = Vec::new();
        for (name, values) in &kept {
            if chance(dice, 90) {
                headers.push(((*name).to_owned(), (pick(dice, values)).to_owned()));
            }
        }
        if chance(dice, 92) {
            let usual = is_json && chance(dice, 80);
            let value = if usual { "application/json" } else { pick(dice, &media) };
            headers.push(("Content-Type".to_owned(), value.to_owned()));
        }
        let body = match dice.below(20) {
            0 => Body::Null,
            1 => Body::Text((pick(dice, TEXTS)).to_owned()),
            2..=6 => Body::Json(envelope(dice)),
            _ if is_json => Body::Json(tree(&form, dice)),
            _ => Body::Text((pick(dice, TEXTS)).to_owned()),
        };
        Saved { name: format!("e{at}"), status: pick(dice, &statuses), headers, body }
    };
    Item { method, examples: (0..=count).map(example).collect() }
}

/// An error in the form of one of many APIs, perhaps with one thing more.
fn envelope(dice: &mut Dice) -> Tree {
    let words = ["INVALID_DATA", "NOT_FOUND", "LIMIT_EXCEEDED", "invalid_grant", "RecordInvalid"];
    let text = pick(dice, ENVELOPES).replace("CODE", pick(dice, &words));
    let text = text.replace("NUMBER", pick(dice, &["1001", "404", "21211"]));
    let mut all = Tree::of(serde_json::from_str(&text).unwrap());
    if let Tree::Object(members) = &mut all
        && chance(dice, 25)
    {
        let more = form(dice, 2);
        members.push(((pick(dice, NAMES)).to_owned(), tree(&more, dice)));
    }
    all
}
