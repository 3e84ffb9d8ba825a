//! How many requests may be sent in how long: `10/s`, `600/m`, `5000/h`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A rate as it is written on the command line and in suite.toml: a whole number from 1 to
/// 1,000,000, `/`, and `s`, `m` or `h`.
///
/// ```
/// use uphold::suite::Rate;
///
/// let rate: Rate = "90/m".parse()?;
/// assert_eq!((rate.number(), rate.unit().as_secs()), (90, 60));
/// assert!("1.5/s".parse::<Rate>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    number: u32,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
}

impl Rate {
    const MOST: u32 = 1_000_000;

    /// How many; never 0.
    pub fn number(self) -> u32 {
        self.number
    }

    /// In how long.
    pub fn unit(self) -> Duration {
        match self.unit {
            Unit::Second => Duration::from_secs(1),
            Unit::Minute => Duration::from_mins(1),
            Unit::Hour => Duration::from_hours(1),
        }
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = || {
            let (number, unit) = text.trim().split_once('/')?;
            let unit = match unit {
                "s" => Unit::Second,
                "m" => Unit::Minute,
                "h" => Unit::Hour,
                _ => return None,
            };
            // `parse` would take a sign.
            let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            let number = digits.then(|| number.parse().ok())??;
            (1..=Self::MOST).contains(&number).then_some(Self { number, unit })
        };
        parsed()
            .ok_or_else(|| "a rate such as 10/s, 600/m or 5000/h; the number is whole, 1 to 1000000".into())
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Second => 's',
            Unit::Minute => 'm',
            Unit::Hour => 'h',
        };
        write!(f, "{}/{unit}", self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_rate_is_refused() {
        for bad in ["", "10", "/s", "0/s", "-1/s", "+1/s", "1.5/s", "10/d", "10/sec", "1000001/s", "1/s/s"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_rate_is_what_it_is_written_as(number in 1..=Rate::MOST, unit in "[smh]") {
            let text = format!("{number}/{unit}");
            proptest::prop_assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }

        #[test]
        fn any_text_is_a_rate_or_an_error(text in ".{0,12}") {
            if let Ok(rate) = text.parse::<Rate>() {
                proptest::prop_assert!(rate.number() > 0);
            }
        }
    }
}
