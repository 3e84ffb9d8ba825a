//! Which names say that their value is secret.

/// How sure a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// The value is a credential.
    Secret,
    /// It is one among parameters and variables; among members of a body it often is not.
    Perhaps,
    /// Nothing.
    Nothing,
}

/// Last words that make a name secret; a word also counts where it ends with one (`csrftoken`).
const SECRET: &[&str] = &[
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "credential",
    "authorization",
    "cookie",
    "apikey",
    "privatekey",
    "secretkey",
    "accesskey",
    "sessionid",
    "sessid",
];

/// Last words that make a name secret as whole words only.
const SECRET_WHOLE: &[&str] =
    &["pwd", "jwt", "bearer", "csrf", "xsrf", "otp", "cvv", "cvc", "assertion", "pass", "passwords"];

/// Last words that may make a name secret.
const PERHAPS: &[&str] = &["auth", "authentication", "session", "signature", "sig", "sid", "key"];

/// Words before `key` that make it a credential.
const KEY_SECRET: &[&str] = &[
    "api",
    "private",
    "secret",
    "access",
    "auth",
    "master",
    "encryption",
    "encrypted",
    "signing",
    "subscription",
    "consumer",
    "client",
    "admin",
    "shared",
    "storage",
    "account",
    "service",
    "license",
];

/// Words before `key` with which it is none.
const KEY_PLAIN: &[&str] = &[
    "public",
    "primary",
    "foreign",
    "sort",
    "partition",
    "idempotency",
    "lookup",
    "cache",
    "site",
    "error",
    "setting",
    "natural",
    "composite",
    "routing",
    "translation",
    "message",
];

/// Words at the end that leave open what the name speaks of.
const FILLING: &[&str] = &["value", "string", "hash", "base64", "plain", "header"];

/// Whether a name (of a header, variable, parameter or JSON member) says that its value is secret.
///
/// The name is taken apart into words (`accessToken`, `ACCESS_TOKEN`, `user[access-token]`), and
/// the last one decides: `token`, `secret`, `password`, `credentials`, `authorization`, `cookie`
/// and their kin; `key` except where the word before it speaks of another kind of key
/// (`public_key`, `Idempotency-Key`); `auth`, `session`, `signature`; `session_id`, `auth_code`.
/// So `author`, `keyboard`, `token_type`, `password_expires_at` and `apiName` are not.
///
/// Follows the list that schemathesis hides by default, without its names of addresses
/// (`x-forwarded-for`): they are no credentials.
///
/// ```
/// use uphold::redact::is_secret_name;
///
/// assert!(is_secret_name("X-Api-Key") && is_secret_name("clientSecret") && is_secret_name("key"));
/// assert!(!is_secret_name("author") && !is_secret_name("primary_key") && !is_secret_name("token_type"));
/// ```
pub fn is_secret_name(name: &str) -> bool {
    says(name) != Says::Nothing
}

/// Whether a name says without a doubt that what stands under it is a credential: those of
/// [`is_secret_name`] without `key`, `auth`, `session`, `signature` and `sid` alone, which often name other
/// things.
///
/// ```
/// use uphold::redact::is_credential_name;
///
/// assert!(is_credential_name("password") && is_credential_name("api_keys"));
/// assert!(!is_credential_name("key") && !is_credential_name("session"));
/// ```
pub fn is_credential_name(name: &str) -> bool {
    says(name) == Says::Secret
}

/// How many bytes a word has at most.
const LONGEST_WORD: usize = 64;

/// Whether a text is a plain word, such as `expired` or `Bearer`, which messages and schemes are made of: letters,
/// and between them `-`, `_` and `.`, 64 bytes at most.
///
/// ```
/// use uphold::redact::is_plain_word;
///
/// assert!(is_plain_word("expired") && is_plain_word("Bearer"));
/// assert!(!is_plain_word("hunter2") && !is_plain_word("aXbYc"));
/// ```
pub fn is_plain_word(text: &str) -> bool {
    let text = text.trim_end_matches(['.', '!', '?', ':']);
    // Only so much is looked at, so that a text full of names takes no more than linear time.
    text.len() <= LONGEST_WORD
        && text.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '_' | '.'))
        && !text
            .get(1..)
            .is_some_and(|rest| rest.chars().any(char::is_uppercase) && rest.chars().any(char::is_lowercase))
}

/// Whether the value of a header field or parameter is hidden for its name.
pub(super) fn hides_parameter(name: &str, value: &str) -> bool {
    is_secret_name(name) && holds_something(value)
}

/// Whether the value of a member of a body is hidden for its name.
pub(super) fn hides_member(name: &str, value: &str) -> bool {
    let hides = match says(name) {
        Says::Secret => true,
        Says::Perhaps => is_opaque(value),
        Says::Nothing => false,
    };
    hides && holds_something(value)
}

fn holds_something(value: &str) -> bool {
    !matches!(value.trim(), "" | "true" | "false" | "null")
}

/// Looks like a credential: 16 or more characters, letters and digits among them, no space. Only
/// the beginning is looked at, so that a body full of names takes no more than linear time.
fn is_opaque(value: &str) -> bool {
    let start = value.as_bytes().get(..64).unwrap_or(value.as_bytes());
    start.len() >= 16
        && start.iter().all(u8::is_ascii_graphic)
        && start.iter().any(u8::is_ascii_digit)
        && start.iter().any(u8::is_ascii_alphabetic)
        && !start.windows(3).any(|three| three == b"://")
}

fn says(name: &str) -> Says {
    // CORS speaks about credentials and holds none (`Access-Control-Allow-Credentials`).
    if name.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("access-control-")) {
        return Says::Nothing;
    }
    let words = words(last_segment(name));
    let mut words = words.as_slice();
    while let [before @ .., last] = words
        && !before.is_empty()
        && FILLING.contains(&last.as_str())
    {
        words = before;
    }
    let [before @ .., last] = words else {
        return Says::Nothing;
    };
    let before = before.last().map_or("", String::as_str);
    match (before, singular(last)) {
        ("session", "id") | ("auth" | "authorization", "code") => Says::Secret,
        (before, "key") if KEY_SECRET.contains(&before) => Says::Secret,
        (before, "key") if KEY_PLAIN.contains(&before) => Says::Nothing,
        (_, last) if SECRET_WHOLE.contains(&last) => Says::Secret,
        (_, last) if SECRET.iter().any(|secret| last.ends_with(secret)) => Says::Secret,
        // In the plural these speak of lists (`package_keys`, `sessions`).
        (_, _) if PERHAPS.contains(&last.as_str()) => Says::Perhaps,
        _ => Says::Nothing,
    }
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').filter(|rest| !rest.ends_with('s')).unwrap_or(word)
}

/// What stands in the last brackets that are not empty (`card[cvc_token]`, `tokens[]`), else the
/// whole name.
fn last_segment(name: &str) -> &str {
    name.split(['[', ']'])
        .rfind(|part| !part.is_empty() && !part.bytes().all(|b| b.is_ascii_digit()))
        .unwrap_or(name)
}

/// The words of a name in lower case, digits dropped: cut at anything that is no letter, before
/// an upper case letter behind a lower case one, and before the last of several upper case ones
/// (`APIKey`).
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, char) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let next = chars.get(at + 1);
        let begins = char.is_uppercase()
            && (before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit())
                || (before.is_some_and(|b| b.is_uppercase()) && next.is_some_and(|n| n.is_lowercase())));
        if begins || !char.is_alphanumeric() {
            words.push(std::mem::take(&mut word));
        }
        if char.is_alphabetic() {
            word.extend(char.to_lowercase());
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}
