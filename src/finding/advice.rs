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

macro_rules! advice {
    ($($variant:ident, $about:ident, $why:literal, $cure:literal;)*) => {
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
                match self {
                    $(Self::$variant => Advice { about: About::$about, why: $why, cure: $cure },)*
                }
            }
        }
    };
}

advice! {
    TransportError, Environment,
        "the case has no verdict: the connection was refused, broken off, or what came was no \
         HTTP",
        "see that the server is up and that URL, proxy and certificates are right (`uphold \
         list` shows where each case goes)";
    TransportTimeout, Environment,
        "the case has no verdict: the server may be slow, or busy with the other requests of \
         this run",
        "give it more time with `--timeout`, or send less at once with `--jobs` and `--rate`";
    EnvThrottled, Environment,
        "the case has no verdict: the server answers 429 to whoever sends too much",
        "send less with `--rate`, or try again later with `--retries`";
    EnvUnavailable, Environment,
        "the case has no verdict: 502, 503 and 504 say that nobody was there to answer",
        "run again when the server is up, or try again with `--retries`";
    EnvAuth, Environment,
        "the case has no verdict: without credentials that are let in, the API cannot show \
         the answer",
        "give a token that is valid and has the scope that the request needs, under \
         `[auth.default]` or the auth profile of the case";
    SetupFailed, Environment,
        "the case has no verdict: what its request needs was not there, so its answer would \
         say nothing",
        "look at the step that the finding names: run its case alone with `--filter`";
    TeardownFailed, Run,
        "the case has its verdict, but what it made may still be on the server and disturb \
         the next run",
        "clean up by hand, and look at the step that the finding names";
    StatusClassChanged, Answer,
        "clients branch on the first digit: a success that becomes a refusal, or a refusal \
         that becomes a success, takes the other branch",
        "see what the answer says in its body; where the example is old, accept the answer, \
         or say `status` for the case";
    StatusChanged, Answer,
        "a client that compares with 200, or knows 404 and not 410, takes the wrong branch \
         though the class is the same",
        "accept it where the new status is meant, or say `status` for the case";
    OutcomeSuccessBecameError, Answer,
        "the status may be the same, but the answer is an error: a client reads it as success \
         and finds no data, or reports success for what failed",
        "read the code and the message in the answer: the request may need other data now; \
         look at `[variables]` and `set`";
    OutcomeErrorBecameSuccess, Answer,
        "what was refused goes through: a check of the API is gone, or what the case needs is \
         not as it was",
        "see whether the precondition of the case still holds (a deleted user, a taken name); \
         prepare it with `before`";
    ErrorCodeChanged, Answer,
        "clients compare result codes letter by letter: an unknown one falls into the branch \
         for everything else",
        "where the new code is right, accept it, or say `error_code` for the case";
    ErrorCodeUnknown, Answer,
        "no example of the suite tells what the code means, so nobody who read the \
         documentation can handle it",
        "save an answer with it as an example, so that it is documented";
    ErrorCodeMissing, Answer,
        "a client that looks for the code finds nothing and cannot tell one outcome from \
         another",
        "accept the answer where the API has really given up codes here";
    ErrorLocationChanged, Answer,
        "a client looks for the code where the examples have it, and finds nothing there",
        "accept it where the new envelope is meant; every client must follow";
    MediaTypeChanged, Answer,
        "a client chooses its parser by the media type, or refuses what it does not know: \
         HTML instead of JSON is most often the page of a proxy",
        "see who answered; where the new type is meant, accept it";
    MediaTypeParamChanged, Answer,
        "a client that believes the charset reads other letters; most ignore parameters",
        "nothing, unless texts look wrong";
    HeaderMissing, Answer,
        "a client that reads the field (a link to the next page, a limit, an ETag) gets \
         nothing",
        "where the field is of no use to anyone, name it under `ignore` of `[headers]`";
    HeaderAdded, Answer,
        "nothing: clients ignore fields that they do not know",
        "nothing";
    HeaderValueChanged, Answer,
        "mostly nothing; it is told because the example shows another value",
        "name the field under `exact` of `[headers]` where its value matters, under `ignore` \
         where it never does";
    HeaderApiVersionChanged, Answer,
        "another version of the API answered: other differences may follow from that",
        "ask for the version that you mean, where the API lets you choose";
    HeaderDeprecationAnnounced, Answer,
        "nothing yet: but the field (`Deprecation`, `Sunset` or `Warning: 299`) says that the \
         API will go, and by when",
        "plan the change; waive it until the day of the sunset, so that it comes back in time";
    BodyBecameEmpty, Answer,
        "a client that parses the body gets nothing to parse, and most fail at the first byte",
        "accept the answer where nothing is meant to come";
    BodyBecameNonempty, Answer,
        "mostly nothing: clients that expect no body read none; one that keeps connections \
         open may stumble over the rest",
        "accept the answer, so that its body is checked from now on";
    BodyNotJson, Answer,
        "every client fails at the parser, before it sees any field: half an answer, or the \
         page of a proxy",
        "look at the body in the report; see who answered";
    BodyNotXml, Answer,
        "every client fails at the parser, before it sees any element: half an answer, or \
         HTML",
        "look at the body in the report; see who answered";
    BodyRootTypeChanged, Answer,
        "a list where an object was, or another root element: nothing that a client looks for \
         is where it was",
        "accept it where the new form is meant; every client must follow";
    BodyFieldRemoved, Answer,
        "a client that reads the field gets nothing: an error in a typed language, \
         `undefined` on a page in an untyped one",
        "where the field may be absent, accept the answer: the field is optional then; where \
         it never matters, name it under `ignore` of the case; where the name is data (an id, \
         a word), name its object under `maps` of the case";
    BodyFieldUndocumentedAbsence, Answer,
        "perhaps nothing: only a documentation with type placeholders shows the field, no \
         real answer does",
        "save a real answer as an example, so that it is known which fields come";
    BodyFieldAdded, Answer,
        "nothing, unless a client refuses fields that it does not know",
        "accept it, or save the example again, so that the new field is checked from now on";
    BodyFieldRenamed, Answer,
        "a client that reads the old name gets nothing",
        "accept it where the new name is meant; every client must follow";
    BodyTypeChanged, Answer,
        "a typed client cannot read the answer at all; an untyped one adds text to numbers or \
         calls a method that is not there",
        "accept it where both types may come: the schema allows both then";
    BodyTypeWidened, Answer,
        "a client that keeps an integer fails at a fraction, or rounds it in silence",
        "accept it where fractions may come";
    BodyNullAppeared, Answer,
        "a client that reads a value of null fails, most often far from here",
        "accept it where the value may be null: the schema allows both then";
    BodyNullResolved, Answer,
        "nothing: a value came where all examples have null, so nobody could know its type",
        "accept it, or save the example again, so that its type is checked from now on";
    BodyFormatChanged, Answer,
        "a client that parses the text (a date, a UUID, an address) fails, or reads another \
         moment",
        "where the text may be of any form, accept it, or name the place under `ignore`; a \
         format that is only learned is a warning";
    BodyStringBecameEmpty, Answer,
        "a client that parses the text has nothing to parse",
        "accept it where the text may be empty";
    BodyEnumNewValue, Answer,
        "a client that knows the values falls into the branch for everything else, or has \
         none",
        "accept it, so that the value is known; values that are only learned are a warning, \
         those of a schema of yours count in full";
    BodyValueChanged, Answer,
        "it depends on the value: the case compares each one, as suite.toml asks with \
         `compare = \"exact\"`",
        "name what may change under `volatile` of the case, or compare by `contract`";
    BodyArrayBecameEmpty, Answer,
        "a client that takes the first item fails",
        "accept it where the list may be empty, or see that the data of the case is there";
    BodyArrayFirstItems, Answer,
        "nothing: items came where all examples have an empty list, so nobody could know \
         their form",
        "accept it, or save the example again, so that the items are checked from now on";
    BodyMapBecameEmpty, Answer,
        "a client that looks for its entry (a rate, a translation, what is wrong with a field) finds none",
        "accept it where the map may be empty, or see that the data of the case is there";
    BodyMapKeyShape, Answer,
        "a client that reads the keys (as ids, dates, codes of a language) cannot read this \
         one",
        "accept it where keys of this kind may come, or edit `propertyNames` of the schema; \
         where the keys are fields, name the object under `not_maps` of the case";
    LatencyRegression, Run,
        "clients with a timeout of their own may give up, and pages feel slow",
        "ask who changed what on that day (`uphold history` shows the days before); limits \
         stand in the page on nightly runs";
    CaseGone, Collections,
        "what the example documented may not be promised any more",
        "ask the vendor whether the request or the answer is given up";
    CaseNew, Collections,
        "nothing: the example documents more than before",
        "take the new collection into the suite, so that it is a test";
    CaseRenamed, Collections,
        "nothing for clients; the id of the case changes with the name, and what names it in \
         suite.toml and waivers.toml must follow",
        "rename it in `match` and `case`";
    RequestChanged, Collections,
        "the new documentation sends something else: what you send may not be what the vendor \
         tests any more",
        "compare both requests, and follow where it matters";
    ErrorCodeGone, Collections,
        "a client that handles the code may wait for it in vain, and not know what comes \
         instead",
        "ask the vendor what takes its place";
    WaiverExpired, Run,
        "what the waiver let go fails again, as was agreed when it was written",
        "decide again: wait longer (`uphold waive` with a later day), accept the answer, or \
         have the API mended; then take the old waiver out";
    WaiverUnused, Run,
        "the waiver lets nothing go any more, and would hide the same finding when it comes \
         back",
        "take it out of waivers.toml";
    LintDuplicateKey, Answer,
        "parsers disagree on which of the two counts: two clients read two different answers",
        "tell the maker of the API";
    SchemaViolation, Answer,
        "it breaks a rule of a schema that somebody wrote or edited; the finding names the \
         rule",
        "see the schema file that the finding names: correct the API, or the rule";
}
