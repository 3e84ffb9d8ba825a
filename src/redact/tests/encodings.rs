//! Values in base64 of base64, base32, hexadecimal, and escapes on top of each other.

use super::*;
use ::base64::engine::general_purpose::{STANDARD, URL_SAFE};

fn hex(text: &str, separator: &str, prefix: &str) -> String {
    text.bytes().map(|byte| format!("{prefix}{byte:02x}")).collect::<Vec<_>>().join(separator)
}

fn base32(text: &str) -> String {
    let bits = joined(text.bytes().map(|byte| format!("{byte:08b}")));
    let digit = |bits: &[u8]| {
        let bits = format!("{:0<5}", String::from_utf8_lossy(bits));
        let at = usize::from_str_radix(&bits, 2).unwrap();
        char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[at])
    };
    bits.as_bytes().chunks(5).map(digit).collect::<String>()
}

fn lines(text: &str, width: usize, end: &str) -> String {
    let lines = text.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap());
    lines.collect::<Vec<_>>().join(end)
}

/// Each punctuation by its name, as far as HTML has a short one.
fn by_name(text: &str) -> String {
    let names = [
        ('!', "excl"),
        ('"', "quot"),
        ('#', "num"),
        ('$', "dollar"),
        ('%', "percnt"),
        ('&', "amp"),
        ('\'', "apos"),
        ('(', "lpar"),
        (')', "rpar"),
        ('*', "ast"),
        ('+', "plus"),
        (',', "comma"),
        ('-', "hyphen"),
        ('.', "period"),
        ('/', "sol"),
        (':', "colon"),
        (';', "semi"),
        ('<', "lt"),
        ('=', "equals"),
        ('>', "gt"),
        ('?', "quest"),
        ('@', "commat"),
        ('[', "lsqb"),
        ('\\', "bsol"),
        (']', "rsqb"),
        ('^', "Hat"),
        ('_', "lowbar"),
        ('`', "grave"),
        ('{', "lcub"),
        ('|', "verbar"),
        ('}', "rcub"),
    ];
    let name =
        |char: char| names.iter().find(|(named, _)| *named == char).map(|(_, name)| format!("&{name};"));
    joined(text.chars().map(|char| name(char).unwrap_or_else(|| char.to_string())))
}

fn quoted_printable(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'=' | 0..32 | 127.. => format!("={byte:02X}"),
        _ => char::from(byte).to_string(),
    };
    text.bytes()
        .map(byte)
        .collect::<Vec<_>>()
        .chunks(30)
        .map(<[String]>::concat)
        .collect::<Vec<_>>()
        .join("=\r\n")
}

/// How many encoders there are.
const ENCODERS: usize = 18;

/// What a program makes of a text by one of them.
fn encoded(text: &str, how: usize) -> String {
    match how {
        0 => STANDARD.encode(text),
        1 => URL_SAFE.encode(text).trim_end_matches('=').to_owned(),
        2 => lines(&STANDARD.encode(text), 76, "\r\n"),
        3 => lines(&STANDARD.encode(text), 64, "\n"),
        4 => base32(text),
        5 => base32(text).to_lowercase(),
        6 => hex(text, "", ""),
        7 => hex(text, "-", "").to_uppercase(),
        8 => hex(text, " ", ""),
        9 => hex(text, ", ", "0x"),
        10 => quoted_printable(text),
        11 => joined(text.bytes().map(|byte| format!("={byte:02X}"))),
        12 => by_name(text),
        13 => joined(text.bytes().map(|byte| format!("%{byte:02X}"))),
        how => written(text, [2, 3, 5, 9][how % 4]),
    }
}

/// Whether of a text, all of which is a secret, nothing is left but what is padding or a prefix.
fn is_hidden(text: &str, hidden: &str) -> bool {
    hidden.matches(MASK).count() == 1 && hidden.replace(MASK, "").len() <= text.len() / 2 + 2
}

#[test]
fn each_encoding_of_each_is_hidden() {
    let secret = "SSWSabcdef1234567890/+=Q";
    let redactor = redactor(&[secret]);
    for first in 0..ENCODERS {
        let once = encoded(secret, first);
        assert!(is_hidden(&once, &redactor.text(&once)), "{first}: {once} → {}", redactor.text(&once));
        for second in 0..ENCODERS {
            let twice = encoded(&once, second);
            assert!(
                is_hidden(&twice, &redactor.text(&twice)),
                "{first} {second}: {twice} → {}",
                redactor.text(&twice)
            );
        }
    }
}

/// Within other text, at any place of its digits.
#[test]
fn what_holds_a_secret_besides_other_text_is_hidden_in_any_encoding() {
    let secret = "p/+\"q<&>é12345";
    let redactor = redactor(&[secret]);
    for (before, after) in [
        ("{\"user\": \"jane\", \"scopes\": [\"read\"], \"token\": \"", "\", \"expires\": 3600}"),
        ("x", ""),
        ("token=", "&a=b"),
        ("<t>", "</t>\r\n"),
    ] {
        for inner in 0..ENCODERS {
            for outer in (0..ENCODERS).filter(|outer| !(10..14).contains(outer)) {
                let text = encoded(&format!("{before}{}{after}", encoded(secret, inner)), outer);
                for text in
                    [text.clone(), serde_json::to_string(&text).unwrap(), format!("/some/path/{text}")]
                {
                    assert!(redactor.text(&text).contains(MASK), "{inner} {outer} {before}: {text}");
                }
            }
        }
    }
}

