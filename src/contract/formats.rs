//! The formats `date`, `date-time`, `time` and `uuid` of JSON Schema, checked character by character
//! (RFC 3339 §5.6): the validator's own checks accept `2021-05-1+` and `12:0+:00Z`.

/// A day of the calendar, `2021-05-11`.
///
/// ```
/// use uphold::contract::formats::date;
///
/// assert!(date("2024-02-29"));
/// assert!(!date("2023-02-29") && !date("2021-05-1+"));
/// ```
pub fn date(text: &str) -> bool {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return false };
    let (Some(century), Some(year)) = (two(y1, y2), two(y3, y4)) else { return false };
    let (Some(month), Some(day)) = (two(m1, m2), two(d1, d2)) else { return false };
    (1..=days(century * 100 + year, month)).contains(&day)
}

/// A UUID in its usual form, `988c2c6d-df1b-4bb9-b837-6ba706c0b4ad` (RFC 9562 §4).
pub fn uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A time of the day with its offset from UTC, `12:57:36.5+02:00`. A leap second is one only
/// where it can be: at 23:59:60 UTC.
pub fn time(text: &str) -> bool {
    let Some((&[h1, h2, b':', m1, m2, b':', s1, s2], rest)) = text.as_bytes().split_first_chunk::<8>() else {
        return false;
    };
    let (Some(hour), Some(minute), Some(second)) = (two(h1, h2), two(m1, m2), two(s1, s2)) else {
        return false;
    };
    let Some(offset) = fraction(rest).and_then(offset) else { return false };
    let minute_of_day = i32::from(hour * 60 + minute) - offset;
    let leap = second == 60 && minute_of_day.rem_euclid(24 * 60) == 24 * 60 - 1;
    hour <= 23 && minute <= 59 && (second <= 59 || leap)
}

/// A day and a time of it, `2021-05-11T12:57:36Z`; the letters `T` and `Z` in either case.
pub fn date_time(text: &str) -> bool {
    text.split_once(['T', 't']).is_some_and(|(day, rest)| date(day) && time(rest))
}

/// What follows the fraction of a second; `None` where a dot has no digit behind it.
fn fraction(rest: &[u8]) -> Option<&[u8]> {
    let Some((b'.', digits)) = rest.split_first() else { return Some(rest) };
    let end = digits.iter().position(|b| !b.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(end..).filter(|_| end > 0)
}

/// The offset in minutes.
fn offset(rest: &[u8]) -> Option<i32> {
    match *rest {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (two(h1, h2)?, two(m1, m2)?);
            let minutes = (hours <= 23 && minutes <= 59).then(|| i32::from(hours * 60 + minutes))?;
            Some(if sign == b'-' { -minutes } else { minutes })
        }
        _ => None,
    }
}

fn two(tens: u8, ones: u8) -> Option<u16> {
    let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
    digits.then(|| u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
}

fn days(year: u16, month: u16) -> u16 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400) => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar() {
        for good in ["2021-05-11", "2024-02-29", "2000-02-29", "0000-01-01", "9999-12-31"] {
            assert!(date(good), "{good}");
        }
        for bad in [
            "",
            "2021-5-11",
            "2021-05-1+",
            "2.01-05-11",
            "2021-02-30",
            "1900-02-29",
            "2021-13-01",
            "2021-00-01",
            "2021-04-31",
            "2021-05-00",
            "2021-05-11 ",
            "２021-05-11",
            "2021/05/11",
        ] {
            assert!(!date(bad), "{bad}");
        }
    }

    #[test]
    fn times_with_an_offset() {
        for good in ["12:57:36Z", "00:00:00.000001-23:59", "23:59:60Z", "01:29:60+01:30", "12:00:00z"] {
            assert!(time(good), "{good}");
        }
        for bad in [
            "12:57:36",
            "12:0+:00Z",
            "24:00:00Z",
            "12:60:00Z",
            "12:00:61Z",
            "12:00:60Z",
            "12:00:00.Z",
            "12:00:00+24:00",
            "12:00:00+1:00",
            "12:00:00ZZ",
            "1２:00:00Z",
            "",
        ] {
            assert!(!time(bad), "{bad}");
        }
        assert!(date_time("2021-05-11T12:57:36+00:00") && date_time("2021-05-11t12:57:36z"));
        for bad in
            ["2021-05-11T12:57:3++00:00", "2021-05-11 12:57:36Z", "2021-05-11T25:00:00Z", "2021-05-11T"]
        {
            assert!(!date_time(bad), "{bad}");
        }
    }
}
