//! The first suite.toml of a suite: what is known of its collection, as comments and as settings
//! that are switched off.
//!
//! Invariants of [`Starter::text`]: it parses, as it is and with every setting switched on (a line
//! that begins with `# ` and a key or a bracket); whatever names and URLs hold stays in its line, and
//! nothing in it is invisible.

use std::fmt::Write as _;

use super::name::id_part;

mod quote;

use quote::{key, shown, value};

/// How many cases are shown that a live API cannot be asked for.
const MOST_CASES: usize = 12;

/// What is known of a collection when the first suite.toml is written. Names, URLs and reasons are
/// as they stand in its files; nothing in here may be secret.
#[derive(Debug, Clone, Default)]
pub struct Starter {
    /// The name of the suite's folder.
    pub name: String,
    /// The name of the collection.
    pub title: String,
    /// The environment files in the suite's folder.
    pub environments: Vec<String>,
    /// How many cases there are.
    pub cases: usize,
    /// The variable that the URLs begin with.
    pub base_variable: Option<String>,
    /// Where they lead to as the collection stands.
    pub base_url: Option<String>,
    /// The other hosts.
    pub hosts: Vec<OtherHost>,
    /// Methods that may write, with the number of their cases.
    pub unsafe_methods: Vec<(String, usize)>,
    /// Variables without a value, with the number of cases that need them.
    pub variables: Vec<(String, usize)>,
    /// The auth that most cases have.
    pub auth: Option<StarterAuth>,
    /// How many cases a live API can be asked for.
    pub live: Live,
    /// Cases that a live API cannot be asked for, other than for what is said above.
    pub skipped: Vec<SkippedCase>,
}

/// The cases by what a live API, all of whose methods are allowed, needs for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Live {
    /// Can be sent as they are.
    pub sent: usize,
    /// Wait for a value, auth or host that suite.toml names.
    pub waiting: usize,
    /// Need a recipe.
    pub recipes: usize,
    /// Need another request or an upload.
    pub others: usize,
}

/// A host of the collection that the base URL does not stand for.
#[derive(Debug, Clone)]
pub struct OtherHost {
    /// As written in URLs: `{{soap_endpoint}}`.
    pub form: String,
    /// Where it leads to as the collection stands.
    pub url: Option<String>,
    /// How many cases go there.
    pub cases: usize,
}

/// The auth that most cases have.
#[derive(Debug, Clone)]
pub struct StarterAuth {
    /// Postman's `type`.
    pub kind: String,
    /// How many cases have it.
    pub cases: usize,
    /// The name of the header or parameter of an API key.
    pub api_key: Option<String>,
    /// Whether an API key is a parameter of the query.
    pub in_query: bool,
    /// The other types.
    pub others: Vec<String>,
}

/// A case that is skipped live.
#[derive(Debug, Clone)]
pub struct SkippedCase {
    /// Its id.
    pub id: String,
    /// The reason, as `uphold list` gives it.
    pub reason: String,
    /// What of suite.toml would help.
    pub cure: Cure,
}

/// What of suite.toml would help a case.
#[derive(Debug, Clone)]
pub enum Cure {
    /// `status`: the one that the example's name speaks of.
    Status(Option<u16>),
    /// `path`, for these path variables.
    Path(Vec<String>),
    /// Another request, or none.
    Request,
}

impl Starter {
    /// The text of suite.toml.
    ///
    /// ```
    /// use uphold::suite::Starter;
    ///
    /// let starter = Starter {
    ///     name: "shop".to_owned(),
    ///     variables: vec![("token".to_owned(), 2), ("user_id".to_owned(), 1)],
    ///     ..Starter::default()
    /// };
    /// let text = starter.text();
    /// assert!(text.contains("\n# token = \"${SHOP_TOKEN}\"\n") && text.contains("\n# user_id = \"${USER_ID}\"\n"));
    /// ```
    pub fn text(&self) -> String {
        let mut text = self.head();
        for part in [self.target(), self.variables(), self.auth(), self.cases()] {
            text.push_str(&part);
        }
        text
    }

