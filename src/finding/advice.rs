//! [`FindingId::advice`]: what a finding means for those who call the API, and what to do about it.

use super::FindingId;

/// What to know about a kind of finding; both texts are without a full stop at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// Of whom it speaks.
    pub about: About,
    /// What it does to a client, or what it says where it does nothing to one.
    pub why: &'static str,
    /// What to do, where there is more to say than how to accept, waive and lower it.
    pub cure: &'static str,
}

/// Of whom a finding speaks, which decides what may be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Of the answer: it may be accepted, waived, or given another level.
    Answer,
    /// Of the environment: never a verdict on the API, so it cannot be waived.
    Environment,
    /// Of the run or a file of yours: there is no answer to accept.
    Run,
    /// Of two versions of a collection, as `uphold diff` compares them.
    Collections,
}

const fn answer(why: &'static str, cure: &'static str) -> Advice {
    Advice { about: About::Answer, why, cure }
}

const fn environment(why: &'static str, cure: &'static str) -> Advice {
    Advice { about: About::Environment, why, cure }
}

const fn run(why: &'static str, cure: &'static str) -> Advice {
    Advice { about: About::Run, why, cure }
}

const fn collections(why: &'static str, cure: &'static str) -> Advice {
    Advice { about: About::Collections, why, cure }
}

