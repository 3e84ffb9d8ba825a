//! Short names that are data only together: codes of currencies, languages and countries. Each alone might be a
//! field, so several of one system are asked for. A list is never whole, so one name in nine may be another one of the
//! same form.

use super::ids::are_alike;
use super::node::Object;

/// ISO 4217: the active codes, those of funds and metals, those withdrawn since 1999, and what lists of rates have
/// beside them (the pounds of Guernsey and Jersey, the yuan of Hong Kong, the oldest tickers of crypto currencies).
const CURRENCIES: &str = "AED AFN AMD ANG AOA ARS AUD AWG AZN BBD BDT BGN BHD BIF BMD BND BRL BSD BTN \
    BWP BYN BZD CAD CDF CHF CLP CNY CRC CVE CZK DJF DKK DZD EGP ERN ETB EUR FJD FKP GBP GHS GIP GMD \
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LBP LKR \
    LRD LSL LYD MDL MGA MKD MMK MNT MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PGK \
    PKR PLN PYG QAR RSD RUB RWF SBD SCR SDG SEK SGD SHP SLE SRD SSP STN SVC SYP SZL THB TJS TMT TND \
    TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG \
    BOV CHE CHW CLF COU MXV USN UYI UYW XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XUA \
    BYR CUC CYP EEK GHC HRK LTL LVL MRO MTL SKK SLL STD TRL VEB VEF ZMK ZWD ZWL \
    CNH FOK GGP JEP KID TVD BCH BNB BTC DOGE ETH LTC TRX USDC USDT XBT XLM XMR XRP";

/// Those that are words or common abbreviations, too: `{"ALL": 7, "TOP": 2}` has fields.
const CURRENCY_WORDS: &str =
    "ADA ALL BAM BOB COP CUP DOP DOT GEL IMP LAK MAD MOP PEN PHP ROL RON SAR SIT SOL SOS TOP TRY";

/// Codes of ISO 639-1 of the languages into which most is translated.
const COMMON_LANGUAGES: &str = "de en es fr ja zh";

/// Codes of ISO 639-1 that are no word (`id`, `no`, `is`), unit (`kg`, `km`, `ml`, `ms`), direction (`ne`, `sw`),
/// region (`eu`, `ca`) or abbreviation (`hr`, `th`, `tr`, `pt`) that a field may be called.
const LANGUAGES: &str =
    "ar bg bn cs da fi gl gu hu hy ka kk ko lv mk nb nl nn pl ro ru sk sl sq sr sv te uk ur uz vi";

/// Codes that a field may be called, but hardly beside a common language: `it`, `hi`. (Of three letters, which those
/// of ISO 639-3 have that are in use without one of two.)
const LANGUAGE_WORDS: &str = "af az bs cy el fa fil haw he hi hr it lt mn mr pt ta th tl tr yue";

/// Codes of ISO 3166-1 of which the same holds as of languages.
const COUNTRIES: &str =
    "AU BG BR CH CN CZ DK EE ES FI GB GR HK HU KR LT LU MX NL NZ PL PT RO RU SG SK UA VN ZA";

/// Those of them that are no abbreviation in any list of figures, and seldom missing where countries are listed.
const COMMON_COUNTRIES: &str = "DE FR JP US";

/// The other codes of ISO 3166-1.
const COUNTRY_WORDS: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AW AX AZ BA BB BD BE BF BH BI BJ BL BM BN BO BQ BS BT \
    BV BW BY BZ CA CC CD CF CG CI CK CL CM CO CR CU CV CW CX CY DJ DM DO DZ EC EG EH ER ET FJ FK FM FO GA GD GE GF GG \
    GH GI GL GM GN GP GQ GS GT GU GW GY HM HN HR HT ID IE IL IM IN IO IQ IR IS IT JE JM JO KE KG KH KI KM KN KP KW KY \
    KZ LA LB LC LI LK LR LS LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MY MZ NA NC NE NF NG NI \
    NO NP NR NU OM PA PE PF PG PH PK PM PN PR PS PW PY QA RE RS RW SA SB SC SD SE SH SI SJ SL SM SN SO SR SS ST SV SX \
    SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UG UM UY UZ VA VC VE VG VI VU WF WS YE YT ZM ZW";

/// So many names of a system stand for one of the same form that is none.
const NAMES_PER_OTHER: usize = 8;

