//! From bytes to text: UTF-8 only, and only characters that XML allows.

use super::parse::Unreadable;

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
/// Byte order marks of other encodings; UTF-32 before UTF-16, whose mark it begins with.
const OTHER_MARKS: [(&[u8], &str); 4] = [
    (b"\xFF\xFE\x00\x00", "UTF-32"),
    (b"\x00\x00\xFE\xFF", "UTF-32"),
    (b"\xFF\xFE", "UTF-16"),
    (b"\xFE\xFF", "UTF-16"),
];

/// The text of a file, without byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, Unreadable> {
    if let Some((_, encoding)) = OTHER_MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Err(refuse(format!("The file is encoded as {encoding}. Save it as UTF-8.")));
    }
    let bytes = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        refuse(format!("The file is not UTF-8 text: byte {at} is wrong. Save it as UTF-8."))
    })?;
    match text.char_indices().find(|(_, character)| !is_allowed(*character)) {
        Some((at, character)) => Err(refuse(format!(
            "The file contains the character U+{:04X} at byte {at}, which XML does not allow.",
            u32::from(character)
        ))),
        None => Ok(text),
    }
}

/// Whether the encoding that the XML declaration names fits text that was read as UTF-8.
pub(super) fn check_label(label: &str, text: &str) -> Result<(), String> {
    let known = ["utf-8", "utf8", "us-ascii", "ascii"];
    if text.is_ascii() || known.iter().any(|name| label.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    Err(format!("The file says that it is encoded as '{label}'. Save it as UTF-8."))
}

/// The characters of XML 1.0.
pub(super) fn is_allowed(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{FFFE}' | '\u{FFFF}' => false,
        other => other >= ' ',
    }
}

fn refuse(message: String) -> Unreadable {
    Unreadable { place: None, message }
}