impl FindingId {
    /// What to know about it.
    ///
    /// ```
    /// use uphold::finding::FindingId;
    ///
    /// let advice = FindingId::BodyFieldRemoved.advice();
    /// assert!(advice.why.starts_with("a client that reads the field gets nothing"));
    /// ```
    pub fn advice(self) -> Advice {
        use FindingId as Id;
        match self {
            Id::TransportError => environment(
                "the case has no verdict: the connection was refused, broken off, or what came was no \
                 HTTP",
                "see that the server is up and that URL, proxy and certificates are right (`uphold \
                 list` shows where each case goes)",
            ),
            Id::TransportTimeout => environment(
                "the case has no verdict: the server may be slow, or busy with the other requests of \
                 this run",
                "give it more time with `--timeout`, or send less at once with `--jobs` and `--rate`",
            ),
            Id::EnvThrottled => environment(
                "the case has no verdict: the server answers 429 to whoever sends too much",
                "send less with `--rate`, or try again later with `--retries`",
            ),
            Id::EnvUnavailable => environment(
                "the case has no verdict: 502, 503 and 504 say that nobody was there to answer",
                "run again when the server is up, or try again with `--retries`",
            ),
            Id::EnvAuth => environment(
                "the case has no verdict: without credentials that are let in, the API cannot show \
                 the answer",
                "give a token that is valid and has the scope that the request needs, under \
                 `[auth.default]` or the auth profile of the case",
            ),
            Id::SetupFailed => environment(
                "the case has no verdict: what its request needs was not there, so its answer would \
                 say nothing",
                "look at the step that the finding names: run its case alone with `--filter`",
            ),
            Id::TeardownFailed => run(
                "the case has its verdict, but what it made may still be on the server and disturb \
                 the next run",
                "clean up by hand, and look at the step that the finding names",
            ),
            Id::StatusClassChanged => answer(
                "clients branch on the first digit: a success that becomes a refusal, or a refusal \
                 that becomes a success, takes the other branch",
                "see what the answer says in its body; where the example is old, accept the answer, \
                 or say `status` for the case",
            ),
            Id::StatusChanged => answer(
                "a client that compares with 200, or knows 404 and not 410, takes the wrong branch \
                 though the class is the same",
                "accept it where the new status is meant, or say `status` for the case",
            ),
            Id::OutcomeSuccessBecameError => answer(
                "the status may be the same, but the answer is an error: a client reads it as success \
                 and finds no data, or reports success for what failed",
                "read the code and the message in the answer: the request may need other data now; \
                 look at `[variables]` and `set`",
            ),
            Id::OutcomeErrorBecameSuccess => answer(
                "what was refused goes through: a check of the API is gone, or what the case needs is \
                 not as it was",
                "see whether the precondition of the case still holds (a deleted user, a taken name); \
                 prepare it with `before`",
            ),
            Id::ErrorCodeChanged => answer(
                "clients compare result codes letter by letter: an unknown one falls into the branch \
                 for everything else",
                "where the new code is right, accept it, or say `error_code` for the case",
            ),
            Id::ErrorCodeUnknown => answer(
                "no example of the suite tells what the code means, so nobody who read the \
                 documentation can handle it",
                "save an answer with it as an example, so that it is documented",
            ),
            Id::ErrorCodeMissing => answer(
                "a client that looks for the code finds nothing and cannot tell one outcome from \
                 another",
                "accept the answer where the API has really given up codes here",
            ),
            Id::ErrorLocationChanged => answer(
                "a client looks for the code where the examples have it, and finds nothing there",
                "accept it where the new envelope is meant; every client must follow",
            ),
            Id::MediaTypeChanged => answer(
                "a client chooses its parser by the media type, or refuses what it does not know: \
                 HTML instead of JSON is most often the page of a proxy",
                "see who answered; where the new type is meant, accept it",
            ),
            Id::MediaTypeParamChanged => answer(
                "a client that believes the charset reads other letters; most ignore parameters",
                "nothing, unless texts look wrong",
            ),
            Id::HeaderMissing => answer(
                "a client that reads the field (a link to the next page, a limit, an ETag) gets \
                 nothing",
                "where the field is of no use to anyone, name it under `ignore` of `[headers]`",
            ),
            Id::HeaderAdded => answer("nothing: clients ignore fields that they do not know", "nothing"),
            Id::HeaderValueChanged => answer(
                "mostly nothing; it is told because the example shows another value",
                "name the field under `exact` of `[headers]` where its value matters, under `ignore` \
                 where it never does",
            ),
            Id::HeaderApiVersionChanged => answer(
                "another version of the API answered: other differences may follow from that",
                "ask for the version that you mean, where the API lets you choose",
            ),
            Id::HeaderDeprecationAnnounced => answer(
                "nothing yet: but the field (`Deprecation`, `Sunset` or `Warning: 299`) says that the \
                 API will go, and by when",
                "plan the change; waive it until the day of the sunset, so that it comes back in time",
            ),
            Id::BodyBecameEmpty => answer(
                "a client that parses the body gets nothing to parse, and most fail at the first byte",
                "accept the answer where nothing is meant to come",
            ),
            Id::BodyBecameNonempty => answer(
                "mostly nothing: clients that expect no body read none; one that keeps connections \
                 open may stumble over the rest",
                "accept the answer, so that its body is checked from now on",
            ),
            Id::BodyNotJson => answer(
                "every client fails at the parser, before it sees any field: half an answer, or the \
                 page of a proxy",
                "look at the body in the report; see who answered",
            ),
            Id::BodyNotXml => answer(
                "every client fails at the parser, before it sees any element: half an answer, or \
                 HTML",
                "look at the body in the report; see who answered",
            ),
            Id::BodyRootTypeChanged => answer(
                "a list where an object was, or another root element: nothing that a client looks for \
                 is where it was",
                "accept it where the new form is meant; every client must follow",
            ),
            Id::BodyFieldRemoved => answer(
                "a client that reads the field gets nothing: an error in a typed language, \
                 `undefined` on a page in an untyped one",
                "where the field may be absent, accept the answer: the field is optional then; where \
                 it never matters, name it under `ignore` of the case",
            ),
            Id::BodyFieldUndocumentedAbsence => answer(
                "perhaps nothing: only a documentation with type placeholders shows the field, no \
                 real answer does",
                "save a real answer as an example, so that it is known which fields come",
            ),
            Id::BodyFieldAdded => answer(
                "nothing, unless a client refuses fields that it does not know",
                "accept it, or save the example again, so that the new field is checked from now on",
            ),
            Id::BodyFieldRenamed => answer(
                "a client that reads the old name gets nothing",
                "accept it where the new name is meant; every client must follow",
            ),
            Id::BodyTypeChanged => answer(
                "a typed client cannot read the answer at all; an untyped one adds text to numbers or \
                 calls a method that is not there",
                "accept it where both types may come: the schema allows both then",
            ),
            Id::BodyTypeWidened => answer(
                "a client that keeps an integer fails at a fraction, or rounds it in silence",
                "accept it where fractions may come",
            ),
            Id::BodyNullAppeared => answer(
                "a client that reads a value of null fails, most often far from here",
                "accept it where the value may be null: the schema allows both then",
            ),
            Id::BodyNullResolved => answer(
                "nothing: a value came where all examples have null, so nobody could know its type",
                "accept it, or save the example again, so that its type is checked from now on",
            ),
            Id::BodyFormatChanged => answer(
                "a client that parses the text (a date, a UUID, an address) fails, or reads another \
                 moment",
                "where the text may be of any form, accept it, or name the place under `ignore`; a \
                 format that is only learned is a warning",
            ),
            Id::BodyStringBecameEmpty => answer(
                "a client that parses the text has nothing to parse",
                "accept it where the text may be empty",
            ),
            Id::BodyEnumNewValue => answer(
                "a client that knows the values falls into the branch for everything else, or has \
                 none",
                "accept it, so that the value is known; values that are only learned are a warning, \
                 those of a schema of yours count in full",
            ),
            Id::BodyValueChanged => answer(
                "it depends on the value: the case compares each one, as suite.toml asks with \
                 `compare = \"exact\"`",
                "name what may change under `volatile` of the case, or compare by `contract`",
            ),
            Id::BodyArrayBecameEmpty => answer(
                "a client that takes the first item fails",
                "accept it where the list may be empty, or see that the data of the case is there",
            ),
            Id::BodyArrayFirstItems => answer(
                "nothing: items came where all examples have an empty list, so nobody could know \
                 their form",
                "accept it, or save the example again, so that the items are checked from now on",
            ),
            Id::BodyMapKeyShape => answer(
                "a client that reads the keys (as ids, dates, codes of a language) cannot read this \
                 one",
                "accept it where keys of this kind may come, or edit `propertyNames` of the schema",
            ),
            Id::LatencyRegression => run(
                "clients with a timeout of their own may give up, and pages feel slow",
                "ask who changed what on that day (`uphold history` shows the days before); limits \
                 stand in the page on nightly runs",
            ),
            Id::CaseGone => collections(
                "what the example documented may not be promised any more",
                "ask the vendor whether the request or the answer is given up",
            ),
            Id::CaseNew => collections(
                "nothing: the example documents more than before",
                "take the new collection into the suite, so that it is a test",
            ),
            Id::CaseRenamed => collections(
                "nothing for clients; the id of the case changes with the name, and what names it in \
                 suite.toml and waivers.toml must follow",
                "rename it in `match` and `case`",
            ),
            Id::RequestChanged => collections(
                "the new documentation sends something else: what you send may not be what the vendor \
                 tests any more",
                "compare both requests, and follow where it matters",
            ),
            Id::ErrorCodeGone => collections(
                "a client that handles the code may wait for it in vain, and not know what comes \
                 instead",
                "ask the vendor what takes its place",
            ),
            Id::WaiverExpired => run(
                "what the waiver let go fails again, as was agreed when it was written",
                "decide again: wait longer (`uphold waive` with a later day), accept the answer, or \
                 have the API mended; then take the old waiver out",
            ),
            Id::WaiverUnused => run(
                "the waiver lets nothing go any more, and would hide the same finding when it comes \
                 back",
                "take it out of waivers.toml",
            ),
            Id::LintDuplicateKey => answer(
                "parsers disagree on which of the two counts: two clients read two different answers",
                "tell the maker of the API",
            ),
            Id::SchemaViolation => answer(
                "it breaks a rule of a schema that somebody wrote or edited; the finding names the \
                 rule",
                "see the schema file that the finding names: correct the API, or the rule",
            ),
        }
    }
}