#[test]
fn letters_outside_ascii_are_hidden_in_any_case() {
    let redactor = redactor(&["ENVtok=/+\"q<\"é12345", "straße-Πς-7"]);
    for text in [
        "ENVTOK=/+\"Q<\"É12345",
        "envtok=/+\"q<\"É12345",
        "ENVTOK=/+\\\"Q<\\\"\\u00C912345",
        "ENVTOK=/+&quot;Q&lt;&quot;&Eacute;12345",
        "ENVTOK%3D%2F%2B%22Q%3C%22%C3%8912345",
        "STRASSE-ΠΣ-7",
        "Straße-πΣ-7",
    ] {
        assert!(is_hidden(text, &redactor.text(text)), "{text} → {}", redactor.text(text));
        let inside = STANDARD.encode(format!("{{\"t\": \"{text}\"}}"));
        assert!(redactor.text(&inside).contains(MASK), "{text} → {inside}");
    }
    for text in ["ENVTOK=/+\"Q<\"È12345", "ÉÉÉÉÉÉÉÉ", "STRASE-ΠΣ-7"] {
        assert_eq!(redactor.text(text), text);
    }
}

#[test]
fn what_looks_encoded_and_holds_no_secret_stays() {
    let redactor = redactor(&["SSWSabcdef1234567890/+=Q", "a b'c~d\"e/é", "deadbeef00"]);
    let text =
        "This is an ordinary sentence, in which there is nothing to hide; 10:20:30 and abcdef1234567890.";
    for first in 0..ENCODERS {
        for second in 0..ENCODERS {
            let twice = encoded(&encoded(text, first), second);
            assert!(matches!(redactor.text(&twice), Cow::Borrowed(_)), "{first} {second}: {twice}");
        }
    }
    for text in [
        "123e4567-e89b-12d3-a456-426614174000",
        "aa:bb:cc:dd:ee:ff, 0xde, 0xad, 0xbe",
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
        "&sol;&plus;&equals;&unknown;&nbsp;É",
        "SSWSabcdef1234567890",
    ] {
        assert_eq!(redactor.text(text), text);
    }
}

proptest! {
    #[test]
    fn no_chain_of_encodings_holds_a_secret(
        secret in "[ -~é]{8,40}", ways in prop::collection::vec(0..ENCODERS, 1..=3),
    ) {
        let secret = secret.trim().to_owned();
        prop_assume!(secret.chars().count() >= 8);
        let text = ways.iter().fold(secret.clone(), |text, how| encoded(&text, *how));
        let redactor = Redactor::new([secret]);
        let hidden = redactor.text(&text);
        prop_assert!(is_hidden(&text, &hidden), "{:?}: {} → {}", ways, text, hidden);
    }

    #[test]
    fn no_chain_of_encodings_of_anything_else_is_changed(
        secret in r"[!-$(*,-<>?A-\[\]^_a-}é]{8,40}", other in "[ -~é]{0,60}", ways in prop::collection::vec(0..ENCODERS, 0..=3),
    ) {
        let short: String = secret.trim().chars().take(6).collect();
        let near = format!("{short}{other}");
        prop_assume!(!near.to_lowercase().contains(&secret.trim().to_lowercase()));
        let text = ways.iter().fold(near, |text, how| encoded(&text, *how));
        let redactor = Redactor::new([secret]);
        prop_assert!(matches!(redactor.text(&text), Cow::Borrowed(_)), "{:?}: {} → {}", ways, text, redactor.text(&text));
    }
}

#[test]
fn encodings_of_encodings_are_hidden() {
    let secret = "sk-9f?2/b7~c41d>x0";
    let redactor = redactor(&[secret]);
    let hex = |separator: &str| hex(secret, separator, "").to_uppercase();
    let quoted = |text: &str| joined(text.bytes().map(|byte| format!("={byte:02X}")));
    let soft = format!("{}=\r\n{}", &secret[..7], &secret[7..]);
    let utf16 = |text: &str| joined(text.encode_utf16().map(|unit| format!("\\u{unit:04x}")));
    let percent = |text: &str| joined(text.bytes().map(|b| format!("%{b:02X}")));
    let entities = |text: &str| joined(text.chars().map(|c| format!("&#x{:x};", u32::from(c))));
    for before in ["", "u", "us", "user:", "a longer user:"] {
        let pair = format!("{before}{secret} and more");
        let once = STANDARD.encode(&pair);
        for form in [
            STANDARD.encode(&once),
            STANDARD.encode(format!("x{once}")),
            URL_SAFE.encode(STANDARD.encode(&once)),
            STANDARD.encode(hex("")),
            base32(&pair),
            base32(&pair).to_lowercase(),
            hex(":"),
            hex(":").to_lowercase(),
            quoted(secret),
            soft.clone(),
            utf16(secret),
            utf16(&utf16(secret)),
            percent(&percent(secret)),
            entities(secret),
            entities(&entities(secret)),
            joined(secret.bytes().map(|byte| format!("\\x{byte:02x}"))),
        ] {
            for text in [form.clone(), format!("{{\"{form}\": 1}}"), form.replace('/', "\\/")] {
                let hidden = redactor.text(&text).into_owned();
                // What is left belongs to the bytes around.
                let rest = hidden.replace(MASK, "").len();
                let around = (before.len() + 9) * 8 / 3 + 24;
                assert!(hidden.contains(MASK) && rest <= around, "{before}: {text} → {hidden}");
            }
        }
    }
}
