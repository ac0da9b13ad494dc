//! Comma-separated values (RFC 4180): quoted fields may hold commas, quotes and line breaks.
//! Spreadsheets of countries with a decimal comma write semicolons instead.

/// What separates the values of a text: a semicolon if the first line has one and no comma.
pub(super) fn separator(text: &str) -> char {
    let mut is_quoted = false;
    let mut has_semicolon = false;
    for it in text.trim_start_matches(['\u{feff}', '\r', '\n']).chars() {
        match it {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => return ',',
            ';' if !is_quoted => has_semicolon = true,
            '\n' if !is_quoted => break,
            _ => {}
        }
    }
    if has_semicolon { ';' } else { ',' }
}

/// The rows of a text; empty lines are left out.
///
/// # Errors
/// A sentence about a quote that is never closed.
pub(super) fn rows(text: &str, separator: char) -> Result<Vec<Vec<String>>, String> {
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut field = String::new();
    let mut is_quoted = false;
    let mut characters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(it) = characters.next() {
        match it {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if field.is_empty() => is_quoted = true,
            it if it == separator && !is_quoted => row.push(std::mem::take(&mut field)),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            other => field.push(other),
        }
    }
    if is_quoted {
        return Err("A quote is opened and never closed.".to_owned());
    }
    row.push(field);
    rows.push(row);
    rows.retain(|it| it.iter().any(|field| !field.trim().is_empty()));
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::{rows, separator};

    #[test]
    fn quoted_fields_hold_commas_quotes_and_line_breaks() {
        let text = "a,\"b, c\"\r\n\r\n\"say \"\"hi\"\"\",\"two\nlines\"\n1,";
        assert_eq!(
            rows(text, ',').expect("it is well-formed"),
            [["a", "b, c"], ["say \"hi\"", "two\nlines"], ["1", ""]]
        );
        assert!(rows("\"open", ',').is_err());
    }

    #[test]
    fn semicolons_separate_where_the_first_line_has_no_comma() {
        assert_eq!(separator("a;\"b,c\";=\n1,2"), ';');
        assert_eq!(separator("\u{feff}a;b,=\n"), ',');
        assert_eq!(separator("=\n1;2\n"), ',');
        assert_eq!(rows("a;=\n1;\"x;y\"", ';').expect("it is well-formed")[1], ["1", "x;y"]);
    }
}
