//! Characters by their names in HTML.

/// The names of the characters of ASCII (HTML Standard, §13.5), and those that look like one of them: a server that
/// writes names need not tell a hyphen from a minus.
const ASCII: [(&str, char); 52] = [
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("excl", '!'),
    ("quot", '"'),
    ("QUOT", '"'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("amp", '&'),
    ("AMP", '&'),
    ("apos", '\''),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("midast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("hyphen", '-'),
    ("dash", '-'),
    ("minus", '-'),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("lt", '<'),
    ("LT", '<'),
    ("equals", '='),
    ("gt", '>'),
    ("GT", '>'),
    ("quest", '?'),
    ("commat", '@'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("bsol", '\\'),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("Hat", '^'),
    ("lowbar", '_'),
    ("UnderBar", '_'),
    ("grave", '`'),
    ("DiacriticalGrave", '`'),
    ("lcub", '{'),
    ("lbrace", '{'),
    ("verbar", '|'),
    ("vert", '|'),
    ("VerticalLine", '|'),
    ("rcub", '}'),
    ("rbrace", '}'),
    ("tilde", '~'),
    ("nbsp", ' '),
    ("euro", '€'),
    ("trade", '™'),
];

/// The names of U+00A1 to U+00FF, as `htmlentities` of PHP writes them.
const LATIN: &str = "iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 \
    sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml \
    Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml \
    times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil \
    egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash \
    ugrave uacute ucirc uuml yacute thorn yuml";

/// The most bytes of a name.
pub(super) const LONGEST: usize = 16;

/// The character of this name.
pub(super) fn named(name: &[u8]) -> Option<char> {
    if name.len() > LONGEST {
        return None;
    }
    let ascii = ASCII.iter().find(|(known, _)| known.as_bytes() == name).map(|(_, char)| *char);
    let latin = || LATIN.split(' ').zip('\u{a1}'..).find(|(known, _)| known.as_bytes() == name);
    ascii.or_else(|| latin().map(|(_, char)| char))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_of_ascii_that_may_be_escaped_has_a_name() {
        for char in '!'..='~' {
            let is_named = ASCII.iter().any(|(_, named)| *named == char);
            assert_eq!(is_named, char.is_ascii_punctuation(), "{char}");
        }
        for (name, char) in [("nbsp", ' '), ("iexcl", '¡'), ("szlig", 'ß'), ("Eacute", 'É'), ("yuml", 'ÿ')]
        {
            assert_eq!(named(name.as_bytes()), Some(char), "{name}");
        }
        assert!(ASCII.iter().all(|(name, _)| name.len() <= LONGEST));
        for none in ["", "Quot", "a", "unknown", "AnyNameThatIsTooLong"] {
            assert_eq!(named(none.as_bytes()), None, "{none}");
        }
    }
}
