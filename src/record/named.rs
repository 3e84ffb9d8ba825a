//! What the name of a value says of it: that it speaks of a person, or is part of a secret.

use crate::redact::is_credential_name;

/// Last words of names whose values speak of a person.
const PERSONS: &[&str] = &[
    "firstname",
    "lastname",
    "middlename",
    "fullname",
    "surname",
    "givenname",
    "familyname",
    "nickname",
    "username",
    "login",
    "phone",
    "mobile",
    "fax",
    "telephone",
    "street",
    "zip",
    "postcode",
    "postalcode",
    "dob",
    "birthday",
    "birthdate",
    "dateofbirth",
    "ssn",
    "iban",
    "bic",
    "passport",
    "email",
    "mail",
];

/// The same, as whole words only; and what is good for one use.
const WHOLE: &[&str] = &["pin", "puk", "nonce"];

/// First words of members that are no part of the secret that they stand in.
const PLAIN: &[&str] = &[
    "type", "kind", "count", "total", "expires", "expiry", "ttl", "scope", "scopes", "status", "created",
    "updated",
];

/// Whether nobody should see a value under this name, though it is no credential.
pub(super) fn is_personal(name: &str) -> bool {
    let letters: String = name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    PERSONS.iter().any(|known| letters.ends_with(known)) || is_of_one_use(name)
}

/// Whether the last word of the name is a PIN or a nonce.
pub(super) fn is_of_one_use(name: &str) -> bool {
    words(name).last().is_some_and(|last| WHOLE.contains(&last.as_str()))
}

/// The name that decides on a member: that of the object around it, where that is a secret as a whole
/// (`"credentials": {"user": …}`), else its own.
pub(super) fn deciding<'n>(around: &'n str, own: &'n str) -> &'n str {
    let is_plain = || words(own).first().is_some_and(|first| PLAIN.contains(&first.as_str()));
    if is_credential_name(around) && !is_credential_name(own) && !is_plain() { around } else { own }
}

/// `clientPin`, `CLIENT_PIN`: `client`, `pin`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (was_lower && c.is_uppercase()) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_stands_under_them() {
        for name in ["pin", "card_pin", "clientPIN", "X-Nonce", "firstName", "home_phone"] {
            assert!(is_personal(name), "{name}");
        }
        for name in ["shipping", "spin", "pinned", "announce", "zipper", ""] {
            assert!(!is_personal(name), "{name}");
        }
        assert_eq!(deciding("credentials", "user"), "credentials");
        assert_eq!(deciding("credentials", "password"), "password");
        assert_eq!(deciding("tokens", "expires_in"), "expires_in");
        assert_eq!(deciding("customer", "user"), "user");
    }
}
