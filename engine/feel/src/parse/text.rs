//! Escapes in string literals.

use ::value::Str;

/// Replaces the escapes of a string literal's content; fails with the offset of an escape that
/// names no Unicode character.
///
/// A backslash that follows a backslash starts no escape, and an unknown escape stays as it is:
/// this is what lets `"\d+"` and `"\\d+"` both be the regular expression `\d+`.
pub(super) fn unescape(content: &str) -> Result<Str, u32> {
    if !content.contains('\\') {
        return Ok(content.into());
    }
    let bytes = content.as_bytes();
    let mut out = String::with_capacity(content.len());
    let mut at = 0;
    while let Some(it) = content[at..].chars().next() {
        if it != '\\' {
            out.push(it);
            at += it.len_utf8();
            continue;
        }
        let escaped = at > 0 && bytes[at - 1] == b'\\';
        match bytes.get(at + 1) {
            Some(b'\\') => {
                out.push('\\');
                at += 2;
            }
            Some(&code) if !escaped => match simple(code) {
                Some(it) => {
                    out.push(it);
                    at += 2;
                }
                None => match unicode(bytes, at).map_err(|()| u32::try_from(at).unwrap_or(0))? {
                    Some((it, length)) => {
                        out.push(it);
                        at += length;
                    }
                    None => {
                        out.push('\\');
                        at += 1;
                    }
                },
            },
            Some(_) | None => {
                out.push('\\');
                at += 1;
            }
        }
    }
    Ok(out.into())
}

fn simple(code: u8) -> Option<char> {
    Some(match code {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'\'' => '\'',
        b'"' => '"',
        _ => return None,
    })
}

/// `\uXXXX`, two of them for a surrogate pair, or `\UXXXXXX`; `None` when it is none of these.
fn unicode(bytes: &[u8], at: usize) -> Result<Option<(char, usize)>, ()> {
    match bytes.get(at + 1) {
        Some(b'u') => {
            let Some(unit) = hex(bytes, at + 2, 4) else { return Ok(None) };
            if let Some(it) = char::from_u32(unit) {
                return Ok(Some((it, 6)));
            }
            if unit < 0xDC00 && bytes.get(at + 6..at + 8) == Some(b"\\u") {
                let low = hex(bytes, at + 8, 4).filter(|it| (0xDC00..0xE000).contains(it));
                let code = low.map(|it| 0x1_0000 + ((unit - 0xD800) << 10) + (it - 0xDC00));
                return code.and_then(char::from_u32).map(|it| Some((it, 12))).ok_or(());
            }
            Err(())
        }
        Some(b'U') => match hex(bytes, at + 2, 6) {
            Some(code) => char::from_u32(code).map(|it| Some((it, 8))).ok_or(()),
            None => Ok(None),
        },
        Some(_) | None => Ok(None),
    }
}

fn hex(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let digits = bytes.get(at..at + length)?;
    digits.iter().try_fold(0, |sum, &it| Some(sum * 16 + char::from(it).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn known_escapes_are_replaced_and_unknown_ones_stay() {
        assert_eq!(&*unescape(r"a\tb\nc\'d").unwrap(), "a\tb\nc'd");
        assert_eq!(&*unescape(r"\d+\s").unwrap(), r"\d+\s");
        assert_eq!(&*unescape(r"\\d+").unwrap(), r"\d+");
        assert_eq!(&*unescape(r"\\n").unwrap(), r"\n");
    }

    #[test]
    fn unicode_escapes_join_surrogate_pairs_and_refuse_lone_ones() {
        assert_eq!(&*unescape(r"\u00e4\uD83D\uDC0E\U01F40E").unwrap(), "ä🐎🐎");
        assert_eq!(unescape(r"ab\uD800x"), Err(2));
        assert_eq!(unescape(r"\U110000"), Err(0));
    }
}
