use ::base64::Engine as _;
use ::base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;

mod encodings;

fn redactor(values: &[&str]) -> Redactor {
    Redactor::new(values.iter().map(|value| (*value).to_owned()))
}

#[test]
fn every_written_form_is_hidden() {
    let secret = "a b/ü\"<&'+1";
    let redactor = redactor(&[secret]);
    for text in [
        "a b/ü\"<&'+1",
        "a b\\/ü\\\"<&'+1",
        "a b/\\u00fc\\\"\\u003C\\u0026\\u0027+1",
        "a%20b%2F%C3%BC%22%3C%26%27%2B1",
        "a+b%2f%c3%bc%22%3c%26%27%2b1",
        "a b/ü&quot;&lt;&amp;&#39;+1",
        "a b/&#xfc;&#34;&lt;&amp;&apos;+1",
        "a b/ü\"<&'\\''+1",
        "a%20b\\/%C3%BC%22%3C%26%27%2B1",
        "a b/ü\\\\\\\"<&'+1",
        "a%2520b%252F%25C3%25BC%2522%253C%2526%2527%252B1",
    ] {
        assert_eq!(redactor.text(&format!("x={text};")), format!("x={MASK};"), "{text}");
    }
}

#[test]
fn base64_is_hidden_at_every_position() {
    use ::base64::engine::general_purpose::{STANDARD, URL_SAFE};
    let secret = "s3cr?t>~ÿ";
    let redactor = redactor(&[secret]);
    for user in ["", "u", "us", "use", "user", "other:user"] {
        for behind in ["", "b", "be", "behind"] {
            let pair = format!("{user}{secret}{behind}");
            for text in [STANDARD.encode(&pair), URL_SAFE.encode(&pair), STANDARD_NO_PAD.encode(&pair)] {
                for text in
                    [text.clone(), text.replace('/', "\\/"), text.replace('+', "%2B").replace('=', "%3d")]
                {
                    let hidden = redactor.text(&text);
                    let rest = hidden.replace(MASK, "").len();
                    // What is left belongs to the bytes around: four characters for three of them.
                    let around = (user.len().div_ceil(3) + behind.len().div_ceil(3)) * 4 + 6;
                    assert!(hidden.contains(MASK) && rest <= around, "{text} → {hidden}");
                }
            }
        }
    }
}

#[test]
fn what_was_written_into_a_form_or_url_is_hidden_in_base64_and_hexadecimal_of_it() {
    use ::base64::engine::general_purpose::{STANDARD, URL_SAFE};
    let secret = "1//0gAbCdEfGh+ij K=\"ü==";
    let redactor = redactor(&[secret]);
    let form = percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).to_string();
    let json = serde_json::to_string(secret).unwrap();
    for written in [
        secret,
        &form,
        &form.replace("%20", "+"),
        "1%2f%2f0gAbCdEfGh%2bij+K%3d%22%c3%bc%3d%3d",
        "1%2F%2F0gAbCdEfGh+ij%20K=%22%C3%BC==",
        "1//0gAbCdEfGh+ij%20K=%22%C3%BC==",
        json.trim_start_matches('"').strip_suffix('"').unwrap(),
        "1\\/\\/0gAbCdEfGh+ij K=\\\"ü==",
    ] {
        for before in ["grant=x&a=", "/p/", "q", ""] {
            let whole = format!("{before}{written}&b=1");
            let hex = whole.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
            for told in [STANDARD.encode(&whole), URL_SAFE.encode(&whole), hex] {
                let shown = redactor.text(&told).into_owned();
                assert!(shown.contains(MASK) && shown.len() < 60, "{whole}: {shown}");
            }
        }
    }
}

#[test]
fn overlapping_values_leave_nothing() {
    let two = redactor(&["abcdefgh", "fghijklm", "abcdef"]);
    assert_eq!(two.text("-abcdefghijklm-"), format!("-{MASK}-"));
    assert_eq!(two.text("-abcdefg-"), format!("-{MASK}g-"));
    assert_eq!(redactor(&["aaaaaa"]).text("baaaaaaaaab"), format!("b{MASK}b"));
    assert_eq!(two.text("abcdefabcdef x abcdef"), format!("{MASK} x {MASK}"));
}

