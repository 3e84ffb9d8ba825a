//! Short names that are data only together: codes of currencies, languages and countries, and ids with one
//! prefix. Each alone might be a field, so several are asked for, and all of one form.

use std::collections::BTreeSet;

use super::node::Object;

/// The active codes of ISO 4217, without those for metals, funds and tests.
const CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN \
    BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR \
    LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP \
    PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP \
    TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// Those of them that are words or common abbreviations, too: `{"ALL": 7, "TOP": 2}` has fields.
const WORDS: &str = "ALL BAM BOB COP CUP DOP GEL LAK MAD MOP PEN RON SOS TOP TRY";

/// Codes of ISO 639-1 that are no word (`id`, `no`, `is`), unit (`kg`, `km`, `ml`, `ms`), direction (`ne`, `sw`),
/// region (`eu`, `ca`) or abbreviation (`hr`, `th`, `tr`, `pt`) that a field may be called.
const LANGUAGES: &str = "ar bg bn cs da de en es fi fr gl gu hu hy ja ka kk ko lv mk nb nl nn pl ro ru sk sl sq sr sv \
    te uk ur uz vi zh";

/// Codes of ISO 3166-1 of which the same holds.
const COUNTRIES: &str = "AU BG BR CH CN CZ DE DK EE ES FI FR GB GR HK HU JP KR LT LU MX NL NZ PL PT RO RU SG SK UA US \
    VN ZA";

/// The longest prefix of an id, in letters.
const LONGEST_PREFIX: usize = 12;

/// The pattern of the names, where all of them are codes of one list, or have one prefix before an id; there
/// must be several. That all values are of one kind is asked elsewhere.
pub(super) fn pattern(object: &Object) -> Option<&'static str> {
    let names = || object.members.keys().map(|name| &**name);
    if object.members.len() < 2 {
        return None;
    }
    let longest = names().map(str::len).max().unwrap_or(0);
    if longest == 3 && names().all(|name| lists(CURRENCIES, name)) && names().any(|name| !lists(WORDS, name))
    {
        return Some("^[A-Z]{3}$");
    }
    if longest == 2 && names().all(|name| lists(COUNTRIES, name)) {
        return Some("^[A-Z]{2}$");
    }
    if names().all(is_language) {
        return Some("^[a-z]{2,3}([-_][0-9A-Za-z]{2,8})*$");
    }
    let prefixes: Option<BTreeSet<&str>> = names().map(prefix_of_id).collect();
    let one = prefixes.is_some_and(|prefixes| prefixes.len() == 1);
    (one && are_alike(object)).then_some("^[A-Za-z]+[-_][0-9A-Za-z]+$")
}

fn lists(list: &str, name: &str) -> bool {
    list.split(' ').any(|code| code == name)
}

/// A code of the list, or one with a region or script behind it (RFC 5646, with `_` as Java writes it).
fn is_language(name: &str) -> bool {
    let Some((language, rest)) = name.split_once(['-', '_']) else { return lists(LANGUAGES, name) };
    let is_part = |part: &str| {
        let upper = part.bytes().take_while(u8::is_ascii_uppercase).count();
        let lower = part.bytes().skip(upper).take_while(u8::is_ascii_lowercase).count();
        matches!((upper, lower, part.len()), (2, 0, 2) | (1, 3, 4))
    };
    lists(LANGUAGES, language) && rest.split(['-', '_']).all(is_part)
}

/// What stands before the id in `ord_1A2b3C`, `cus-481209`: letters and one `_` or `-`.
///
/// An id changes between letters and digits three times at least, or has six digits that are no round number: words
/// with a number, a size or a range are fields (`line_1`, `d_30`, `icon_192x192`, `last_24hours`, `qty_500000`).
fn prefix_of_id(name: &str) -> Option<&str> {
    let at = name.find(['_', '-']).filter(|at| (1..=LONGEST_PREFIX).contains(at))?;
    let (prefix, id) = (name.get(..at)?, name.get(at + 1..)?);
    if !prefix.bytes().all(|b| b.is_ascii_alphabetic()) || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let is_digit: Vec<bool> = id.bytes().map(|b| b.is_ascii_digit()).collect();
    let turns = is_digit.windows(2).filter(|pair| matches!(pair, [a, b] if a != b)).count();
    let is_number = is_digit.iter().all(|is_digit| *is_digit);
    let is_id = if is_number { id.len() >= 6 && !id.ends_with("000") } else { turns >= 3 };
    is_id.then(|| name.get(..=at)).flatten()
}

