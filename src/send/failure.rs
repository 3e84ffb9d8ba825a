//! What went wrong on the wire, in short words that name the cause.
//!
//! reqwest's own texts name the layer ("error sending request"); the cause is at the end of the
//! chain of sources. A time that ran out is looked for first: in the body phase reqwest calls it
//! a decoding error as well.

use std::error::Error;
use std::io;
use std::time::Duration;

use super::exchange::SendError;
use super::limits::Limits;

/// No answer's head came in time.
pub(super) fn no_head(limits: &Limits) -> SendError {
    let (limit, name) = if limits.total <= limits.idle {
        (limits.total, "the limit for a whole exchange")
    } else {
        (limits.idle, "the limit without a sign of life")
    };
    SendError::Timeout(format!("no answer within {}, {name}", seconds(limit)))
}

/// The redirects took longer than the whole exchange may.
pub(super) fn still_redirected(limits: &Limits) -> SendError {
    SendError::Timeout(format!(
        "the redirects did not end within {}, the limit for a whole exchange",
        seconds(limits.total)
    ))
}

/// The body was not complete, or not decoded, in time.
pub(super) fn not_whole(limits: &Limits, bytes: u64) -> SendError {
    SendError::Timeout(format!(
        "the answer was not complete within {}, the limit for a whole exchange: its head and {bytes} bytes of its body came",
        seconds(limits.total)
    ))
}

/// The body stopped coming.
pub(super) fn stalled(limits: &Limits, bytes: u64) -> SendError {
    SendError::Timeout(format!(
        "the answer stopped after its head and {bytes} bytes of its body: nothing more within {}, the limit without a sign of life",
        seconds(limits.idle)
    ))
}

/// The proxy refuses to pass anything on (407).
pub(super) fn wants_credentials(place: &str) -> SendError {
    SendError::Connect(format!(
        "{place}: the proxy wants credentials (407); name them in its URL, http://USER:PASSWORD@HOST:PORT"
    ))
}

/// Why reqwest gave no head.
pub(super) fn of_head(error: &reqwest::Error, place: &str, limits: &Limits) -> SendError {
    let cause = cause(error);
    if error.is_connect() {
        return if error.is_timeout() && !is_os_timeout(error) {
            SendError::Timeout(format!(
                "no connection to {place} within {}, the limit for connecting",
                seconds(limits.connect)
            ))
        } else if error.is_dns() {
            SendError::Connect(format!("{place}: the host name is not known ({cause})"))
        } else {
            match cause.as_str() {
                "tunnel error: proxy authorization required" => wants_credentials(place),
                "tunnel error: unsuccessful" => {
                    SendError::Connect(format!("{place}: the proxy refuses to pass it on"))
                }
                "tunnel error: unexpected end of file" => {
                    SendError::Connect(format!("{place}: the proxy closed the connection"))
                }
                _ if is_refused_certificate(error) => SendError::Untrusted(format!("{place}: {cause}")),
                _ => SendError::Connect(format!("{place}: {cause}")),
            }
        };
    }
    if error.is_timeout() {
        return SendError::Timeout(format!("no answer: {cause}"));
    }
    if error.is_builder() {
        return SendError::Unsendable(format!("the request cannot be sent: {cause}"));
    }
    SendError::Broken(match cause.as_str() {
        "message head is too large" => {
            "no usable answer: its head is larger than 100 fields or about 400 KiB".to_owned()
        }
        _ => format!("no usable answer: {cause}"),
    })
}

/// Why the body broke off.
pub(super) fn of_body(error: &reqwest::Error, bytes: u64) -> SendError {
    let cause = cause(error);
    if error.is_timeout() {
        return SendError::Timeout(format!("the answer stopped after {bytes} bytes of its body: {cause}"));
    }
    SendError::Broken(format!("the body of the answer is broken after {bytes} bytes: {cause}"))
}

/// The text of the innermost cause; a certificate that is refused in plain words.
pub(super) fn cause(error: &(dyn Error + 'static)) -> String {
    let root = chain(error).last().unwrap_or(error);
    if let Some(error) = root.downcast_ref::<rustls::Error>() {
        return tls(error);
    }
    if let Some(error) = root.downcast_ref::<io::Error>().filter(|e| e.raw_os_error().is_some()) {
        // Without the number of the operating system's error.
        let text = error.to_string();
        return decapitalised(text.split(" (os error").next().unwrap_or(&text));
    }
    decapitalised(&root.to_string())
}

fn tls(error: &rustls::Error) -> String {
    use rustls::CertificateError as Refused;
    match error {
        rustls::Error::InvalidCertificate(Refused::UnknownIssuer) => {
            "the certificate is self-signed or of an authority that this machine does not trust".to_owned()
        }
        rustls::Error::InvalidMessage(_) => {
            format!("the answer is not TLS; perhaps the URL should begin with http:// ({error})")
        }
        rustls::Error::InvalidCertificate(why) => format!("the certificate is refused: {why}"),
        rustls::Error::AlertReceived(rustls::AlertDescription::NoApplicationProtocol) => {
            "the server does not speak the version of HTTP that is asked for (`protocolVersion`)".to_owned()
        }
        rustls::Error::General(text) => decapitalised(text),
        other => format!("TLS: {other}"),
    }
}

/// An error and its sources, outermost first. [`io::Error`] hides what it wraps from `source`.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match wrapped {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

fn is_refused_certificate(error: &reqwest::Error) -> bool {
    let found = chain(error).last().and_then(|root| root.downcast_ref::<rustls::Error>());
    matches!(found, Some(rustls::Error::InvalidCertificate(_)))
}

fn is_os_timeout(error: &reqwest::Error) -> bool {
    chain(error).filter_map(|e| e.downcast_ref::<io::Error>()).any(|e| e.raw_os_error().is_some())
}

/// First letter small, unless the word is an abbreviation.
fn decapitalised(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(std::iter::once(second)).chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

/// A duration as people write it: `30 s`, `1.5 s`, `150 ms`.
fn seconds(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{} s", duration.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        for (ms, text) in [(30_000, "30 s"), (1_500, "1.5 s"), (150, "150 ms"), (0, "0 ms")] {
            assert_eq!(seconds(Duration::from_millis(ms)), text);
        }
    }

    #[test]
    fn the_innermost_cause_is_told_without_its_number() {
        let os = io::Error::other(io::Error::from_raw_os_error(111));
        assert_eq!(cause(&os), "connection refused");
        let wrapped = io::Error::other(io::Error::other("Some Text"));
        assert_eq!(cause(&wrapped), "some Text");
        assert_eq!(decapitalised("HTTP is missing"), "HTTP is missing");
    }
}