#[test]
fn short_values_are_left_to_their_names() {
    let short = redactor(&["12345", "", "  ab  "]);
    assert!(matches!(short.text("12345 ab"), Cow::Borrowed("12345 ab")));
    assert_eq!(short.named("password", "12345"), MASK);
    assert_eq!(short.named("count", "12345"), "12345");
    assert_eq!(short.named("Access-Control-Allow-Credentials", "true"), "true");
    assert_eq!(redactor(&["ünïcöd"]).text("ünïcöd"), MASK);
}

#[test]
fn names_that_are_secret() {
    for name in [
        "token",
        "Authorization",
        "Proxy-Authorization",
        "Cookie",
        "Set-Cookie",
        "X-Api-Key",
        "apikey",
        "APIKey",
        "api_key",
        "private_token",
        "client_secret",
        "clientSecret",
        "accessToken",
        "ACCESS_TOKEN",
        "OAuth2Token",
        "password",
        "newPassword",
        "password1",
        "passwd",
        "mysql_pwd",
        "passphrase",
        "credentials",
        "csrftoken",
        "X-CSRF-Token",
        "_session",
        "sessionId",
        "PHPSESSID",
        "JSESSIONID",
        "private-key",
        "key",
        "auth",
        "secret",
        "card[cvc_token]",
        "tokens[]",
        "tokens[0]",
        "tokenValue",
        "authCode",
        "X-Amz-Signature",
        "secretAccessKey",
        "zoho.token",
        "Ocp-Apim-Subscription-Key",
        "client_assertion",
    ] {
        assert!(is_secret_name(name), "{name}");
    }
    for name in [
        "",
        "author",
        "Access-Control-Allow-Credentials",
        "author_id",
        "authority",
        "keyboard",
        "primary_key",
        "public_key",
        "api_name",
        "moduleApiName",
        "token_type",
        "tokenUrl",
        "accessTokenValiditySeconds",
        "passwordPolicies",
        "secret_name",
        "key_id",
        "Idempotency-Key",
        "WWW-Authenticate",
        "monkey",
        "keys_url",
        "compass",
        "signatureName",
        "passwordExpiration",
        "tokenizer",
        "application package keys",
        "sessions",
        "cookieless",
        "X-Forwarded-For",
        "x-fapi-auth-date",
        "shipping[tracking_number]",
    ] {
        assert!(!is_secret_name(name), "{name}");
    }
}

