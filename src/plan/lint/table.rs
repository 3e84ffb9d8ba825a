//! The table of lints: ids, levels, meanings, cures. `docs/lints.md` is held against it.

use std::fmt;

use crate::finding::Severity;

macro_rules! lint_ids {
    ($($variant:ident, $id:literal, $severity:ident, $meaning:literal, $cure:literal;)*) => {
        /// The kinds of lint, each with a stable text id.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum LintId {
            $(#[doc = concat!("`", $id, "`: ", $meaning)] $variant,)*
        }

        impl LintId {
            /// Every id, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The id as it is shown.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// [`Severity::Warning`] where something is wrong, [`Severity::Info`] where it is good to
            /// know; no lint has another level.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What it means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// What to do about it.
            pub fn cure(self) -> &'static str {
                match self { $(Self::$variant => $cure,)* }
            }
        }
    };
}

lint_ids! {
    UnmatchedOverride, "lint.unmatched_override", Warning, "something in suite.toml fits no case, host, header, variable or place of a body", "correct the name, or take it out";
    OddFile, "lint.odd_file", Warning, "something in a file is not as Postman writes it; the message says how it is read", "save it again with Postman, or correct it by hand";
    OddDecision, "lint.odd_decision", Warning, "a waiver or an accepted answer is for no case that there is, and counts for nothing", "take it out, or give it the id that the case has now";
    NoRecipe, "lint.no_recipe", Info, "an example is never sent to a live API: another one of its request has the same request, or it needs other rights", "say in suite.toml how to get it: `auth`, `set`, `query`, `path`, `before`, `[recipes]`";
    NotSent, "lint.not_sent", Warning, "an example is never sent to a live API, because something of its request is missing", "the message names it";
    Unset, "lint.unset_environment", Info, "an example is not sent from this shell: `${NAME}` of suite.toml has no value there", "set it where uphold is started";
    UndefinedVariable, "lint.undefined_variable", Warning, "`{{name}}` is used and has no value anywhere", "`[variables]` of suite.toml, an environment file, or `capture`";
    UnusedVariable, "lint.unused_variable", Info, "the collection defines a variable and uses it nowhere (asked only where there are no scripts)", "take it out";
    MissingCredential, "lint.missing_credential", Warning, "an example is never sent, because a credential is empty or the placeholder of a generator, such as `<API Key>`", "`[auth.default]` in suite.toml";
    SecretInRequest, "lint.secret_in_request", Warning, "a credential stands in clear in auth, a variable or a request of the collection, for everyone who can read the file", "change it where it came from, and put `{{name}}` there with `name = \"${NAME}\"` in `[variables]`";
    SecretInAnswer, "lint.secret_in_answer", Info, "a saved answer holds what looks like a credential that was given out", "see that it is not valid any more, and put another text of the same form there";
    UnusableAuth, "lint.unusable_auth", Warning, "an example is never sent, because its auth is of a type that uphold cannot send, or lacks a parameter", "`[auth.default]` in suite.toml";
    SeveralHosts, "lint.several_hosts", Info, "an example is not sent, because it goes to another host than the one that the base URL stands for", "`[target] hosts` in suite.toml";
    RequestAltered, "lint.request_altered", Info, "the request line cannot be sent as Postman writes it", "write it in the form that the message shows";
    RequestDiffers, "lint.request_differs", Warning, "the saved request of an example has another method or path than its item", "save the example again";
    SettingWithoutEffect, "lint.setting_without_effect", Info, "a setting of Postman does nothing here, or less than it seems", "nothing, or the option that the message names";
    ScriptNotRun, "lint.script_not_run", Info, "a script of the collection is not run", "`before` and `capture`, or `[variables]`, in suite.toml";
    WithoutExample, "lint.request_without_example", Info, "a request has no saved example, so nothing of it is tested", "save one in Postman";
    RedundantExample, "lint.redundant_example", Info, "two examples of an item are alike in request, status and body", "delete one, or say in suite.toml how to get another answer";
    NoStatus, "lint.no_status", Warning, "an example has no status code", "save it again, or say `status = …` in suite.toml";
    StatusContradicted, "lint.status_contradicted", Warning, "the name or the status text of an example says another status than its code, or the text `OK` beside an error; the code counts", "correct either";
    NameDiffersFromCode, "lint.name_differs_from_code", Info, "the name of an example is a result code, and another one than its body has; the body counts", "correct either";
    ErrorInsideSuccess, "lint.error_inside_success", Info, "an example documents an error inside of a status below 400; its result code is checked", "nothing, if the API does so";
    BodyNeverComes, "lint.body_never_comes", Warning, "a body is saved for an answer that can have none", "empty it, or correct the status";
    BodyNotJson, "lint.body_not_json", Warning, "a body is saved as JSON and is none; only that some text comes is checked", "correct it, or save the example again";
    MediaTypeContradicted, "lint.media_type_contradicted", Warning, "a JSON body is saved under another media type; a live answer must have that type", "correct the `Content-Type` of the example";
    NoContentType, "lint.no_content_type", Info, "header fields are saved with a body, and `Content-Type` is not among them; the media type is not checked", "save the example again";
    DuplicateKey, "lint.duplicate_key", Warning, "a name is twice in one object of a saved body, and readers disagree on which value counts", "correct the example, or tell the maker of the API";
    UnsafeInteger, "lint.unsafe_integer", Info, "a saved body has an integer beyond 2^53, which JavaScript and all that keep numbers as doubles read as another one", "ask the maker of the API for a string; uphold keeps every digit";
    SchemaStale, "lint.schema_stale", Warning, "a schema file is not what its examples say any more; the file decides all the same", "`uphold learn`";
    SchemaProposed, "lint.schema_proposed", Info, "the examples of an edited schema file have changed, and a proposal waits beside it", "take the proposal, or copy its `x-uphold` into the file";
    SchemaWithoutExample, "lint.schema_without_example", Warning, "a schema file or a proposal holds for no example; a run warns of it where a person wrote it", "`uphold learn` removes what it wrote; rename or remove your own by hand";
}

impl fmt::Display for LintId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_have_one_of_two_levels() {
        let mut texts: Vec<_> = LintId::ALL.iter().map(|id| id.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), LintId::ALL.len());
        for id in LintId::ALL {
            assert!(matches!(id.severity(), Severity::Warning | Severity::Info), "{id}");
        }
    }

    #[test]
    fn the_page_has_every_lint_as_it_is_in_the_table() {
        let page = include_str!("../../../docs/lints.md");
        let rows: Vec<String> = LintId::ALL
            .iter()
            .map(|id| format!("| `{id}` | {} | {} | {} |", id.severity(), id.meaning(), id.cure()))
            .collect();
        let there: Vec<&str> = page.lines().filter(|line| line.starts_with("| `lint.")).collect();
        assert_eq!(there, rows, "docs/lints.md has other rows; these are right:\n{}", rows.join("\n"));
    }
}
