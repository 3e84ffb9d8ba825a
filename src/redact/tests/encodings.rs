//! Values in base64 of base64, base32, hexadecimal, and escapes on top of each other.

use super::*;

#[test]
fn encodings_of_encodings_are_hidden() {
    use ::base64::engine::general_purpose::{STANDARD, URL_SAFE};
    let secret = "sk-9f?2/b7~c41d>x0";
    let redactor = redactor(&[secret]);
    let hex =
        |separator: &str| secret.bytes().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(separator);
    let base32 = |text: &str| {
        let bits = joined(text.bytes().map(|byte| format!("{byte:08b}")));
        let digit = |bits: &[u8]| {
            let bits = format!("{:0<5}", String::from_utf8_lossy(bits));
            let at = usize::from_str_radix(&bits, 2).unwrap();
            char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[at])
        };
        bits.as_bytes().chunks(5).map(digit).collect::<String>()
    };
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