    /// The base URL as commands show it: `URL` where it is none that can be called, or not plain.
    pub fn command_url(&self) -> &str {
        let fits = |url: &&str| url.bytes().all(is_plain) && !is_placeholder(url);
        self.base_url.as_deref().filter(fits).unwrap_or("URL")
    }

    fn head(&self) -> String {
        let name = &self.name;
        let url = self.command_url();
        let mut text = format!(
            "# What the collection «{}» cannot say.\n#\n\
             #   uphold run {name}                   serves the examples by the embedded mock\n\
             #   uphold list {name} --base-url URL   shows how each case is had from a live API\n\
             #   uphold run {name} --base-url {url}\n#\n\
             # Settings behind a # are switched off.\n\n",
            shown(&self.title)
        );
        if let [first, _, ..] = self.environments.as_slice() {
            let all: Vec<_> = self.environments.iter().map(|file| shown(file)).collect();
            let _ = writeln!(text, "# One of: {}\nenvironment = {}\n", all.join(", "), value(first));
        }
        text
    }

    fn target(&self) -> String {
        let mut text = "[target]\n".to_owned();
        if let Some(name) = &self.base_variable {
            let _ = writeln!(
                text,
                "# The variable that the URLs begin with: the base URL stands in its place.\nbase_variable = {}",
                value(name)
            );
        }
        let url = self.base_url.as_deref().unwrap_or("https://api.example.com");
        let _ = writeln!(
            text,
            "# Where the API is. Off, so that nothing is sent there before you say so.\n# base_url = {}",
            value(url)
        );
        if !self.unsafe_methods.is_empty() {
            let sum: usize = self.unsafe_methods.iter().map(|(_, cases)| cases).sum();
            let methods = self.unsafe_methods.iter().map(|(method, n)| format!("{} ({n})", shown(method)));
            let _ = writeln!(
                text,
                "# {sum} of {} cases may change data: {}. They are sent to other hosts than this machine\n\
                 # only with this, or with --allow-writes.\n# writes = true",
                self.cases,
                methods.collect::<Vec<_>>().join(", ")
            );
        }
        if !self.hosts.is_empty() {
            text.push_str("# Cases that go to other hosts are skipped until their servers are named.\n");
        }
        for host in &self.hosts {
            let url = host.url.as_deref().unwrap_or("https://api.example.com");
            let _ = writeln!(
                text,
                "#   {} here:\n# hosts.{} = {}",
                cases(host.cases),
                key(&host.form),
                value(url)
            );
        }
        text
    }

    fn variables(&self) -> String {
        if self.variables.is_empty() {
            return String::new();
        }
        let mut text =
            "\n# Variables that have no value in the files. ${NAME} is one of the process environment, and\n\
             # secret. Cases that need one are skipped until it is given.\n[variables]\n"
                .to_owned();
        let mut taken = Vec::new();
        for (name, count) in &self.variables {
            // `${USER}` and `${PATH}` are something else everywhere.
            let own =
                if id_part(name).contains('_') { name.clone() } else { format!("{} {name}", self.name) };
            let given = environment_name(&own, &mut taken);
            let needs = if *count == 1 { "needs" } else { "need" };
            let _ = writeln!(text, "#   {} {needs} it:\n# {} = {}", cases(*count), key(name), value(&given));
        }
        text
    }

    fn auth(&self) -> String {
        let Some(auth) = &self.auth else { return String::new() };
        let kind = shown(&auth.kind);
        let mut text = format!("\n# {} auth of type {kind}.", have(auth.cases));
        if !auth.others.is_empty() {
            let others: Vec<_> = auth.others.iter().map(|kind| shown(kind)).collect();
            let _ = write!(text, " Others have: {}.", others.join(", "));
        }
        let lines = self.auth_lines(auth);
        if lines.is_empty() {
            text.push_str(" uphold cannot send it; another type can be given in [auth.default].\n");
            return text;
        }
        text.push_str(" What stands here goes before what the collection holds.\n# [auth.default]\n");
        let _ = writeln!(text, "# type = {}", value(&auth.kind));
        for (name, text_of) in lines {
            let _ = writeln!(text, "# {name} = {}", value(&text_of));
        }
        text
    }

