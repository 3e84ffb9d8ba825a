//! Numbers as text in the way of JavaScript, which is what newman sends for them.

/// The most digits that every number of JavaScript keeps.
const KEPT: usize = 15;

/// What `String()` of JavaScript makes of a decimal number: `1.50` is `1.5`, `007` is `7`, `1e3` is
/// `1000`. A text that is no decimal number, has more than 15 digits, or stands for a number below
/// 1e-6 or from 1e21 on, stays as it is written.
pub(super) fn as_javascript(written: &str) -> String {
    let is_decimal = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
    let mantissa = written.split(['e', 'E']).next().unwrap_or_default();
    let digits = mantissa.trim_start_matches(['+', '-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
    let number = written.parse::<f64>().ok().filter(|_| written.bytes().all(is_decimal) && digits <= KEPT);
    match number {
        // JavaScript writes -0 as 0.
        Some(0.0) => "0".to_owned(),
        Some(number) if (1e-6..1e21).contains(&number.abs()) => number.to_string(),
        Some(_) | None => written.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::as_javascript;

    #[test]
    fn decimals_are_written_anew_and_long_ones_kept() {
        for (written, text) in [
            ("007", "7"),
            ("1.50", "1.5"),
            ("1e3", "1000"),
            ("+5", "5"),
            ("-5.0", "-5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-0", "0"),
            ("0.000001", "0.000001"),
            ("738964000000291009", "738964000000291009"),
            ("0.1234567890123456789", "0.1234567890123456789"),
            ("1e-9", "1e-9"),
            ("1e400", "1e400"),
            ("0x10", "0x10"),
            ("inf", "inf"),
            ("NaN", "NaN"),
            ("1,5", "1,5"),
            ("", ""),
            ("e", "e"),
            ("2026-11-21", "2026-11-21"),
        ] {
            assert_eq!(as_javascript(written), text, "{written}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_anew_is_the_same_number(number in -1e12..1e12_f64, text in ".{0,12}") {
            let written = as_javascript(&number.to_string());
            prop_assert_eq!(written.parse::<f64>().ok(), Some(number));
            prop_assert_eq!(as_javascript(&as_javascript(&text)), as_javascript(&text));
        }
    }
}