/// From so many names on, most of them may be words, too.
const MANY: usize = 8;

/// Objects that all have the same names are records from this number on, where they have no more than
/// [`MOST_FIELDS`] of them.
const SEVERAL: u64 = 3;

/// See [`SEVERAL`]: a list of rates has more.
const MOST_FIELDS: usize = 6;

/// What a name is in a system of codes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A code that hardly means anything else.
    Common,
    /// A code that is no word.
    Plain,
    /// A code that is a word or an abbreviation, too.
    Word,
    /// No code of the list, but of their form.
    Other,
}

/// How many names are of each class.
#[derive(Default)]
struct Count {
    common: usize,
    plain: usize,
    words: usize,
    others: usize,
}

/// What a name is in a system, if it is of its form; and the pattern of the names, where enough are codes of it.
type System = (fn(&str) -> Option<Class>, fn(&Count, &Object) -> Option<&'static str>);

/// The pattern of the names, where they are codes of one system; there must be several. That all values are of one
/// kind is asked elsewhere. Names that [are always the same](is_record) are fields all the same.
pub(super) fn pattern(object: &Object) -> Option<&'static str> {
    if object.members.len() < 2 || is_record(object) {
        return None;
    }
    let systems: [System; 3] = [(currency, currencies), (country, countries), (language, languages)];
    systems.into_iter().find_map(|(class, pattern)| {
        let count = Count::of(object, class)?;
        let is_whole = count.others * NAMES_PER_OTHER <= count.listed();
        is_whole.then(|| pattern(&count, object)).flatten()
    })
}

/// Whether codes of languages, countries or currencies are fields: three objects and more have all of a few (`{"ar": …,
/// "en": …}` in every item of a list). Of 677 records of two to six fields that public collections show in three objects and more, 633
/// have the same fields in all; of 18 maps with several names in several objects 4 have the same names, and none in
/// more than two objects.
pub(super) fn is_record(object: &Object) -> bool {
    object.n >= SEVERAL
        && (2..=MOST_FIELDS).contains(&object.members.len())
        && object.members.values().all(|member| member.present == object.n)
}

impl Count {
    /// `None` where a name is not of the form.
    fn of(object: &Object, class: fn(&str) -> Option<Class>) -> Option<Self> {
        let mut count = Self::default();
        for name in object.members.keys() {
            match class(name)? {
                Class::Common => count.common += 1,
                Class::Plain => count.plain += 1,
                Class::Word => count.words += 1,
                Class::Other => count.others += 1,
            }
        }
        Some(count)
    }

    fn listed(&self) -> usize {
        self.common + self.plain + self.words
    }
}

fn currencies(count: &Count, object: &Object) -> Option<&'static str> {
    let are_short = object.members.keys().all(|name| name.len() == 3);
    (count.plain > 0).then_some(if are_short { "^[A-Z]{3}$" } else { "^[A-Z][0-9A-Z]{2,4}$" })
}

/// Two letters are soon an abbreviation (`GP`, `GF` and `GA` of a league): few of them may be, or there are many, or
/// they are the names of things that are alike.
fn countries(count: &Count, object: &Object) -> Option<&'static str> {
    let sure = count.common + count.plain;
    let few = sure >= 2 && (count.words == 0 || count.common > 0 && sure >= 2 * count.words);
    let many = count.listed() >= MANY && sure >= MANY / 2 && 4 * sure >= count.words;
    let least = if sure > 0 { 3 } else { 5 };
    let alike = || count.listed() >= least && are_alike(object);
    (few || many || alike()).then_some("^[A-Z]{2}$")
}

fn languages(count: &Count, _: &Object) -> Option<&'static str> {
    let are = count.common > 0 || count.plain >= 2 && count.words == 0;
    are.then_some("^[a-z]{2,3}([-_][0-9A-Za-z]{2,8})*$")
}

fn currency(name: &str) -> Option<Class> {
    let mut bytes = name.bytes();
    let is_form = (3..=5).contains(&name.len())
        && bytes.next().is_some_and(|b| b.is_ascii_uppercase())
        && bytes.all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    is_form.then(|| match () {
        () if lists(CURRENCIES, name) => Class::Plain,
        () if lists(CURRENCY_WORDS, name) => Class::Word,
        () => Class::Other,
    })
}