    /// The parameters that the type needs.
    fn auth_lines(&self, auth: &StarterAuth) -> Vec<(&'static str, String)> {
        let of = |what: &str| environment_name(&format!("{} {what}", self.name), &mut Vec::new());
        let lines =
            |names: &[(&'static str, &str)]| names.iter().map(|(name, what)| (*name, of(what))).collect();
        match auth.kind.as_str() {
            "bearer" => lines(&[("token", "token")]),
            "oauth2" => lines(&[("access_token", "token")]),
            "basic" | "digest" => lines(&[("username", "user"), ("password", "password")]),
            "apikey" => {
                let name = auth.api_key.clone().unwrap_or_else(|| "X-Api-Key".to_owned());
                let place = if auth.in_query { "query" } else { "header" };
                // The one place where a text from outside would be read for `${NAME}`.
                vec![("key", name.replace("${", "$${")), ("value", of("key")), ("in", place.to_owned())]
            }
            "awsv4" => lines(&[("access_key", "access key"), ("secret_key", "secret key")]),
            "oauth1" => lines(&[
                ("consumer_key", "consumer key"),
                ("consumer_secret", "consumer secret"),
                ("token", "token"),
                ("token_secret", "token secret"),
            ]),
            "jwt" => vec![("algorithm", "HS256".to_owned()), ("secret", of("secret"))],
            _ => Vec::new(),
        }
    }

    fn cases(&self) -> String {
        let mut text = String::new();
        if self.skipped.is_empty() {
            return text;
        }
        let _ = writeln!(
            text,
            "\n# {} a live API cannot be asked for yet. Say how to get the answer: `auth` (a profile), `set`,\n\
             # `query`, `path` or `before` change the request; or say why it is left out.",
            cases(self.skipped.len())
        );
        for case in self.skipped.iter().take(MOST_CASES) {
            let _ =
                writeln!(text, "#\n#   {}\n# [[case]]\n# match = {}", shown(&case.reason), value(&case.id));
            match &case.cure {
                Cure::Status(Some(status)) => {
                    let _ = writeln!(text, "# status = {status}");
                }
                Cure::Status(None) => text.push_str("# skip = \"say `status = …` instead of this\"\n"),
                Cure::Path(names) => {
                    for name in names {
                        let _ = writeln!(text, "# path.{} = \"1\"", key(name));
                    }
                }
                Cure::Request => text.push_str("# skip = \"why it cannot be had\"\n"),
            }
        }
        if let more @ 1.. = self.skipped.len().saturating_sub(MOST_CASES) {
            let _ = writeln!(text, "#\n#   And {more} more: `uphold list {}` shows them.", self.name);
        }
        text
    }
}

/// `1 case`, `2 cases`.
fn cases(count: usize) -> String {
    if count == 1 { "1 case".to_owned() } else { format!("{count} cases") }
}

fn have(count: usize) -> String {
    if count == 1 { "1 case has".to_owned() } else { format!("{count} cases have") }
}

/// Whether the host is a placeholder: `HOSTNAME`, `your-subdomain.zendesk.com`.
fn is_placeholder(url: &str) -> bool {
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    let authority = behind.split('/').next().unwrap_or_default();
    let host = authority.split(':').next().unwrap_or_default();
    let mut labels = host.split('.');
    labels.any(|label| {
        let capitals = label.bytes().any(|b| b.is_ascii_uppercase());
        let small = label.bytes().any(|b| b.is_ascii_lowercase());
        let label = label.to_ascii_lowercase();
        (capitals && !small) || ["your-", "your_"].iter().any(|begin| label.starts_with(begin))
    })
}

/// What a shell takes as it is.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b":/._-".contains(&byte)
}

/// `${ACCESS_TOKEN}` for a variable `access-token`; a name that is taken gets the next number.
fn environment_name(name: &str, taken: &mut Vec<String>) -> String {
    let mut plain = id_part(name).to_ascii_uppercase();
    if plain.starts_with(|c: char| c.is_ascii_digit()) {
        plain.insert(0, '_');
    }
    let mut free = plain.clone();
    let mut next = 2;
    while taken.contains(&free) {
        free = format!("{plain}_{next}");
        next += 1;
    }
    taken.push(free.clone());
    format!("${{{free}}}")
}

#[cfg(test)]
mod tests;
