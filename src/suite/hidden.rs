//! Characters that a reader would not see, or that a line does not survive.

/// Control characters (C0, DEL, C1), invisible characters, marks of direction, line separators
/// that are none of ASCII, and the code points that are no characters (U+FFFE is no XML).
pub(crate) fn is_hidden(c: char) -> bool {
    let no_character = u32::from(c) & 0xfffe == 0xfffe;
    no_character
        || matches!(c,
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
            | '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fdd0}'..='\u{fdef}'
            | '\u{e0000}'..='\u{e007f}')
}