/// All values are objects, with a member that all have.
fn are_alike(object: &Object) -> bool {
    let objects: Option<Vec<&Object>> =
        object.members.values().map(|member| member.node.object.as_deref()).collect();
    let Some(all) = objects else { return false };
    let in_all = |name: &str| {
        all.iter().all(|one| one.members.get(name).is_some_and(|member| member.present == one.n))
    };
    all.first().is_some_and(|first| first.members.keys().any(|name| in_all(name)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::contract::schema::Schema;
    use crate::contract::schema::infer::Accumulator;

    fn schema(bodies: &[Value]) -> Value {
        let mut seen = Accumulator::default();
        for body in bodies {
            seen.observe(body);
        }
        seen.finish()
    }

    /// Other names may come, and everything else is refused still.
    #[test]
    fn codes_and_ids_together_are_keys() {
        for (shown, other, broken) in [
            (json!({"USD": 1.5, "EUR": 1}), json!({"CHF": 2.5}), json!({"CHF": "2.5"})),
            (json!({"USD": {"n": 1}, "ALL": {"n": 2}}), json!({"TOP": {"n": 7}}), json!({"TOP": {}})),
            (json!({"en": "a", "de": "b"}), json!({"it": "c"}), json!({"it": 1})),
            (json!({"en": ["a"], "zh-Hans": ["b"]}), json!({"fr-CA": []}), json!({"fr-CA": "x"})),
            (json!({"DE": {"n": 1}, "FR": {"n": 1}}), json!({"IT": {"n": 1}}), json!({"IT": {"n": "1"}})),
            (
                json!({"ord_1A2b3C": {"n": 1}, "ord_9Z8y7X": {"n": 2}}),
                json!({"ord_5": {"n": 1}}),
                json!({"ord_5": []}),
            ),
            (
                json!({"cus_481207": {"n": 1}, "cus_771234": {"n": 2}}),
                json!({}),
                json!({"cus_481217": {"n": "x"}}),
            ),
        ] {
            let schema = Schema::compile(schema(std::slice::from_ref(&shown))).unwrap();
            assert!(schema.accepts(&shown) && schema.accepts(&other), "{shown}: {other}");
            assert!(!schema.accepts(&broken), "{shown}: {broken}");
        }
        let apart = [json!({"en": "a"}), json!({"de": "b"})];
        assert!(schema(&apart)["required"].is_null() && schema(&apart)["propertyNames"].is_object());
    }

    #[test]
    fn what_may_be_a_field_is_one() {
        for shown in [
            json!({"id": "a", "no": "b"}),
            json!({"en": "a", "id": "b", "no": "c"}),
            json!({"en": "a"}),
            json!({"en": "a", "de": 1}),
            json!({"ne": {"lat": 1}, "sw": {"lat": 2}}),
            json!({"kg": 1, "lb": 2}),
            json!({"uk": 1, "us": 2}),
            json!({"USD": 1}),
            json!({"USD": 1, "EUR": "1"}),
            json!({"usd": 1, "eur": 2}),
            json!({"ALL": 7, "TOP": 2}),
            json!({"USD": 1, "total": 2}),
            json!({"AM": 1, "PM": 2}),
            json!({"IT": 1, "HR": 2}),
            json!({"user_1": 1, "user_2": 2}),
            json!({"u_1": 1, "u_2": 2}),
            json!({"team_1": {"n": 1}, "team_2": {"n": 2}}),
            json!({"line_1": {"n": 1}, "line_2": {"n": 2}}),
            json!({"p_50": {"n": 1}, "p_95": {"n": 2}}),
            json!({"image_1024": {"url": "a"}, "image_2048": {"url": "b"}}),
            json!({"u_1": {"n": 1}, "u_2": {"n": 2}}),
            json!({"d_1": {"n": 1}, "d_30": {"n": 2}}),
            json!({"icon-192x192": {"n": 1}, "icon-512x512": {"n": 2}}),
            json!({"img_1280x720": {"n": 1}, "img_640x360": {"n": 2}}),
            json!({"age_18to24": {"n": 1}, "age_25to34": {"n": 2}}),
            json!({"last_24hours": {"n": 1}, "last_30days": {"n": 2}}),
            json!({"qty_500000": {"n": 1}, "qty_100000": {"n": 2}}),
            json!({"fy_2023q1": {"n": 1}, "fy_2023q2": {"n": 2}}),
            json!({"ord_1A2b3C": {"n": 1}, "inv_9Z8y7X": {"n": 2}}),
            json!({"ord_1A2b3C": {"n": 1}, "ord_9Z8y7X": {"m": 2}}),
            json!({"ord_1A2b3C": {"n": 1}, "ord_name": {"n": 2}}),
            json!({"utf_8bom": {"n": 1}, "utf_16le": {"n": 1}}),
            json!({"_1": {"n": 1}, "_2": {"n": 1}}),
        ] {
            let names = shown.as_object().unwrap().len();
            assert_eq!(
                schema(std::slice::from_ref(&shown))["required"].as_array().map(Vec::len),
                Some(names),
                "{shown}"
            );
        }
    }
}
