//! Values that are put together: names, addresses, sentences, numbers with check digits.

use fake::locales::{Data, EN};

use super::dice::Dice;
use super::words;

/// Lower-case letters and digits of a name, as host and mailbox names have them.
fn slug(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// RFC 9562 §5.4.
pub(super) fn uuid(dice: &mut Dice) -> String {
    let variant = dice.pick(&["8", "9", "a", "b"]);
    dice.pattern(&format!("%%%%%%%%-%%%%-4%%%-{variant}%%%-%%%%%%%%%%%%"))
}

pub(super) fn iso_time(dice: &mut Dice) -> String {
    dice.now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// A moment up to so many days before (negative) or after now, as `String(new Date())` of
/// JavaScript in UTC.
pub(super) fn date(dice: &mut Dice, days: i64) -> String {
    let format = "%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)";
    dice.moment(days * 86_400).strftime(format).to_string()
}

pub(super) fn first_name(dice: &mut Dice) -> String {
    dice.pick(EN::NAME_FIRST_NAME).to_owned()
}

pub(super) fn last_name(dice: &mut Dice) -> String {
    dice.pick(EN::NAME_LAST_NAME).to_owned()
}

pub(super) fn full_name(dice: &mut Dice) -> String {
    format!("{} {}", first_name(dice), last_name(dice))
}

pub(super) fn user_name(dice: &mut Dice) -> String {
    let plain = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let (first, last) = (plain(&first_name(dice)), plain(&last_name(dice)));
    let number = dice.below(100);
    match dice.below(3) {
        0 => format!("{first}{number}"),
        1 => format!("{first}.{last}"),
        _ => format!("{first}_{last}{number}"),
    }
}

pub(super) fn email(dice: &mut Dice, hosts: &[&str]) -> String {
    format!("{}@{}", user_name(dice), dice.pick(hosts))
}

pub(super) fn domain_word(dice: &mut Dice) -> String {
    slug(&first_name(dice))
}

pub(super) fn domain(dice: &mut Dice) -> String {
    format!("{}.{}", domain_word(dice), dice.pick(words::TOP_LEVELS))
}

pub(super) fn avatar(dice: &mut Dice) -> String {
    let name = format!("{}_{}", domain_word(dice), slug(&last_name(dice)));
    format!("https://cdn.fakercloud.com/avatars/{name}_128.jpg")
}

pub(super) fn city(dice: &mut Dice) -> String {
    let (prefix, suffix) = (dice.pick(EN::ADDRESS_CITY_PREFIX), dice.pick(EN::ADDRESS_CITY_SUFFIX));
    match dice.below(4) {
        0 => format!("{prefix} {}{suffix}", first_name(dice)),
        1 => format!("{prefix} {}", first_name(dice)),
        2 => format!("{}{suffix}", first_name(dice)),
        _ => format!("{}{suffix}", last_name(dice)),
    }
}

pub(super) fn street(dice: &mut Dice) -> String {
    let name = if dice.below(2) == 0 { first_name(dice) } else { last_name(dice) };
    format!("{name} {}", dice.pick(EN::ADDRESS_STREET_SUFFIX))
}

pub(super) fn street_address(dice: &mut Dice) -> String {
    let number = dice.pick(&["###", "####", "#####"]);
    format!("{} {}", dice.pattern(number), street(dice))
}

/// Degrees from `-limit` to `limit` with four digits after the point.
pub(super) fn degrees(dice: &mut Dice, limit: u64) -> String {
    let sign = if dice.below(2) == 0 { "" } else { "-" };
    format!("{sign}{}.{}", dice.below(limit), dice.pattern("####"))
}

pub(super) fn company(dice: &mut Dice) -> String {
    let (a, b) = (last_name(dice), last_name(dice));
    match dice.below(3) {
        0 => format!("{a} {}", dice.pick(EN::COMPANY_SUFFIX)),
        1 => format!("{a} - {b}"),
        _ => format!("{a}, {b} and {}", last_name(dice)),
    }
}

/// One of each list, with blanks between.
pub(super) fn joined(dice: &mut Dice, lists: &[&[&str]]) -> String {
    lists.iter().map(|list| dice.pick(list)).collect::<Vec<_>>().join(" ")
}

pub(super) fn word(dice: &mut Dice) -> String {
    let list = match dice.below(4) {
        0 => words::PRODUCTS,
        1 => words::PRODUCT_MATERIALS,
        2 => words::HACKER_NOUNS,
        _ => words::HACKER_ADJECTIVES,
    };
    dice.pick(list).split(' ').next().unwrap_or_default().to_owned()
}

pub(super) fn words(dice: &mut Dice, separator: &str) -> String {
    let count = dice.between(2, 5);
    (0..count).map(|_| word(dice)).collect::<Vec<_>>().join(separator)
}

pub(super) fn phrase(dice: &mut Dice) -> String {
    let mut phrase = dice.pick(words::HACKER_PHRASES).to_owned();
    let lists = [
        ("{a}", words::HACKER_ABBREVIATIONS),
        ("{j}", words::HACKER_ADJECTIVES),
        ("{n}", words::HACKER_NOUNS),
        ("{v}", words::HACKER_VERBS),
        ("{g}", words::HACKER_INGVERBS),
    ];
    for (slot, list) in lists {
        while phrase.contains(slot) {
            phrase = phrase.replacen(slot, dice.pick(list), 1);
        }
    }
    capitalised(&phrase)
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

pub(super) fn file_name(dice: &mut Dice, extensions: &[&str]) -> String {
    let name = words(dice, "_").to_ascii_lowercase();
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("{name}.{}", dice.pick(extensions))
}

pub(super) fn semver(dice: &mut Dice) -> String {
    dice.pattern("#.#.#")
}

/// ISO 13616 with valid check digits.
pub(super) fn iban(dice: &mut Dice) -> String {
    let (country, length) = dice.pick(words::IBANS);
    let account = dice.letters("0123456789", length);
    let letter = |b: u8| u32::from(b.saturating_sub(b'A')) + 10;
    let moved: String = country.bytes().map(|b| letter(b).to_string()).collect();
    let rest =
        format!("{account}{moved}00").bytes().fold(0, |rest, b| (rest * 10 + u32::from(b - b'0')) % 97);
    format!("{country}{:02}{account}", 98 - rest)
}

/// ISO 9362, of 8 or 11 characters.
pub(super) fn bic(dice: &mut Dice) -> String {
    let country = dice.pick(words::IBANS).0;
    let branch = if dice.below(2) == 0 { "" } else { "@@@" };
    dice.pattern(&format!("@@@@{country}@#{branch}"))
}

pub(super) fn bitcoin(dice: &mut Dice) -> String {
    let length = dice.between(25, 33);
    format!("{}{}", dice.pick(&["1", "3"]), dice.letters(words::BASE58, length))
}

pub(super) fn ip_v4(dice: &mut Dice) -> String {
    (0..4).map(|_| dice.below(256).to_string()).collect::<Vec<_>>().join(".")
}

pub(super) fn lorem_words(dice: &mut Dice, count: u64, separator: &str) -> String {
    (0..count).map(|_| dice.pick(EN::LOREM_WORD)).collect::<Vec<_>>().join(separator)
}

pub(super) fn sentence(dice: &mut Dice) -> String {
    let count = dice.between(3, 10);
    capitalised(&lorem_words(dice, count, " ")) + "."
}

/// So many sentences, with the separator between.
pub(super) fn sentences(dice: &mut Dice, first: u64, last: u64, separator: &str) -> String {
    let count = dice.between(first, last);
    (0..count).map(|_| sentence(dice)).collect::<Vec<_>>().join(separator)
}

/// Three paragraphs, with the line break that Postman puts between.
pub(super) fn paragraphs(dice: &mut Dice) -> String {
    (0..3).map(|_| sentences(dice, 3, 6, " ")).collect::<Vec<_>>().join("\n \r")
}

/// Any of the kinds of lorem ipsum.
pub(super) fn lorem_text(dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => lorem_words(dice, 1, " "),
        1 => lorem_words(dice, 3, " "),
        2 => sentence(dice),
        3 => sentences(dice, 2, 6, " "),
        4 => paragraphs(dice),
        _ => sentences(dice, 1, 5, "\n"),
    }
}

/// The image of 640 by 480 pixels that Postman names.
pub(super) const IMAGE_DATA_URI: &str = "data:image/svg+xml;charset=UTF-8,%3Csvg%20xmlns%3D%22http%3A%2F%2Fwww.w3.org%2F2000%2Fsvg%22%20version%3D%221.1%22%20width%3D%22640%22%20height%3D%22480%22%3E%3Crect%20width%3D%22100%25%22%20height%3D%22100%25%22%20fill%3D%22grey%22%2F%3E%3C%2Fsvg%3E";
