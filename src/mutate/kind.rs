//! The kinds of change, each with a stable name.

/// What a client would make of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nature {
    /// It breaks a client that relied on the examples: the contract must find it.
    Breaking,
    /// No client is hurt: the contract must keep silent.
    Harmless,
}

macro_rules! kinds {
    ($($variant:ident, $name:literal, $nature:ident, $explanation:literal;)*) => {
        /// The kinds of change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = concat!("`", $name, "`: ", $explanation)] $variant,)*
        }

        impl Kind {
            /// Every kind: the breaking ones, then the harmless ones.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in reports.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whether it must be found.
            pub fn nature(self) -> Nature {
                match self { $(Self::$variant => Nature::$nature,)* }
            }

            /// What is changed, in one sentence.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)* }
            }
        }
    };
}

kinds! {
    StatusClass, "status.class", Breaking, "a status of another class";
    StatusWithinClass, "status.within_class", Breaking, "another status of the same class";
    CodeChanged, "code.changed", Breaking, "another result code at its place";
    CodeGone, "code.gone", Breaking, "the member that holds the result code is gone";
    CodeMoved, "code.moved", Breaking, "the result code in an envelope of another form";
    OutcomeFlipped, "outcome.flipped", Breaking, "an error for a success or the reverse, inside of the same status";
    FieldRemoved, "field.removed", Breaking, "a field is gone (of an array: in its first item)";
    FieldRemovedLater, "field.removed_later", Breaking, "a field is gone in a later item of an array only";
    TypeChanged, "type.changed", Breaking, "a value of another type (of an array: in its first item)";
    TypeChangedLater, "type.changed_later", Breaking, "a value of another type in a later item of an array only";
    NullAppeared, "null.appeared", Breaking, "null in the place of a value";
    IntegerToFraction, "integer.to_fraction", Breaking, "a fraction in the place of an integer";
    ObjectToArray, "object.to_array", Breaking, "an object wrapped into an array";
    BodyEmpty, "body.empty", Breaking, "no body";
    BodyTruncated, "body.truncated", Breaking, "the first half of the body";
    BodyHtml, "body.html", Breaking, "an HTML page in the place of the body";
    MediaTypeChanged, "media_type.changed", Breaking, "another media type for the same body";
    HeaderGone, "header.gone", Breaking, "a header is gone";
    HeaderValue, "header.value", Breaking, "another value of a header";
    FieldAdded, "field.added", Harmless, "a field that no example shows";
    MembersReordered, "members.reordered", Harmless, "the members of every object in reverse order";
    VolatileChanged, "volatile.changed", Harmless, "new ids, dates, tokens and durations of the same form";
    ArrayLonger, "array.longer", Harmless, "one more item like the first";
    MapKeysChanged, "map.other_keys", Harmless, "other ids, dates or addresses as the keys of a map";
    Whitespace, "whitespace", Harmless, "indentation, a byte order mark and line ends around the body";
    CharsetCase, "charset.case", Harmless, "the media type in other letter case";
}

impl Kind {
    /// Whether the change lies in the members of a JSON body, where a schema decides.
    pub(super) fn is_of_fields(self) -> bool {
        matches!(
            self,
            Self::FieldRemoved
                | Self::FieldRemovedLater
                | Self::TypeChanged
                | Self::TypeChangedLater
                | Self::NullAppeared
                | Self::IntegerToFraction
                | Self::ObjectToArray
        )
    }
}