fn country(name: &str) -> Option<Class> {
    let is_form = name.len() == 2 && name.bytes().all(|b| b.is_ascii_uppercase());
    is_form.then(|| match () {
        () if lists(COMMON_COUNTRIES, name) => Class::Common,
        () if lists(COUNTRIES, name) => Class::Plain,
        () if lists(COUNTRY_WORDS, name) => Class::Word,
        () => Class::Other,
    })
}

/// A language, or one with a script and a region behind it (RFC 5646, with `_` as Java writes it): with these every
/// language is one, and hardly anything else.
fn language(name: &str) -> Option<Class> {
    let (language, rest) = name.split_once(['-', '_']).unwrap_or((name, ""));
    let is_form = (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase());
    if !is_form {
        return None;
    }
    let class = match () {
        () if lists(COMMON_LANGUAGES, language) => Class::Common,
        () if lists(LANGUAGES, language) => Class::Plain,
        () if lists(LANGUAGE_WORDS, language) => Class::Word,
        () => Class::Other,
    };
    match rest {
        "" => (name.len() == language.len()).then_some(class),
        _ if rest.split(['-', '_']).all(is_subtag) => Some(Class::Common),
        // As some write it in lower case: `en-us`, but neither `hi-res` nor `to-do`.
        _ if class != Class::Other && lists_region(rest) => Some(class),
        _ => None,
    }
}

/// A script (`Hans`), or a region of letters (`BR`) or digits (`419`).
fn is_subtag(part: &str) -> bool {
    let upper = part.bytes().take_while(u8::is_ascii_uppercase).count();
    let lower = part.bytes().skip(upper).take_while(u8::is_ascii_lowercase).count();
    let is_area = part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit());
    is_area || matches!((upper, lower, part.len()), (2, 0, 2) | (1, 3, 4))
}

fn lists_region(part: &str) -> bool {
    let region = part.to_ascii_uppercase();
    region != part && country(&region).is_some_and(|class| class != Class::Other)
}