#[test]
fn members_that_are_perhaps_secret_are_judged_by_their_value() {
    let none = Redactor::default();
    assert_eq!(none.named("key", "TEST-1"), "TEST-1");
    assert_eq!(none.named("key", "AIzaSyA-1234567890abcdef"), MASK);
    assert_eq!(
        none.body(r#"{"key": "TEST-1", "addressKey": "home"}"#),
        r#"{"key": "TEST-1", "addressKey": "home"}"#
    );
    assert_eq!(none.url("/maps?key=abc&q=1"), format!("/maps?key={MASK}&q=1"));
}

#[test]
fn urls_hide_passwords_and_named_parameters() {
    let none = Redactor::default();
    for (url, expected) in [
        ("https://u:pw@h/p?a=1", "https://u:«redacted»@h/p?a=1"),
        (
            "https://h/p?user%5Btoken%5D=x&b=2#access_token=y&c",
            "https://h/p?user%5Btoken%5D=«redacted»&b=2#access_token=«redacted»&c",
        ),
        ("/p?token=&x", "/p?token=&x"),
        ("https://h/a@b:c", "https://h/a@b:c"),
        ("https://h:80/a?at=1@2", "https://h:80/a?at=1@2"),
    ] {
        assert_eq!(none.url(url), expected);
    }
}

#[test]
fn bodies_hide_what_stands_under_secret_names() {
    let none = Redactor::default();
    for (body, expected) in [
        (r#"{"password":"x\"y","n":1}"#, r#"{"password":"«redacted»","n":1}"#),
        (r#"{"pin_token" : 1234, "a": "token"}"#, r#"{"pin_token" : «redacted», "a": "token"}"#),
        (r#"{"tokens": ["a", "b"], "c": ["d"]}"#, r#"{"tokens": ["«redacted»", "«redacted»"], "c": ["d"]}"#),
        (r#"{"showPassword": true, "token": null}"#, r#"{"showPassword": true, "token": null}"#),
        (r#"{"secret": "cut of"#, r#"{"secret": "«redacted»"#),
        ("a=1&password=x%20y&b=2", "a=1&password=«redacted»&b=2"),
        (
            "<s:Password type=\"t\">x</s:Password><b>y</b>",
            "<s:Password type=\"t\">«redacted»</s:Password><b>y</b>",
        ),
        (
            "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nX: y\r\n\r\n",
            "HTTP/1.1 200 OK\r\nSet-Cookie: «redacted»\r\nX: y\r\n\r\n",
        ),
        ("curl 'u' \\\n  -H 'X-Api-Key: abc' \\\n", "curl 'u' \\\n  -H 'X-Api-Key: «redacted»' \\\n"),
    ] {
        assert_eq!(none.body(body), expected);
    }
}

#[test]
fn headers_hide_by_name_by_value_and_inside_urls() {
    let fields =
        [("Authorization", "Bearer x"), ("Location", "/a?token=x"), ("X-Echo", "my secret!"), ("Age", "1")];
    let hidden = redactor(&["secret!"]).headers(fields);
    let values: Vec<&str> = hidden.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, [MASK, "/a?token=«redacted»", "my «redacted»", "1"]);
}

#[test]
fn debug_shows_no_value() {
    assert!(!format!("{:?}", redactor(&["topsecret"])).contains("topsecret"));
}

#[test]
fn a_thousand_reports_take_no_time_that_is_felt() {
    let redactor = redactor(&["eyJhbGciOiJIUzI1NiJ9.payload/with+signs", "p@ss/word!", "738964000000291009"]);
    let report = r#"{"users": [{"id": "554023000000691003", "url": "https:\/\/x.example\/?a=b%20c", "n": "a &amp; b"}]}"#;
    let report = report.repeat(20);
    let started = std::time::Instant::now();
    for _ in 0..1_000 {
        assert!(matches!(redactor.text(&report), Cow::Borrowed(_)));
    }
    let taken = started.elapsed();
    println!("1,000 reports of {} bytes: {taken:?}", report.len());
    assert!(taken.as_secs() < 60, "{taken:?}");
}

#[test]
fn a_large_body_full_of_names_takes_linear_time() {
    let redactor = redactor(&["p@ss/word!"]);
    let started = std::time::Instant::now();
    for part in ["key=", "token=", "\"key\":[", "<key>", "key:", "'key='", "%", "\\", "&#", "\"", "=\""] {
        let _ = redactor.body(&part.repeat(100_000 / part.len()));
    }
    // In quadratic time each of these takes minutes.
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

/// Independent encoders, as servers and clients have them.
fn written(secret: &str, how: usize) -> String {
    let json = |text: &str| {
        let quoted = serde_json::to_string(text).expect("writes");
        quoted[1..quoted.len() - 1].to_owned()
    };
    let percent = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let xml = |text: &str| quick_xml::escape::escape(text).into_owned();
    match how {
        0 => secret.to_owned(),
        1 => json(secret),
        2 => json(secret).replace('/', "\\/"),
        3 => joined(secret.encode_utf16().map(|unit| format!("\\u{unit:04x}"))),
        4 => joined(secret.encode_utf16().map(|unit| format!("\\u{unit:04X}"))),
        5 => percent(secret),
        6 => percent(secret).to_lowercase().replace("%20", "+"),
        7 => url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        8 => xml(secret),
        9 => joined(secret.chars().map(|c| format!("&#{};", u32::from(c)))),
        10 => json(&percent(secret)),
        11 => json(&xml(secret)),
        12 => percent(&json(secret)),
        _ => json(&json(secret)),
    }
}

/// What is written by one of [`written`] after the other.
fn nested(secret: &str, ways: &[usize]) -> String {
    ways.iter().fold(secret.to_owned(), |text, how| written(&text, *how))
}

#[test]
fn json_in_strings_of_json_holds_no_secret() {
    let php = |text: &str| serde_json::to_string(text).expect("writes").replace('/', "\\/");
    let net = |text: &str| {
        let quoted = serde_json::to_string(text).expect("writes").replace("\\\"", "\\u0022");
        quoted.replace('+', "\\u002B").replace('&', "\\u0026").replace('\'', "\\u0027")
    };
    for secret in ["abc/DEF+gh12&3'x/Y==", "Ds\"tok\\en+/9876z", "new\\u002Fkey\"1/2"] {
        let redactor = redactor(&[secret]);
        let (mut by_php, mut by_net) = (secret.to_owned(), secret.to_owned());
        for level in 0..8 {
            for text in [&by_php, &by_net] {
                let hidden = redactor.text(text);
                let rest = hidden.replace(MASK, "").replace("u0022", "");
                assert!(
                    hidden.contains(MASK) && !rest.chars().any(char::is_alphanumeric),
                    "{level}: {hidden}"
                );
            }
            (by_php, by_net) = (php(&by_php), net(&by_net));
        }
    }
}

/// No text costs more looks at each of its bytes than this: JSON in strings of JSON in forms the most.
const MOST: usize = 2_000;

/// How many bytes were looked at to search the text, for each of its bytes.
fn work(redactor: &Redactor, text: &str) -> usize {
    match &redactor.known().values {
        Values::Some(finder) => finder.search(text.as_bytes()).looked_at / text.len(),
        Values::None | Values::TooLarge => 0,
    }
}

#[test]
fn every_text_costs_so_many_looks_at_each_byte_however_long_it_is() {
    let few = redactor(&["p@ss/word!", "a b'c~d\"e"]);
    let many: Vec<String> = (0..40).map(|n| format!("n{n}-{}-s3cr/et", "kqzxw".repeat(n % 7))).collect();
    let many = Redactor::new(many);
    let key = Redactor::new([format!("-----BEGIN KEY-----\n{}", "MIIEvQIBADANBgkq1\n".repeat(100))]);
    let deep = nested("\"x\" \\ y/z", &[1, 2, 1, 1]);
    let pieces = [
        deep.as_str(),
        "\\",
        "%25",
        "\\n",
        "\\p@ss/",
        "\\\\n1-kq",
        "\\n-----BEGIN K",
        "=20=\r\n",
        "QUJD",
        "&amp;&#38;",
        "&num;&sol;",
        "4142",
        "0x41, 0x42, ",
        "MFRGG",
        "VVZWWFVUQkpSRQ\r\n",
        "=41%41=20\\/",
        "NTEgNTUgNGE=&",
        "\\u00c9É&eacute;",
    ];
    for piece in pieces {
        for redactor in [&few, &many, &key] {
            let works = [20_000, 80_000].map(|length| work(redactor, &piece.repeat(length / piece.len())));
            let [short, long] = works;
            println!("{piece:?}: {works:?}");
            assert!(long <= MOST && long <= short + short / 10 + 1, "{piece:?}: {works:?}");
        }
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().concat()
}

#[test]
fn folded_dumped_and_pointed_at_secrets_are_hidden() {
    let redactor = Redactor::new(["Top/s3~cret".to_owned()]);
    let hex: Vec<String> = b"Top/s3~cret".iter().map(|byte| format!("{byte:02X}")).collect();
    for text in ["text/top/s3~cret".to_owned(), "/a/Top~1s3~0cret/b".to_owned(), hex.concat(), hex.join(" ")]
    {
        let hidden = redactor.text(&text);
        assert!(hidden.contains(MASK) && hidden.len() < MASK.len() + 8, "{text} → {hidden}");
    }
    let redactor = Redactor::new(["a\0b\u{1b}c\rd".to_owned()]);
    assert_eq!(redactor.text(r"`a\0b\u{1b}c\rd`"), format!("`{MASK}`"));
    let redactor = Redactor::new(["secret-name".to_owned()]);
    assert_eq!(redactor.headers([("x-secret-name", "1")]), [(format!("x-{MASK}"), "1".to_owned())]);
}

/// The beginning of an escape, cut off, stands before the value: both are read as one.
#[test]
fn a_value_behind_half_an_escape_is_hidden() {
    for (secret, introducers) in [
        ("n€Aaß\"", r"\"),
        ("\u{e9}t\"ait", r"\"),
        ("41bcé\"", "%"),
        ("lt;é\"&", "&"),
        ("a0ä ä\"", "%a"),
        ("41ä bc\"", "\\u00"),
        ("4;ä bc\"", "&#3"),
        ("1é\"ab/", "~"),
        ("\\\"nnn\"", r"\"),
    ] {
        for introducer in [introducers.to_owned(), introducers.repeat(3)] {
            for how in 0..14 {
                let form = written(secret, how);
                let hidden = redactor(&[secret]).text(&format!("x{introducer}{form}")).into_owned();
                assert!(how == 6 || !hidden.contains(&form), "{introducer}{form} → {hidden}");
            }
        }
    }
}

proptest! {
    #[test]
    fn no_output_holds_a_secret(
        secret in "[ -~äß😀€]{6,12}", before in r".{0,8}[\\\\%&~+']{0,3}", after in ".{0,8}", how in 0..14_usize,
    ) {
        let secret = secret.trim().to_owned();
        prop_assume!(secret.chars().count() >= LEAST && !MASK.contains(&secret));
        // Lower case changes letters of the value itself: a different value.
        prop_assume!(how != 6 || secret == secret.to_lowercase());
        let form = written(&secret, how);
        let text = format!("{before}{form}{after}");
        let redactor = Redactor::new([secret]);
        for hidden in [redactor.text(&text), redactor.url(&text), redactor.body(&text)] {
            prop_assert!(hidden.contains(MASK), "{} → {}", text, hidden);
            prop_assert!(!hidden.contains(&form), "{} → {}", text, hidden);
        }
    }

    #[test]
    fn no_nesting_holds_a_secret(
        secret in "[a-zA-Z0-9]{3}[\"\\\\/+&'<%a-z0-9 é€😀=-]{3,12}[a-zA-Z0-9]{2}",
        ways in prop::collection::vec(prop::sample::select(vec![1_usize, 2, 3, 4, 5, 7, 8, 9]), 1..=5),
    ) {
        let form = nested(&secret, &ways);
        prop_assume!(form.len() < 50_000);
        let text = format!("{{\"a\": \"{form}\"}}");
        let hidden = Redactor::new([secret]).text(&text).into_owned();
        prop_assert!(hidden.contains(MASK) && !hidden.contains(&form), "{:?}: {} → {}", ways, text, hidden);
    }

    #[test]
    fn no_base64_holds_a_secret(secret in "[ -~äß]{6,12}", before in "[ -~]{0,7}", after in "[ -~]{0,7}", safe: bool) {
        let secret = secret.trim().to_owned();
        prop_assume!(secret.chars().count() >= LEAST);
        let pair = format!("{before}{secret}{after}");
        let text = if safe { URL_SAFE_NO_PAD.encode(&pair) } else { STANDARD_NO_PAD.encode(&pair) };
        let redactor = Redactor::new([secret.clone()]);
        let hidden = redactor.text(&text);
        let kept = hidden.replace(MASK, "");
        prop_assert!(hidden.contains(MASK), "{} → {}", text, hidden);
        prop_assert!(kept.len() <= (before.len() + after.len()) * 4 / 3 + 4, "{} → {}", text, hidden);
    }

    #[test]
    fn arbitrary_text_never_panics_and_stays_without_secrets(text in any::<String>(), secret in any::<String>()) {
        let redactor = Redactor::new([secret]);
        let _ = (redactor.url(&text), redactor.body(&text), redactor.text(&text), redactor.named(&text, &text));
        prop_assert!(matches!(Redactor::default().text(&text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn broken_bodies_never_panic(text in r#"[\[\]{}"\\,:=&<>/?#@%+' a-zé\n]{0,60}"#, secret in "[a-z%&\\\\ ]{6}") {
        let redactor = Redactor::new([secret]);
        let _ = (redactor.url(&text), redactor.body(&text), redactor.headers([(text.as_str(), text.as_str())]));
    }

    #[test]
    fn a_text_without_the_value_is_borrowed(text in "[a-m %&;\\\\+/]{0,60}") {
        prop_assert!(matches!(redactor(&["nopqrstuvw"]).text(&text), Cow::Borrowed(_)));
    }
}