fn lists(list: &str, name: &str) -> bool {
    list.split(' ').any(|code| code == name)
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
            (json!({"BTC": 1.5, "USD": 2}), json!({"ETH": 2.5}), json!({"ETH": []})),
            (json!({"CUC": {"n": 1}, "CVE": {"n": 1}}), json!({"CLF": {"n": 2}}), json!({"CLF": {}})),
            (json!({"USDT": "1", "EUR": "2"}), json!({"XAU": "3"}), json!({"XAU": 3})),
            (json!({"en": "a", "it": "b"}), json!({"pt": "c"}), json!({"pt": null})),
            (json!({"en": "a", "pt": "b", "hi": "c"}), json!({"en": "a"}), json!({"en": []})),
            (json!({"de": "a", "pt-BR": "b", "zh-CN": "c"}), json!({"fil": "c"}), json!({"fil": 1})),
            (json!({"en_US": "a", "pt_BR": "b"}), json!({"no_NO": "c"}), json!({"id_ID": 1})),
            (json!({"id-ID": "a", "no-NO": "b", "en": "c"}), json!({"is-IS": "c"}), json!({"is-IS": 1})),
            (json!({"en-us": "a", "pt-br": "b"}), json!({"zh-cn": "c"}), json!({"zh-cn": 1})),
            (json!({"sr-Latn-RS": "a", "uz-Cyrl": "b"}), json!({"en": "c"}), json!({"en": 1})),
            (
                json!({"AR": {"n": 1}, "AT": {"n": 2}, "AU": {"n": 3}}),
                json!({"DE": {"n": 1}}),
                json!({"DE": {}}),
            ),
            (
                json!({"AR": {"n": 1}, "AT": {"n": 2}, "BE": {"n": 3}, "CA": {"n": 4}, "IT": {"n": 5}}),
                json!({"DE": {"n": 1}}),
                json!({"DE": 1}),
            ),
            (json!({"US": 1, "IT": 2, "DE": 3}), json!({"FR": 3}), json!({"FR": "3"})),
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
            json!({"USD": 1, "EUR": 2, "SUM": 3}),
            json!({"PHP": "8.1", "TOP": "3"}),
            json!({"BAM": "a", "CUP": "b", "SAR": "c"}),
            json!({"DOT": 1, "ADA": 2}),
            json!({"GPU": 1, "CPU": 2}),
            json!({"en": "a", "id": "b", "de": "c", "fr": "d", "es": "e"}),
            json!({"sv": 1, "hr": 2}),
            json!({"it": "a", "hi": "b", "pt": "c"}),
            json!({"hi-fi": 1, "lo-fi": 2}),
            json!({"to-do": 1, "is-on": 2}),
            json!({"AU": "N", "CR": "H", "SG": "L"}),
            json!({"GF": 1, "GA": 2, "GD": 3, "PL": 4, "PT": 5}),
            json!({"US": 1, "CA": 2}),
            json!({"AM": {"n": 1}, "PM": {"n": 2}}),
            json!({"IT": {"n": 1}, "HR": {"n": 2}, "PR": {"n": 3}}),
            json!({"AR": 1, "AT": 2, "AU": 3}),
            json!({"AR": {"n": 1}, "AT": {"m": 2}, "AU": {"n": 3}}),
            json!({"IT": 1, "AT": 2, "BE": 3, "CA": 4}),
        ] {
            let names = shown.as_object().unwrap().len();
            assert_eq!(
                schema(std::slice::from_ref(&shown))["required"].as_array().map(Vec::len),
                Some(names),
                "{shown}"
            );
        }
    }

    /// `n` objects with all of these names, and one with those that `last` names.
    fn objects(names: &[&str], n: usize, last: &[&str]) -> Vec<Value> {
        let object = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), json!("x"))).collect();
        let all = std::iter::repeat_with(|| object(names)).take(n);
        all.chain((!last.is_empty()).then(|| object(last))).map(Value::Object).collect()
    }

    #[test]
    fn what_every_object_has_is_a_field() {
        for (names, n) in [
            (&["ar", "en"][..], 3),
            (&["en", "fr"], 5),
            (&["de-DE", "en-GB"], 3),
            (&["GB", "PL"], 3),
            (&["USD", "EUR"], 4),
            (&["de", "en", "es", "fr", "it", "pt"], 3),
        ] {
            for bodies in [objects(names, n, &[]), vec![objects(names, n, &[]).into()]] {
                let schema = schema(&bodies);
                let schema = if schema["type"] == "array" { &schema["items"] } else { &schema };
                assert_eq!(schema["required"].as_array().map(Vec::len), Some(names.len()), "{schema}");
            }
        }
        let rates = ["AUD", "CAD", "CHF", "EUR", "GBP", "JPY", "USD"];
        for bodies in [
            objects(&["ar", "en"], 2, &[]),
            objects(&["ar", "en"], 5, &["en"]),
            objects(&["ar", "en"], 5, &["ar", "en", "fr"]),
            objects(&["de-DE", "en-GB"], 5, &["de-DE"]),
            objects(&["en-GB"], 5, &[]),
            objects(&rates, 30, &[]),
        ] {
            assert!(schema(&bodies)["propertyNames"].is_object(), "{bodies:?}");
        }
    }

    /// Full lists of rates and of countries, with what no list knows.
    #[test]
    fn one_other_name_of_the_form_undoes_no_map() {
        let full = |list: &str| list.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let many = |list: &str, others: &[&str]| {
            let names = full(list).into_iter().chain(others.iter().map(|name| (*name).to_owned()));
            schema(&[Value::Object(names.map(|name| (name, json!(1.5))).collect())])["propertyNames"]
                .is_object()
        };
        let (rates, languages) = ("AED AFN ALL AMD EUR GBP IMP USD", "de en es fr ja nl pl ru");
        let countries = "AE AL AR AT AU BE BG BR CA CH CZ DE DK FR GB IE IN IT NO US";
        for (list, other) in [(rates, "ABC"), (countries, "XK"), (languages, "id"), (languages, "nds")] {
            assert!(many(list, &[other]), "{list} {other}");
            assert!(!many(list, &["total"]), "{list}");
            assert!(!many(list, &[other, "ZZZ", "ZZ", "zz"]), "{list}");
        }
        assert!(!many(rates, &["ABC", "SUM"]));
        assert!(many(super::CURRENCIES, &["SUM", "ABC"]));
        let schema = Schema::compile(schema(&[json!({"EUR": 1, "USD": 2})])).unwrap();
        assert!(!schema.accepts(&json!({"ERROR": 1})) && schema.accepts(&json!({"ABC": 1})));
    }
}
